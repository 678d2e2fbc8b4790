/*
 * Fuzzes the command line: the first byte is the command, each line an argument. Whatever they
 * are, they are taken, or refused with a message.
 *
 * Fuzzed with: -max_len=96 -close_fd_mask=3 -runs=150000
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "tests/fuzz/fuzz.h"

#define MOST 32

/* Room for the settings of any command, and where its lists are. */
union settings {
	char bytes[4096];
	long double aligned;
};

static void free_lists(const struct command *command, union settings *settings)
{
	for (const struct vt__option *option = command->options; option && option->name; option++) {
		if (option->offset + sizeof(struct vt__list) > sizeof(*settings))
			abort();
		if (option->type == VT__OPTION_LIST)
			vt__list_free(
				(struct vt__list *)(void *)(settings->bytes + option->offset));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct command *command = vt__commands[size ? data[0] % 4 : 0];
	char *text = size ? fuzz_text(data + 1, size - 1) : fuzz_text(data, 0);
	char *argv[MOST + 2], *rest = text;
	union settings settings = {""};
	struct vt__operands operands;
	char name[] = "command";
	int argc = 0, status;

	argv[argc++] = name;
	while (rest && argc <= MOST)
		argv[argc++] = strsep(&rest, "\n");
	argv[argc] = NULL;
	status = vt__arguments_parse(command, argc, argv, &settings, &operands);
	if (!status) {
		if (operands.count >= argc || operands.items[operands.count])
			fuzz_fail("operands that were not given", text, strlen(text));
		free(operands.items);
	} else if (status != -EINVAL && status != VT__OPTIONS_HELP) {
		fuzz_fail("neither taken nor refused", text, strlen(text));
	}
	free_lists(command, &settings);
	free(text);
	return 0;
}
