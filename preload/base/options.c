/* Parses VRAMTRACK_OPTIONS: key=value pairs with ':' between them, "\:" for a ':' in a value. */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/option_values.h"
#include "preload/base/options.h"

#include "base/attributes.h"

enum option_type {
	FOLDER,
	COUNT,
	SWITCH,
	BYTES,
	FAIL,
	GROWTH,
	CHOICE
};

struct row {
	const char *key;
	enum option_type type;
	const char *initial;
	long least, most;
	const char *shown;
	size_t offset;
};

static const struct row rows[] = {
#define VT_OPTION(key, type, initial, least, most, shown, what)                                    \
	{#key, type, initial, least, most, shown, offsetof(struct vt__options, key)},
	VT_OPTIONS(VT_OPTION)
#undef VT_OPTION
};

enum {
	ROWS = sizeof(rows) / sizeof(rows[0])
};

struct problems {
	char *text;
	unsigned room;
};

/* What is quoted of the environment may hold any bytes: a terminal gets none that do more
 * than show something, and no line of somebody else's. */
static void make_harmless(char *line, size_t length)
{
	for (; length; line++, length--)
		if (*line < ' ' || *line > '~')
			*line = '?';
}

__attribute__((format(printf, 2, 3))) static void complain(struct problems *problems,
							   const char *format, ...)
{
	va_list arguments;
	int written;

	va_start(arguments, format);
	written = vsnprintf(problems->text, problems->room, format, arguments);
	va_end(arguments);
	if (written < 0 || (unsigned)written >= problems->room) {
		if (problems->room)
			problems->text[0] = '\0'; /* no half lines */
		return;
	}
	make_harmless(problems->text, (size_t)written - 1); /* all but the newline */
	problems->text += written;
	problems->room -= (unsigned)written;
}

static bool parse_number(const char *text, const struct row *row, long *out)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*out = strtol(text, &end, 10);
	return !errno && !*end && *out >= row->least && *out <= row->most;
}

/* Returns what the value should have been, NULL if it is that. */
static const char *set_special(const struct row *row, const char *value, char *field)
{
	struct vt__growth_value growth;
	struct vt__fail_value fail;
	uint64_t bytes;
	long place;

	if (row->type == CHOICE) {
		if (!vt__value_choice(row->shown, value, &place))
			return row->shown;
		memcpy(field, &place, sizeof(place));
		return NULL;
	}
	if (row->type == FAIL) {
		if (strlen(value) >= VT__FAIL_BYTES || !vt__value_fail(value, &fail))
			return VT_FAIL_FORM;
		strcpy(field, value);
		return NULL;
	}
	if (row->type == GROWTH) {
		if (strlen(value) >= VT__FAIL_BYTES || !vt__value_growth(value, &growth))
			return VT_GROWTH_FORM;
		strcpy(field, value);
		return NULL;
	}
	if (!vt__value_bytes(value, &bytes))
		return VT_BYTES_FORM;
	memcpy(field, &bytes, sizeof(bytes));
	return NULL;
}

static void set(const struct row *row, const char *value, struct vt__options *options,
		struct problems *problems)
{
	char *field = (char *)options + row->offset;
	const char *form;
	long number;

	if (row->type == BYTES || row->type == FAIL || row->type == GROWTH || row->type == CHOICE) {
		form = set_special(row, value, field);
		if (form)
			complain(problems,
				 "vramtrack: " VT_OPTIONS_VARIABLE
				 ": %s=%.40s is not %s; it is left out\n",
				 row->key, value, form);
	} else if (row->type == FOLDER) {
		if (*value && strlen(value) < VT__FOLDER_BYTES)
			strcpy(field, value);
		else
			complain(problems,
				 "vramtrack: " VT_OPTIONS_VARIABLE
				 ": %s needs a folder; %s is used\n",
				 row->key, row->initial);
	} else if (parse_number(value, row, &number)) {
		memcpy(field, &number, sizeof(number));
	} else {
		complain(problems,
			 "vramtrack: " VT_OPTIONS_VARIABLE
			 ": %s=%.40s is not a number from %ld to %ld; %s is used\n",
			 row->key, value, row->least, row->most, row->initial);
	}
}

static void complain_of_key(const char *key, struct problems *problems)
{
	char known[512] = "";

	for (size_t i = 0; i < ROWS; i++) {
		strcat(known, i ? ", " : "");
		strcat(known, rows[i].key);
	}
	complain(problems,
		 "vramtrack: " VT_OPTIONS_VARIABLE ": unknown key '%.40s', ignored; known are %s\n",
		 key, known);
}

static void parse_pair(char *pair, struct vt__options *options, struct problems *problems)
{
	char *value = strchr(pair, '=');

	if (value)
		*value++ = '\0';
	for (size_t i = 0; i < ROWS; i++) {
		if (strcmp(rows[i].key, pair) == 0) {
			set(&rows[i], value ? value : "", options, problems);
			return;
		}
	}
	complain_of_key(pair, problems);
}

/* Copies up to the ':' that ends the pair, and undoes "\:" and "\\". */
static const char *next_pair(const char *text, char *pair, size_t room)
{
	const char *entry = text;
	size_t length = 0;

	for (; *text; text++) {
		if (*text == ':' && vt__entry_ends(entry, text))
			break;
		if (*text == '\\' && (text[1] == ':' || text[1] == '\\'))
			text++;
		if (length + 1 < room)
			pair[length++] = *text;
	}
	pair[length] = '\0';
	return *text ? text + 1 : text;
}

static void make_absolute(vt__folder folder)
{
	vt__folder here;
	size_t length;

	if (folder[0] == '/' || !getcwd(here, sizeof(here)))
		return;
	if (strcmp(folder, ".") == 0) {
		strcpy(folder, here);
		return;
	}
	length = strlen(here);
	if (length + 1 + strlen(folder) >= VT__FOLDER_BYTES)
		return;
	memmove(folder + length + 1, folder, strlen(folder) + 1);
	memcpy(folder, here, length);
	folder[length] = '/';
}

void vt__options_parse(const char *text, struct vt__options *out, char *buffer, unsigned room)
{
	struct problems problems = {buffer, room};
	struct problems none = {NULL, 0};
	static char pair[VT__FOLDER_BYTES + 64]; /* little room may be left on the stack */

	memset(out, 0, sizeof(*out));
	if (room)
		buffer[0] = '\0';
	for (size_t i = 0; i < ROWS; i++)
		set(&rows[i], rows[i].initial, out, &none);
	while (text && *text) {
		text = next_pair(text, pair, sizeof(pair));
		if (pair[0])
			parse_pair(pair, out, &problems);
	}
	out->refuses = out->fail[0] || out->limit;
	out->quarantines = out->quarantine > 0;
}

struct vt__options vt__options_parsed;
static char problems_found[1024];

/* By the constructor, so that a relative folder is relative to where the
 * program started; and before anything can allocate device memory. */
__attribute__((constructor)) VT__SELDOM static void parse_environment(void)
{
	int saved = errno;
	const char *run = getenv(VT_RUN_VARIABLE);

	vt__options_parse(getenv(VT_OPTIONS_VARIABLE), &vt__options_parsed, problems_found,
			  sizeof(problems_found));
	make_absolute(vt__options_parsed.output);
	vt__options_parsed.run_id = run ? strtoull(run, NULL, 16) : 0;
	errno = saved;
}

const struct vt__options *vt__options(void)
{
	if (VT__UNLIKELY(!vt__options_parsed.depth)) /* called from a constructor before ours */
		parse_environment();
	return &vt__options_parsed;
}

const char *vt__options_problems(void)
{
	return problems_found;
}
