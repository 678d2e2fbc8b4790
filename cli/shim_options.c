/* Checks and finds the keys of VRAMTRACK_OPTIONS. */
#include "config.h"

#include "cli/shim_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/number.h"
#include "base/option_values.h"

const struct vt__shim_option vt__shim_options[] = {
#define VT_OPTION(key, type, default_text, least, most, shown, help)                               \
	{#key, VT__SHIM_##type, default_text, least, most, shown, help},
	VT_OPTIONS(VT_OPTION)
#undef VT_OPTION
};

const size_t vt__shim_option_count = sizeof(vt__shim_options) / sizeof(vt__shim_options[0]);

/* Keys that say what the shim does when there is no command to do it. */
static const char *const keys_without_command[] = {"report", "keep"};

const char *vt__shim_option_value(const char *text, const char *key)
{
	size_t length = strlen(key);

	return strncmp(text, key, length) == 0 && text[length] == '=' ? text + length + 1 : NULL;
}

char *vt__shim_option_quote(const char *text)
{
	char *quoted = malloc(2 * strlen(text) + 1), *to = quoted;

	if (!quoted)
		return NULL;
	for (; *text; text++) {
		if (*text == ':' || *text == '\\')
			*to++ = '\\';
		*to++ = *text;
	}
	*to = '\0';
	return quoted;
}

/* Copies one entry of the variable without its quoting. Returns where the next one begins. */
static const char *take_entry(const char *text, char *entry)
{
	const char *begin = text;

	for (; *text && (*text != ':' || !vt__entry_ends(begin, text)); text++) {
		if (*text == '\\' && (text[1] == ':' || text[1] == '\\'))
			text++;
		*entry++ = *text;
	}
	*entry = '\0';
	return *text ? text + 1 : text;
}

char *vt__shim_option_in(const char *variable, const char *key)
{
	char *entry = malloc(strlen(variable) + 1);
	char *found = NULL;

	while (entry && *variable) {
		const char *value;

		variable = take_entry(variable, entry);
		value = vt__shim_option_value(entry, key);
		if (value && *value) {
			free(found);
			found = strdup(value);
		}
	}
	free(entry);
	return found;
}

static const struct vt__shim_option *find(const char *text)
{
	for (size_t i = 0; i < vt__shim_option_count; i++) {
		if (vt__shim_option_value(text, vt__shim_options[i].key))
			return &vt__shim_options[i];
	}
	return NULL;
}

static int refuse_key(const char *text, char *message, size_t message_size)
{
	size_t used;

	if (!strchr(text, '=')) {
		snprintf(message, message_size, "--option takes key=value, not '%s'", text);
		return -EINVAL;
	}
	used = (size_t)snprintf(message, message_size, "--option has no key '%.*s'; there are",
				(int)strcspn(text, "="), text);
	for (size_t i = 0; i < vt__shim_option_count && used < message_size; i++)
		used += (size_t)snprintf(message + used, message_size - used, "%s %s", i ? "," : "",
					 vt__shim_options[i].key);
	return -EINVAL;
}

static int check_value(const struct vt__shim_option *option, const char *value, char *message,
		       size_t message_size)
{
	struct vt__growth_value growth;
	struct vt__fail_value fail;
	unsigned long number;
	uint64_t bytes;
	long place;

	if (option->type == VT__SHIM_BYTES || option->type == VT__SHIM_FAIL) {
		if (option->type == VT__SHIM_BYTES ? vt__value_bytes(value, &bytes)
						   : vt__value_fail(value, &fail))
			return 0;
		snprintf(message, message_size, "--option %s takes %s, not '%s'", option->key,
			 option->type == VT__SHIM_BYTES ? VT_BYTES_FORM : VT_FAIL_FORM, value);
		return -EINVAL;
	}
	if (option->type == VT__SHIM_GROWTH) {
		if (vt__value_growth(value, &growth))
			return 0;
		snprintf(message, message_size, "--option %s takes " VT_GROWTH_FORM ", not '%s'",
			 option->key, value);
		return -EINVAL;
	}
	if (option->type == VT__SHIM_CHOICE) {
		if (vt__value_choice(option->shown, value, &place))
			return 0;
		snprintf(message, message_size, "--option %s takes one of %s, not '%s'",
			 option->key, option->shown, value);
		return -EINVAL;
	}
	if (option->type == VT__SHIM_FOLDER) {
		if (*value)
			return 0;
		snprintf(message, message_size, "--option %s needs a folder", option->key);
		return -EINVAL;
	}
	if (vt__parse_number(value, option->least, option->most, &number) == 0)
		return 0;
	snprintf(message, message_size, "--option %s takes a number from %lu to %lu, not '%s'",
		 option->key, option->least, option->most, value);
	return -EINVAL;
}

int vt__shim_option_check(const char *text, char *message, size_t message_size)
{
	const struct vt__shim_option *option = find(text);

	if (!option)
		return refuse_key(text, message, message_size);
	for (size_t i = 0; i < sizeof(keys_without_command) / sizeof(char *); i++) {
		if (strcmp(option->key, keys_without_command[i]) != 0)
			continue;
		snprintf(message, message_size,
			 "--option %s is for LD_PRELOAD without this command; use --no-report",
			 option->key);
		return -EINVAL;
	}
	return check_value(option, strchr(text, '=') + 1, message, message_size);
}

int vt__shim_variable_check(const char *variable, char *message, size_t message_size)
{
	static const char given[] = "--option";
	char *entry = malloc(strlen(variable) + 1), words[512];
	int error = entry ? 0 : -ENOMEM;

	while (!error && *variable) {
		const struct vt__shim_option *option;

		variable = take_entry(variable, entry);
		if (!*entry)
			continue;
		option = find(entry);
		error = option ? check_value(option, strchr(entry, '=') + 1, words, sizeof(words))
			       : refuse_key(entry, words, sizeof(words));
		if (error)
			snprintf(message, message_size, "%s%s", VT_OPTIONS_VARIABLE,
				 words + sizeof(given) - 1);
	}
	free(entry);
	return error;
}
