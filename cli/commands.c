/* The table of commands, the look-up in it, and the command that prints it: help. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/command_list.h"
#include "cli/help.h"
#include "cli/message.h"
#include "vramtrack/exit_codes.h"

const struct command *const vt__commands[] = {
	&vt__command_run,
	&vt__command_report,
	&vt__command_gate,
	&vt__command_diff,
	&vt__command_top,
	&vt__command_watch,
	&vt__command_snapshot,
	&vt__command_mark,
	&vt__command_doctor,
	&vt__command_help,
	NULL,
};

/* Words longer than this are not compared: no command is that long. */
#define WORD_MAX 24

static unsigned smallest(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;

	return least < c ? least : c;
}

/* Number of letters to insert, delete, change or swap with the next to make one of the other. */
static unsigned distance(const char *from, const char *to)
{
	unsigned rows[WORD_MAX + 1][WORD_MAX + 1];
	size_t height = strlen(from), width = strlen(to);

	if (height > WORD_MAX || width > WORD_MAX)
		return WORD_MAX;
	for (size_t i = 0; i <= height; i++)
		rows[i][0] = (unsigned)i;
	for (size_t j = 0; j <= width; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= height; i++) {
		for (size_t j = 1; j <= width; j++) {
			unsigned change = rows[i - 1][j - 1] + (from[i - 1] != to[j - 1]);

			rows[i][j] = smallest(rows[i - 1][j] + 1, rows[i][j - 1] + 1, change);
			if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
				rows[i][j] = smallest(rows[i][j], rows[i - 2][j - 2] + 1, WORD_MAX);
		}
	}
	return rows[height][width];
}

const struct command *vt__command_find(const char *name)
{
	for (const struct command *const *command = vt__commands; *command; command++) {
		if (strcmp((*command)->name, name) == 0)
			return *command;
	}
	return NULL;
}

const struct command *vt__command_nearest(const char *name)
{
	const struct command *nearest = NULL;
	unsigned least = 3; /* two slips of the finger; three make another word */

	for (const struct command *const *command = vt__commands; *command; command++) {
		unsigned slips = distance(name, (*command)->name);

		if (slips < least && slips < strlen((*command)->name)) {
			least = slips;
			nearest = *command;
		}
	}
	return nearest;
}

int vt__command_unknown(const char *name)
{
	const struct command *nearest = vt__command_nearest(name);

	if (!nearest)
		return vt__usage_error(NULL, "unknown command '%s'", name);
	return vt__usage_error(NULL, "unknown command '%s', did you mean '%s'?", name,
			       nearest->name);
}

/* ---- vramtrack help [COMMAND] ---- */

static const struct vt__option no_options[] = {{.name = NULL}};

static int show(const struct vt__operands *operands)
{
	const struct command *command;

	if (operands->count > 1)
		return vt__usage_error("help", "one command at a time, not %d", operands->count);
	if (operands->count == 0) {
		vt__help_all(vt__commands, stdout);
		return VT_EXIT_OK;
	}
	command = vt__command_find(operands->items[0]);
	if (!command)
		return vt__command_unknown(operands->items[0]);
	vt__help_command(command, stdout);
	return VT_EXIT_OK;
}

static int run_help(int argc, char **argv)
{
	struct vt__operands operands;
	int status = vt__arguments_parse(&vt__command_help, argc, argv, NULL, &operands);
	int code;

	if (status)
		return vt__options_exit_code(status);
	code = show(&operands);
	free(operands.items);
	return code;
}

const struct command vt__command_help = {
	.name = "help",
	.summary = "print the help of a command",
	.usage = "[COMMAND]",
	.details = "Prints the help of COMMAND, or the list of commands.",
	.options = no_options,
	.run = run_help,
};
