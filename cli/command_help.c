/* `vramtrack help [COMMAND]`: the help of a command. */
#include "config.h"

#include <stdlib.h>

#include "cli/command_list.h"
#include "cli/help.h"
#include "cli/message.h"
#include "vramtrack/exit_codes.h"

static const struct vt__option options[] = {{.name = NULL}};

static int show(const struct vt__operands *operands)
{
	const struct command *command;

	if (operands->count > 1)
		return vt__usage_error("help", "one command at a time, not %d", operands->count);
	if (operands->count == 0) {
		vt__help_all(stdout);
		return VT_EXIT_OK;
	}
	command = vt__command_find(operands->items[0]);
	if (!command)
		return vt__command_unknown(operands->items[0]);
	vt__help_command(command, stdout);
	return VT_EXIT_OK;
}

static int run(int argc, char **argv)
{
	struct vt__operands operands;
	int status = vt__options_parse(&vt__command_help, argc, argv, NULL, &operands);
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
	.options = options,
	.run = run,
};
