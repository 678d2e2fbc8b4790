/*
 * Which options have an effect together: the rows of a command's table say it.
 *
 * An option that does nothing is refused, not ignored: somebody relies on it.
 */
#ifndef VT_CLI_OPTION_EFFECTS_H
#define VT_CLI_OPTION_EFFECTS_H

#include <stdbool.h>

#include "cli/options.h"

/* What was on the command line. */
struct vt__given {
	const char
		*rows[VT__OPTIONS_MAX]; /* of the table: the last value, "" for a switch; or NULL */
	int operands;
	bool behind_dashes; /* the first operand comes after "--" */
};

/* Returns 0, or -EINVAL and has said why in one line. */
int vt__option_effects_check(const struct command *command, const struct vt__given *given);

#endif
