/* Starts the tracked program and waits for it. */
#ifndef VT_CLI_LAUNCH_H
#define VT_CLI_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A program that was started and has ended. */
struct vt__ended {
	pid_t pid;
	uint64_t start_ticks; /* field 22 of /proc/PID/stat, 0 if unknown */
	int wait_status;      /* as waitpid(2) gives it */
};

/*
 * Runs the program at path in this process group, with the signal mask and
 * dispositions that this process had. While it runs, Ctrl-C and Ctrl-\ are the
 * program's alone; SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 and SIGCONT sent to this
 * process by another are passed on to it; if it stops for the terminal, so does this process.
 * A text file without "#!" is given to /bin/sh.
 *
 * Afterwards these signals do to this process what they did before: the report can be ended.
 *
 * Returns 0; or -errno with *in_exec_out true if it is execve(2) that failed,
 * false if no process could be made.
 */
int vt__launch(const char *path, char *const *argv, char *const *environment,
	       struct vt__ended *ended_out, bool *in_exec_out);

#endif
