/* Starts the tracked program and waits for it. */
#ifndef VT_CLI_LAUNCH_H
#define VT_CLI_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "cli/descendants.h"

struct vt_run_page; /* run_page_format.h */

/* A program to start. */
struct vt__start {
	const char *path;
	char *const *argv;
	char *const *environment;
	struct vt_run_page *page; /* where it is noted until the shim says hello in it; or NULL */
};

/* A program that was started and has ended. */
struct vt__ended {
	pid_t pid;
	uint64_t start_ticks; /* field 22 of /proc/PID/stat, 0 if unknown */
	int wait_status;      /* as waitpid(2) gives it */
	/* Processes that it started, at any depth, and that outlived it: still there
	 * half a second after its end. */
	struct vt__descendants outlived;
	int outlived_error; /* -errno: they could not be looked for */
};

/*
 * Runs the program in this process group, with the signal mask and
 * dispositions that this process had. While it runs, Ctrl-C and Ctrl-\ are the
 * program's alone; SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 and SIGCONT sent to this
 * process by another are passed on to it; if it stops for the terminal, so does this process.
 * A text file without "#!" is given to /bin/sh.
 *
 * Afterwards these signals do to this process what they did before: the report can be ended.
 *
 * Processes whose parent ends become children of this one. What still runs when the
 * program has ended is given half a second to end as well, and no more.
 *
 * Returns 0, and *ended_out->outlived is to be freed; or -errno with *in_exec_out true if it is
 * execve(2) that failed, false if no process could be made.
 */
int vt__launch(const struct vt__start *launch, struct vt__ended *ended_out, bool *in_exec_out);

#endif
