/* Parser of VRAMTRACK_SIMULATE; the keys are those of options_table.h. */
#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/common/options.h"

enum option_type {
	BYTES,
	COUNT,
	CHOICE,
	PATH
};

static const struct option {
	const char *key;
	enum option_type type;
	const char *initial;
	unsigned long long least;
	unsigned long long most;
	size_t offset;
	const char *shown;
} options_known[] = {
#define VT_ROW(key, type, initial, least, most, shown, what)                                       \
	{#key, type, initial, least, most, offsetof(struct vt__simulate_options, key), shown},
	VT_SIMULATE_OPTIONS(VT_ROW)
#undef VT_ROW
};

#define SIMULATED_DEVICE "vramtrack's simulated device: "
#define OPTION_COUNT (sizeof(options_known) / sizeof(options_known[0]))

static bool parse_value(const struct option *option, const char *text, unsigned long long *value)
{
	static const char units[] = "KMGT";
	unsigned long long number;
	const char *unit;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno)
		return false;
	unit = option->type == BYTES && *end ? strchr(units, *end) : NULL;
	if (unit) {
		unsigned int shift = 10 * (unsigned int)(unit - units + 1);

		if (number > ~0ULL >> shift)
			return false;
		number <<= shift;
		end++;
	}
	if (*end || number < option->least || number > option->most)
		return false;
	*value = number;
	return true;
}

/* The place of a word among those that are shown. */
static bool parse_choice(const struct option *option, const char *text, unsigned long long *value)
{
	const char *word = option->shown;
	size_t length;

	for (*value = 0; (length = strcspn(word, "|")) != 0; ++*value) {
		if (length == strlen(text) && !strncmp(word, text, length))
			return true;
		word += length + (word[length] == '|');
	}
	return false;
}

static bool store(struct vt__simulate_options *options, const struct option *option,
		  const char *text)
{
	char *place = (char *)options + option->offset;
	unsigned long long value = 0;

	if (option->type == PATH) {
		if (strlen(text) < option->least || strlen(text) > option->most)
			return false;
		strcpy(place, text);
		return true;
	}
	if (option->type == CHOICE ? !parse_choice(option, text, &value)
				   : !parse_value(option, text, &value))
		return false;
	memcpy(place, &value, sizeof(value));
	return true;
}

static void say_wrong_value(const struct option *option, const char *text)
{
	if (option->type == PATH)
		fprintf(stderr, SIMULATED_DEVICE "%s: %s takes a path of %llu to %llu bytes\n",
			VT_SIMULATE_VARIABLE, option->key, option->least, option->most);
	else if (option->type == CHOICE)
		fprintf(stderr, SIMULATED_DEVICE "%s: %s is one of %s, not '%s'\n",
			VT_SIMULATE_VARIABLE, option->key, option->shown, text);
	else
		fprintf(stderr,
			SIMULATED_DEVICE "%s: %s takes a number from %llu to %llu%s, not '%s'\n",
			VT_SIMULATE_VARIABLE, option->key, option->least, option->most,
			option->type == BYTES ? ", K, M, G or T after it" : "", text);
}

static void say_unknown_key(const char *key)
{
	char known[256] = "";

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		strncat(known, i ? ", " : "", sizeof(known) - strlen(known) - 1);
		strncat(known, options_known[i].key, sizeof(known) - strlen(known) - 1);
	}
	fprintf(stderr, SIMULATED_DEVICE "%s has no key '%s'; there are %s\n", VT_SIMULATE_VARIABLE,
		key, known);
}

/* One "key=value" of its own storage. */
static bool read_pair(char *pair, struct vt__simulate_options *options)
{
	char *value = strchr(pair, '=');
	const struct option *option = NULL;

	if (value)
		*value++ = '\0';
	for (size_t i = 0; i < OPTION_COUNT && !option; i++)
		option = strcmp(options_known[i].key, pair) ? NULL : &options_known[i];
	if (option && value && store(options, option, value))
		return true;
	if (!option)
		say_unknown_key(pair);
	else
		say_wrong_value(option, value ? value : "");
	return false;
}

bool vt__read_simulate_options(const char *text, struct vt__simulate_options *options)
{
	char *copy = text ? strdup(text) : NULL;
	char *rest = copy;
	bool is_right = true;

	memset(options, 0, sizeof(*options)); /* a path has no default */
	for (size_t i = 0; i < OPTION_COUNT; i++)
		store(options, &options_known[i], options_known[i].initial);
	while (rest) {
		char *pair = strsep(&rest, ":");

		if (*pair)
			is_right &= read_pair(pair, options);
	}
	free(copy);
	return is_right;
}

unsigned long long vt__other_memory(const struct vt__simulate_options *options)
{
	return options->other_memory < options->memory ? options->other_memory : options->memory;
}
