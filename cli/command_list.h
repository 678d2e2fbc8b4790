/* The commands, each defined in its own command_<name>.c and listed in commands.c. */
#ifndef VT_CLI_COMMAND_LIST_H
#define VT_CLI_COMMAND_LIST_H

#include "cli/command.h"

extern const struct command vt__command_run;
extern const struct command vt__command_report;
extern const struct command vt__command_diff;
extern const struct command vt__command_gate;
extern const struct command vt__command_doctor;
extern const struct command vt__command_snapshot;
extern const struct command vt__command_mark;
extern const struct command vt__command_top;
extern const struct command vt__command_watch;
extern const struct command vt__command_help;

#endif
