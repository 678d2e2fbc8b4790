/* The table of commands and the look-up in it. */
#include "config.h"

#include <string.h>

#include "cli/command.h"
#include "cli/command_list.h"
#include "cli/message.h"
#include "vramtrack/exit_codes.h"

const struct command *const vt__commands[] = {
	&vt__command_run,  &vt__command_report, &vt__command_gate,
	&vt__command_diff, &vt__command_help,   NULL,
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
