/* Prints help from the tables of commands, options and exit codes. */
#ifndef VT_CLI_HELP_H
#define VT_CLI_HELP_H

#include <stdio.h>

struct command;

/* All commands and exit codes: `vramtrack --help`. */
void vt__help_all(FILE *out);

/* One command: `vramtrack COMMAND --help`. */
void vt__help_command(const struct command *command, FILE *out);

#endif
