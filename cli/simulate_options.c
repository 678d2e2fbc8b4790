/* Checks what --simulate and VRAMTRACK_SIMULATE say, by the simulated device's own table. */
#include "config.h"

#include "cli/simulate_options.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/option_values.h"
#include "simulate/common/options_table.h"

enum type {
	BYTES,
	COUNT,
	CHOICE,
	PATH
};

static const struct option {
	const char *key;
	enum type type;
	uint64_t least, most;
	const char *shown;
} known[] = {
#define VT_SIMULATE_OPTION(key, type, default_text, least, most, shown, help)                      \
	{#key, type, least, most, shown},
	VT_SIMULATE_OPTIONS(VT_SIMULATE_OPTION)
#undef VT_SIMULATE_OPTION
};

enum {
	KNOWN = sizeof(known) / sizeof(known[0])
};

static bool is_value(const struct option *option, const char *text)
{
	const char *end = text;
	uint64_t number;

	if (option->type == BYTES ? !vt__value_bytes(text, &number)
				  : !vt__value_number(text, &end, &number) || *end)
		return false;
	return number >= option->least && number <= option->most;
}

static int refuse_key(const char *key, int length, const char *where, char *message, size_t size)
{
	size_t used = (size_t)snprintf(message, size, "%s has no key '%.*s'; there are", where,
				       length, key);

	for (size_t i = 0; i < KNOWN && used < size; i++)
		used += (size_t)snprintf(message + used, size - used, "%s %s", i ? "," : "",
					 known[i].key);
	return -EINVAL;
}

static int check_path(const struct option *option, size_t length, const char *where, char *message,
		      size_t size)
{
	if (length >= option->least && length <= option->most)
		return 0;
	snprintf(message, size, "%s %s takes a path of %llu to %llu bytes", where, option->key,
		 (unsigned long long)option->least, (unsigned long long)option->most);
	return -EINVAL;
}

/* One of the words that are shown. */
static int check_choice(const struct option *option, const char *text, const char *where,
			char *message, size_t size)
{
	const char *word = option->shown;
	size_t length;

	while ((length = strcspn(word, "|")) != 0) {
		if (length == strlen(text) && strncmp(word, text, length) == 0)
			return 0;
		word += length + (word[length] == '|');
	}
	snprintf(message, size, "%s %s is one of %s, not '%s'", where, option->key, option->shown,
		 text);
	return -EINVAL;
}

static int check_entry(const char *entry, size_t length, const char *where, char *message,
		       size_t size)
{
	const char *equals = memchr(entry, '=', length);
	size_t key = equals ? (size_t)(equals - entry) : length, i = 0;
	char value[64];

	while (i < KNOWN && (strncmp(known[i].key, entry, key) != 0 || known[i].key[key]))
		i++;
	if (i == KNOWN)
		return refuse_key(entry, (int)key, where, message, size);
	snprintf(value, sizeof(value), "%.*s", equals ? (int)(length - key - 1) : 0,
		 equals ? equals + 1 : "");
	if (known[i].type == PATH)
		return check_path(&known[i], equals ? length - key - 1 : 0, where, message, size);
	if (known[i].type == CHOICE)
		return check_choice(&known[i], value, where, message, size);
	if (equals && length - key - 1 < sizeof(value) && is_value(&known[i], value))
		return 0;
	snprintf(message, size, "%s %s takes a number from %llu to %llu%s, not '%s'", where,
		 known[i].key, (unsigned long long)known[i].least,
		 (unsigned long long)known[i].most,
		 known[i].type == BYTES ? ", K, M, G or T after it" : "", value);
	return -EINVAL;
}

int vt__simulate_options_check(const char *text, const char *where, char *message,
			       size_t message_size)
{
	int error = 0;

	while (*text && !error) {
		size_t length = strcspn(text, ":");

		if (length)
			error = check_entry(text, length, where, message, message_size);
		text += length;
		text += *text == ':';
	}
	return error;
}
