/*
 * Fuzzes VRAMTRACK_OPTIONS: the shim takes any text, complains in whole lines, and keeps to what
 * is allowed; what the command takes after --option the shim takes without a complaint.
 *
 * Fuzzed with: -max_len=96 -runs=150000
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "cli/shim_options.h"
#include "tests/fuzz/fuzz.h"

/* The command has a function of this name, too. */
#define vt__options_parse shim_options_parse
#include "preload/base/options.c"
#undef vt__options_parse

static struct vt__options options;

static void expect_allowed(const char *text)
{
#define FOLDER_ALLOWED(key, least, most) (memchr(options.key, 0, sizeof(options.key)) != NULL)
#define FAIL_ALLOWED(key, least, most) FOLDER_ALLOWED(key, least, most)
#define GROWTH_ALLOWED(key, least, most) FOLDER_ALLOWED(key, least, most)
#define COUNT_ALLOWED(key, least, most) (options.key >= least && options.key <= most)
#define SWITCH_ALLOWED(key, least, most) COUNT_ALLOWED(key, least, most)
#define CHOICE_ALLOWED(key, least, most) (options.key >= 0 && options.key <= 1)
#define BYTES_ALLOWED(key, least, most) (options.key <= INT64_MAX)
#define VT_OPTION(key, type, initial, least, most, shown, what)                                    \
	if (!type##_ALLOWED(key, least, most))                                                     \
		fuzz_fail(#key " is beyond what is allowed", text, strlen(text));
	VT_OPTIONS(VT_OPTION)
#undef VT_OPTION
}

/* In a text of a room of any size: whole lines that begin as ours do. */
static void parse(const char *text, unsigned room, char *problems)
{
	size_t length;

	memset(&options, 0x5a, sizeof(options));
	shim_options_parse(text, &options, problems, room);
	expect_allowed(text);
	length = room ? strnlen(problems, room) : 0;
	if (room && (length == room || (length && problems[length - 1] != '\n')))
		fuzz_fail("half a line", text, strlen(text));
	for (const char *line = problems; length && *line; line = strchr(line, '\n') + 1)
		if (strncmp(line, "vramtrack: ", 11) != 0)
			fuzz_fail("a line that is not ours", line, strlen(line));
	for (size_t i = 0; i < length; i++)
		if (problems[i] != '\n' && (problems[i] < ' ' || problems[i] == 0x7f))
			fuzz_fail("a complaint with control bytes", problems, length);
}

/* What the command takes, as it puts it into the environment, behind an option of its own. */
static void as_argument(const char *text)
{
	char message[512], problems[1024], name[64] = "", *quoted, *variable, *value;
	const size_t key = strcspn(text, "=");

	if (vt__shim_option_check(text, message, sizeof(message)))
		return;
	quoted = vt__shim_option_quote(text);
	if (!quoted || asprintf(&variable, "depth=3:%s", quoted) < 0)
		abort();
	parse(variable, sizeof(problems), problems);
	if (problems[0])
		fuzz_fail(problems, text, strlen(text));
	memcpy(name, text, key);
	value = vt__shim_option_in(variable, name);
	if (text[key + 1] && (!value || strcmp(value, text + key + 1) != 0))
		fuzz_fail("the command does not find its own option", variable, strlen(variable));
	free(value);
	free(variable);
	free(quoted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const unsigned room = size ? data[size - 1] * 8u : 1024;
	char *text = fuzz_text(data, size), *problems = malloc(room ? room : 1);

	if (!problems)
		abort();
	parse(text, room, problems);
	as_argument(text);
	free(problems);
	free(text);
	return 0;
}
