/*
 * Which words a shell may offer behind an option: all of it is in the tables of the command.
 */
#include "config.h"

#include <string.h>

#include "cli/shim_options.h"
#include "completions/completions.h"
#include "simulate/common/options_table.h"

enum kind kind_of(const struct vt__option *option)
{
	if (option->type == VT__OPTION_SWITCH)
		return KIND_NOTHING;
	if (option->type == VT__OPTION_WORDS)
		return KIND_WORDS;
	if (option->type == VT__OPTION_CHOICE)
		return KIND_WORD;
	if (option->choices)
		return KIND_BEGIN;
	if (strncmp(option->shown, "KEY=VALUE", strlen("KEY=VALUE")) == 0)
		return KIND_KEYS;
	if (strcmp(option->shown, "FILE") == 0)
		return KIND_FILE;
	return strcmp(option->shown, "FOLDER") == 0 ? KIND_FOLDER : KIND_FREE;
}

/* "key=", or for "record|report" each "key=value". */
static void each_key(const char *key, const char *shown,
		     void (*each)(const char *word, void *closure), void *closure)
{
	char word[128];

	if (!strchr(shown, '|')) {
		snprintf(word, sizeof(word), "%s=", key);
		each(word, closure);
		return;
	}
	while (*shown) {
		const size_t length = strcspn(shown, "|");

		snprintf(word, sizeof(word), "%s=%.*s", key, (int)length, shown);
		each(word, closure);
		shown += length + (shown[length] == '|');
	}
}

static void each_choice(const struct vt__option *option,
			void (*each)(const char *word, void *closure), void *closure)
{
	const char *const behind = option->shown && strchr(option->shown, '=') ? "=" : "";
	const char *at = option->choices();
	char word[128];

	while (*at) {
		const size_t length = strcspn(at, ",");

		snprintf(word, sizeof(word), "%.*s%s", (int)length, at, behind);
		each(word, closure);
		at += length;
		at += strspn(at, ", ");
	}
}

void each_word(const struct vt__option *option, void (*each)(const char *word, void *closure),
	       void *closure)
{
	if (option->choices) {
		each_choice(option, each, closure);
	} else if (strcmp(option->name, "simulate") == 0) {
#define VT_SIMULATE_OPTION(key, type, default_text, least, most, shown, help)                      \
	each_key(#key, shown, each, closure);
		VT_SIMULATE_OPTIONS(VT_SIMULATE_OPTION)
#undef VT_SIMULATE_OPTION
	} else {
		for (size_t i = 0; i < vt__shim_option_count; i++)
			each_key(vt__shim_options[i].key, vt__shim_options[i].shown, each, closure);
	}
}

const char *short_help(const struct vt__option *option, char *buffer, size_t size)
{
	snprintf(buffer, size, "%.*s", (int)strcspn(option->help, ";:("), option->help);
	for (size_t length = strlen(buffer); length && buffer[length - 1] == ' ';)
		buffer[--length] = '\0';
	return buffer;
}
