/* The command line of vramtrack: finds the command and checks that its output was written. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/footing.h"
#include "cli/help.h"
#include "cli/message.h"
#include "reports/files.h"
#include "vramtrack/exit_codes.h"

static int dispatch(int argc, char **argv)
{
	const struct command *command;
	const char *first = argc > 1 ? argv[1] : NULL;

	if (!first) {
		vt__help_first(stderr);
		return VT_EXIT_USAGE;
	}
	if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
		vt__help_all(vt__commands, stdout);
		return VT_EXIT_OK;
	}
	if (strcmp(first, "--version") == 0 || strcmp(first, "-V") == 0) {
		printf("vramtrack %s\n", PACKAGE_VERSION);
		return VT_EXIT_OK;
	}
	if (first[0] == '-')
		return vt__usage_error(NULL, "unknown option '%.*s'", (int)strcspn(first, "="),
				       first);
	command = vt__command_find(first);
	return command ? command->run(argc - 1, argv + 1) : vt__command_unknown(first);
}

/* A full disk shows only when the last bytes leave the buffer. A command that failed has said why.
 */
static int check_output(int code)
{
	int error = vt__stream_error(stdout);

	if (code != VT_EXIT_OK || !error)
		return code;
	if (error != -EPIPE)
		vt__say("cannot write to standard output: %s", strerror(-error));
	return VT_EXIT_SYSTEM;
}

int main(int argc, char **argv)
{
	FILE *out = vt__stream_over(STDOUT_FILENO);

	if (out)
		stdout = out;
	return check_output(vt__footing(dispatch, argc, argv));
}
