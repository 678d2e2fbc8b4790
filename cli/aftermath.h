/* What `vramtrack run` does once the program has ended. */
#ifndef VT_CLI_AFTERMATH_H
#define VT_CLI_AFTERMATH_H

#include "cli/collect.h"
#include "cli/run.h"

/*
 * Gathers the run's recordings, writes the report and returns the exit code of
 * `vramtrack run`: the program's, or 128 + n for signal n, or what
 * --error-exitcode makes of it. Where a verdict, a report file or a report in a
 * format was asked for and could not be had, a success becomes one of the
 * command's own codes.
 */
int vt__aftermath(const struct vt__run_settings *settings, const struct vt__run_facts *facts);

/* ---- Its parts, for other commands ------------------------------------------- */

/* As a shell's $?. */
int vt__program_exit_code(int wait_status);

/* Finds the run's recordings, of each source. Returns 0, or -errno and has said why. */
int vt__gather(const struct vt__run_facts *facts, struct vt__recordings *by_source_out);

/* Says, in one line, what is known of why there is no recording. */
void vt__say_nothing_recorded(const struct vt__run_settings *settings,
			      const struct vt__run_facts *facts);

#endif
