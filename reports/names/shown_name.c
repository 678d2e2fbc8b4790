/*
 * Names of functions as they are shown: one form for one thing, cut where it hurts
 * least.
 */
#include "config.h"

#include "reports/names/shown_name.h"

#include <stdlib.h>
#include <string.h>

#include "reports/names/plain_names.h"

static const char dots[] = "...";

/* ---- Brackets ------------------------------------------------------------------- */

static bool is_word_byte(char byte)
{
	return byte == '_' || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= 'A' && byte <= 'Z');
}

/* The bytes at `at` that hold no bracket although they look like it: the name of an
 * operator, an arrow. 0: none. */
static size_t no_bracket(const char *name, const char *at)
{
	static const char word[] = "operator";
	size_t bytes = strlen(word);

	if (at[0] == '-' && at[1] == '>')
		return 2;
	if (strncmp(at, word, bytes) || (at > name && is_word_byte(at[-1])))
		return 0;
	bytes += !strncmp(at + bytes, "()", 2) ? 2 : strspn(at + bytes, "<>=-");
	return bytes;
}

/* The bracket that closes the one at `at`; NULL if none does. */
static const char *closing(const char *name, const char *at, char open, char close)
{
	size_t depth = 0;

	while (*at) {
		const size_t skipped = no_bracket(name, at);

		if (skipped) {
			at += skipped;
			continue;
		}
		depth += *at == open;
		if (*at == close && depth-- == 1)
			return at;
		at++;
	}
	return NULL;
}

/* What stands in these brackets is no argument and no parameter. */
static bool is_name(const char *at)
{
	return !strncmp(at, "(anonymous", strlen("(anonymous"));
}

/* Copies a name with what is in brackets at that depth (1: the outermost) as dots;
 * never longer than the name. */
static void cut_brackets(const char *name, char open, char close, int depth, char *out)
{
	const char *at = name;
	int level = 0;

	while (*at) {
		const size_t skipped = no_bracket(name, at);
		const char *end = NULL;

		if (skipped) {
			out = mempcpy(out, at, skipped);
			at += skipped;
			continue;
		}
		if (*at == open && ++level == depth && !is_name(at))
			end = closing(name, at, open, close);
		level -= *at == close && level > 0;
		*out++ = *at++;
		if (!end)
			continue;
		if ((size_t)(end - at) > strlen(dots)) {
			out = mempcpy(out, dots, strlen(dots));
			at = end;
		}
	}
	*out = '\0';
}

/* ---- The steps --------------------------------------------------------------------- */

static void cut_arguments(char *name, char *buffer, size_t width)
{
	for (int depth = 4; depth && strlen(name) > width; depth--) {
		cut_brackets(name, '<', '>', depth, buffer);
		strcpy(name, buffer);
	}
	if (strlen(name) > width) {
		cut_brackets(name, '(', ')', 1, buffer);
		strcpy(name, buffer);
	}
}

static void cut_end(char *name, size_t width)
{
	size_t length = width > strlen(dots) ? width - strlen(dots) : 0;

	if (strlen(name) <= width)
		return;
	/* Not inside a character. */
	while (length && (name[length] & 0xc0) == 0x80)
		length--;
	strcpy(name + length, dots);
}

/* The one form of what two tools write in two ways. The caller frees it. */
static char *with_namespaces(const char *name)
{
	static const char none[] = "(anonymous)", space[] = "(anonymous namespace)";
	size_t count = 0;
	const char *at, *next;
	char *made, *out;

	for (at = name; (at = strstr(at, none)); at += strlen(none))
		count++;
	out = made = malloc(strlen(name) + count * (strlen(space) - strlen(none)) + 1);
	if (!made)
		return NULL;
	for (at = name; (next = strstr(at, none)); at = next + strlen(none)) {
		out = mempcpy(out, at, (size_t)(next - at));
		out = mempcpy(out, space, strlen(space));
	}
	strcpy(out, at);
	return made;
}

/* Takes over the name. */
static char *cut(char *name, size_t width)
{
	char *whole = name ? with_namespaces(name) : NULL, *buffer;

	free(name);
	if (!whole || strlen(whole) <= width)
		return whole;
	buffer = malloc(strlen(whole) + 1);
	if (!buffer) {
		free(whole);
		return NULL;
	}
	cut_arguments(whole, buffer, width);
	free(buffer);
	if (strlen(whole) <= width)
		return whole;
	name = vt__plain_name(whole);
	free(whole);
	whole = name ? with_namespaces(name) : NULL;
	free(name);
	if (whole)
		cut_end(whole, width);
	return whole;
}

char *vt__shown_name(const char *function, size_t width)
{
	return cut(strdup(function), width);
}

char *vt__shown_plain(const char *function, size_t width)
{
	return cut(vt__plain_name(function), width);
}
