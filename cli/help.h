/* Prints help from the tables of commands, options and exit codes. */
#ifndef VT_CLI_HELP_H
#define VT_CLI_HELP_H

#include <stddef.h>
#include <stdio.h>

struct command;
struct vt__option;

/* All commands, of a table that ends with NULL, and exit codes: `vramtrack --help`. */
void vt__help_all(const struct command *const *commands, FILE *out);

/* What vramtrack is, in ten lines: for who gave no command. */
void vt__help_first(FILE *out);

/* One command: `vramtrack COMMAND --help`. */
void vt__help_command(const struct command *command, FILE *out);

/* The form of an option's argument in --help and the man page, as "=FOLDER"; written into
 * buffer, which is returned. */
const char *vt__option_argument(const struct vt__option *option, char *buffer, size_t size);

#endif
