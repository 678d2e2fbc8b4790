/* Running a program under the shim, for every command that does. */
#ifndef VT_CLI_RUN_PROGRAM_H
#define VT_CLI_RUN_PROGRAM_H

#include "cli/run.h"

/* What a command does when the program has ended; returns the exit code. */
typedef int vt__after_run(const struct vt__run_settings *settings,
			  const struct vt__run_facts *facts, void *closure);

/* The choices of --route. */
const char *vt__route_choices(void);

/* The choices of --timeline. */
const char *vt__timeline_choices(void);

/* Returns 0, or an exit code and has said what cannot go together. */
int vt__run_check(const struct vt__run_settings *settings);

/*
 * Runs the program argv[0] and calls `after` when it has ended. Returns what
 * that returns; or, where the program could not be run, an exit code, and has
 * said why in one line.
 */
int vt__run_program(const struct vt__run_settings *settings, char **argv, vt__after_run *after,
		    void *closure);

/* Says why a program could not be started, an errno; returns the exit code for it. */
int vt__run_not_started(const char *name, int error);

#endif
