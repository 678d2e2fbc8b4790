/*
 * A command of `vramtrack`, and the table of them.
 *
 * The dispatcher, --help, the man page and `vramtrack help` read this table.
 * A new command is a file command_<name>.c that defines one struct command,
 * and a row in commands.c.
 */
#ifndef VT_CLI_COMMAND_H
#define VT_CLI_COMMAND_H

#include <stdbool.h>

#include "cli/options.h"

struct command {
	const char *name;
	const char *summary; /* one line, no full stop */
	const char *usage;   /* what follows the name; alternatives on lines of their own */
	const char *details; /* paragraphs separated by an empty line */
	const struct vt__option *options; /* ends with a row without a name */
	bool stops_at_operand;            /* the first operand ends the options */
	bool takes_recordings;            /* where no program is given after "--" */
	bool has_shim_options;            /* --help lists the keys of VRAMTRACK_OPTIONS */
	/* argv[0] is the command's name. Returns an exit code. */
	int (*run)(int argc, char **argv);
};

/* All commands in the order of --help; the last entry is NULL. */
extern const struct command *const vt__commands[];

/* The command of that name, NULL if there is none. */
const struct command *vt__command_find(const char *name);

/* The command whose name is nearest to a misspelt one, NULL if none is near. */
const struct command *vt__command_nearest(const char *name);

/* Says that there is no such command and names the nearest one. Returns the exit code for it. */
int vt__command_unknown(const char *name);

#endif
