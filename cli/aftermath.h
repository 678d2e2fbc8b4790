/* What `vramtrack run` does once the program has ended. */
#ifndef VT_CLI_AFTERMATH_H
#define VT_CLI_AFTERMATH_H

#include "cli/run.h"

/*
 * Gathers the run's recordings, writes the report and returns the exit code of
 * `vramtrack run`: the program's, or 128 + n for signal n, or what
 * --error-exitcode makes of it. Where a verdict or a report file was asked for
 * and could not be had, a success becomes one of the command's own codes.
 */
int vt__aftermath(const struct vt__run_settings *settings, const struct vt__run_facts *facts);

#endif
