/* Parses the options of a command from its table. */
#include "config.h"

#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/message.h"
#include "cli/number.h"
#include "cli/option_effects.h"
#include "base/option_values.h"
#include "vramtrack/exit_codes.h"

/* getopt_long() returns this plus the row; beyond any letter. */
#define ROW_BASE 256
#define ROW_HELP (ROW_BASE + VT__OPTIONS_MAX)

struct getopt_tables {
	struct option longs[VT__OPTIONS_MAX + 2];
	char letters[3 * VT__OPTIONS_MAX + 8];
};

int vt__list_add(struct vt__list *list, const char *text)
{
	const char **items = realloc(list->items, (list->count + 1) * sizeof(*items));

	if (!items)
		return -ENOMEM;
	items[list->count++] = text;
	list->items = items;
	return 0;
}

void vt__list_free(struct vt__list *list)
{
	free(list->items);
	list->items = NULL;
	list->count = 0;
}

/* The number of a word, of `length` bytes, among the choices; -1: it is none of them. */
static int choice_of(const char *choices, const char *text, size_t length)
{
	for (int number = 0; *choices; number++) {
		size_t word = strcspn(choices, ",");

		if (word == length && memcmp(choices, text, length) == 0)
			return number;
		choices += word;
		choices += strspn(choices, ", ");
	}
	return -1;
}

/* Adds the bits of the words; false if one of them is no choice. */
static bool add_words(const char *choices, const char *text, unsigned long *bits)
{
	unsigned long every = 0;

	for (const char *word = choices; (word = strchr(word, ',')); word++)
		every = every << 1 | 1;
	for (;; text++) {
		const size_t length = strcspn(text, ",");
		const int number = choice_of(choices, text, length);

		if (number < 0)
			return false;
		*bits |= number ? 1ul << (number - 1) : every;
		text += length;
		if (!*text)
			return true;
	}
}

static int refuse(const struct command *command, const struct vt__option *option, const char *value)
{
	switch (option->type) {
	case VT__OPTION_NUMBER:
		vt__usage_error(command->name, "--%s takes a number from %lu to %lu, not '%s'",
				option->name, option->least, option->most, value);
		break;
	case VT__OPTION_BYTES:
		vt__usage_error(command->name, "--%s takes " VT_BYTES_FORM ", not '%s'",
				option->name, value);
		break;
	case VT__OPTION_PERCENT:
		vt__usage_error(command->name, "--%s takes a share, as 5 or 5%%, not '%s'",
				option->name, value);
		break;
	case VT__OPTION_WORDS:
		vt__usage_error(command->name,
				"--%s takes words of %s, with commas between them, not '%s'",
				option->name, option->choices(), value);
		break;
	case VT__OPTION_CHOICE:
		vt__usage_error(command->name, "--%s takes one of %s, not '%s'", option->name,
				option->choices(), value);
		break;
	default:
		vt__usage_error(command->name, "--%s needs an argument that is not empty",
				option->name);
	}
	return -EINVAL;
}

static int set(const struct command *command, const struct vt__option *option, const char *value,
	       void *settings)
{
	void *field = (char *)settings + option->offset;
	const char *end;
	uint64_t bytes;

	switch (option->type) {
	case VT__OPTION_SWITCH:
		*(bool *)field = true;
		return 0;
	case VT__OPTION_OPTIONAL_TEXT:
		*(const char **)field = value ? value : "";
		return 0;
	case VT__OPTION_NUMBER:
		if (vt__parse_number(value, option->least, option->most, field) < 0)
			return refuse(command, option, value);
		return 0;
	case VT__OPTION_BYTES:
		if (!vt__value_bytes(value, &bytes))
			return refuse(command, option, value);
		*(unsigned long *)field = bytes;
		return 0;
	case VT__OPTION_PERCENT:
		if (!vt__value_number(value, &end, &bytes) || bytes > option->most ||
		    strcmp(end, *end == '%' ? "%" : "") != 0)
			return refuse(command, option, value);
		*(unsigned long *)field = bytes;
		return 0;
	case VT__OPTION_CHOICE:
		if (choice_of(option->choices(), value, strlen(value)) < 0)
			return refuse(command, option, value);
		*(const char **)field = value;
		return 0;
	case VT__OPTION_WORDS:
		return add_words(option->choices(), value, field) ? 0
								  : refuse(command, option, value);
	case VT__OPTION_TEXT:
		if (!*value)
			return refuse(command, option, value);
		*(const char **)field = value;
		return 0;
	case VT__OPTION_LIST:
		if (!*value)
			return refuse(command, option, value);
		if (vt__list_add(field, value) == 0)
			return 0;
		vt__say_for(command->name, "out of memory");
		return -ENOMEM;
	}
	return -EINVAL;
}

int vt__options_exit_code(int status)
{
	if (status == VT__OPTIONS_HELP)
		return VT_EXIT_OK;
	return status == -EINVAL ? VT_EXIT_USAGE : VT_EXIT_SYSTEM;
}

static int argument_of(enum vt__option_type type)
{
	switch (type) {
	case VT__OPTION_SWITCH:
		return no_argument;
	case VT__OPTION_OPTIONAL_TEXT:
		return optional_argument;
	default:
		return required_argument;
	}
}

static void make_tables(const struct vt__option *options, struct getopt_tables *tables)
{
	char *letter = tables->letters;
	int row = 0;

	/* '+': stop at an operand; ':': tell a missing argument from a wrong option */
	memcpy(letter, "+:h", 3);
	letter += 3;
	for (; options[row].name && row < VT__OPTIONS_MAX; row++) {
		int argument = argument_of(options[row].type);

		tables->longs[row] = (struct option){options[row].name, argument, NULL,
						     ROW_BASE + row};
		if (!options[row].letter)
			continue;
		*letter++ = options[row].letter;
		for (int colons = 0; colons < argument; colons++)
			*letter++ = ':';
	}
	*letter = '\0';
	tables->longs[row] = (struct option){"help", no_argument, NULL, ROW_HELP};
	tables->longs[row + 1] = (struct option){NULL, 0, NULL, 0};
}

static const struct vt__option *option_found(const struct vt__option *options, int found)
{
	if (found >= ROW_BASE)
		return &options[found - ROW_BASE];
	for (; options->name; options++) {
		if (options->letter == found)
			return options;
	}
	return NULL;
}

/* getopt_long() takes an abbreviated name; a later option could change what it means. */
static bool is_abbreviated(const struct vt__option *options, const char *given, int found)
{
	const char *name;

	if (found < ROW_BASE)
		return false;
	name = found == ROW_HELP ? "help" : options[found - ROW_BASE].name;
	return strcspn(given + 2, "=") != strlen(name);
}

/* Names the option that getopt_long() refused: `given` is the word it stands in. */
static int refuse_word(const struct command *command, int found, const char *given)
{
	bool is_long = given[0] == '-' && given[1] == '-';
	char shown[3] = {'-', (char)optopt, '\0'};
	int length = is_long ? (int)strcspn(given, "=") : (int)strlen(shown);
	const char *name = is_long ? given : shown;

	if (found == ':')
		vt__usage_error(command->name, "option '%.*s' needs an argument", length, name);
	else if (is_long && optopt)
		vt__usage_error(command->name, "option '%.*s' takes no argument", length, name);
	else
		vt__usage_error(command->name, "unknown option '%.*s'", length, name);
	return -EINVAL;
}

/* Takes one option at argv[optind]. Returns 0, VT__OPTIONS_HELP or -errno. */
static int take_option(const struct command *command, int found, const char *given, void *settings,
		       struct vt__given *taken)
{
	const struct vt__option *option;

	if (found == '?' || found == ':')
		return refuse_word(command, found, given);
	if (is_abbreviated(command->options, given, found)) {
		optopt = 0;
		return refuse_word(command, '?', given);
	}
	if (found == 'h' || found == ROW_HELP) {
		vt__help_command(command, stdout);
		return VT__OPTIONS_HELP;
	}
	option = option_found(command->options, found);
	taken->rows[option - command->options] = optarg ? optarg : "";
	return set(command, option, optarg, settings);
}

int vt__arguments_parse(const struct command *command, int argc, char **argv, void *settings,
			struct vt__operands *operands_out)
{
	struct getopt_tables tables;
	struct vt__operands operands = {.items = calloc((size_t)argc + 1, sizeof(char *))};
	struct vt__given given = {.operands = 0};
	bool only_operands = false;
	int status = 0;

	if (!operands.items) {
		vt__say_for(command->name, "out of memory");
		return -ENOMEM;
	}
	make_tables(command->options, &tables);
	opterr = 0;
	optind = 0; /* makes glibc start afresh */
	while (status == 0) {
		int at = optind ? optind : 1;
		int found = only_operands
				    ? -1
				    : getopt_long(argc, argv, tables.letters, tables.longs, NULL);

		if (found != -1) {
			status = take_option(command, found, argv[at], settings, &given);
			continue;
		}
		if (optind > at) /* "--" */
			only_operands = true;
		if (optind >= argc)
			break;
		operands.behind_dashes |= only_operands && !operands.count;
		operands.items[operands.count++] = argv[optind++];
		if (command->stops_at_operand)
			only_operands = true;
	}
	given.operands = operands.count;
	given.behind_dashes = operands.behind_dashes;
	if (!status)
		status = vt__option_effects_check(command, &given);
	if (status) {
		free(operands.items);
		return status;
	}
	*operands_out = operands;
	return 0;
}
