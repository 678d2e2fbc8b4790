/*
 * Makes strings from recordings fit for a terminal and for JSON.
 */
#include "config.h"

#include "reports/text/escape.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SEPARATOR '\x1f'
#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

size_t vt__utf8_character(const char *text, unsigned *code)
{
	/* The least number that needs so many bytes: a longer form is an attack. */
	static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char first = (unsigned char)*text;
	unsigned value;
	size_t bytes;

	if (first < 0x80) {
		*code = first;
		return 1;
	}
	bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	value = first & (0x7fu >> bytes);
	for (size_t i = 1; i < bytes; i++) {
		const unsigned char next = (unsigned char)text[i];

		if ((next & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (next & 0x3f);
	}
	if (value < least[bytes] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*code = value;
	return bytes;
}

/* C0, DEL, C1, and the marks that change the direction of a line. */
bool vt__is_dangerous(unsigned code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c || code == 0x200e ||
	       code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

void vt__print_escaped(FILE *out, const char *text)
{
	while (*text) {
		unsigned code = 0;
		size_t bytes = vt__utf8_character(text, &code);

		if (bytes && !vt__is_dangerous(code)) {
			fwrite(text, 1, bytes, out);
			text += bytes;
			continue;
		}
		for (bytes = bytes ? bytes : 1; bytes; bytes--, text++)
			fprintf(out, "\\x%02x", (unsigned char)*text);
	}
}

void vt__print_raw(FILE *out, struct vt__raw raw)
{
	vt__print_escaped(out, vt__raw_to_escape(raw));
}

void vt__make_harmless(char *line)
{
	while (*line) {
		unsigned code = 0;
		size_t bytes = vt__utf8_character(line, &code);

		if (bytes && !vt__is_dangerous(code)) {
			line += bytes;
			continue;
		}
		for (bytes = bytes ? bytes : 1; bytes; bytes--)
			*line++ = '?';
	}
}

static bool is_any(unsigned code)
{
	(void)code;
	return true;
}

static bool is_harmless(unsigned code)
{
	return !vt__is_dangerous(code) && code != 0xfffe && code != 0xffff;
}

static bool is_harmless_in_lines(unsigned code)
{
	return code == '\n' || code == '\t' || is_harmless(code);
}

/* A copy with REPLACEMENT for what `stays` does not like. */
static char *copy_of(const char *text, bool (*stays)(unsigned code))
{
	char *copy = malloc(strlen(text) * strlen(REPLACEMENT) + 1), *at = copy;

	if (!copy)
		return NULL;
	while (*text) {
		unsigned code = 0;
		const size_t bytes = vt__utf8_character(text, &code);

		if (bytes && stays(code))
			at = mempcpy(at, text, bytes);
		else
			at = mempcpy(at, REPLACEMENT, strlen(REPLACEMENT));
		text += bytes ? bytes : 1;
	}
	*at = '\0';
	return copy;
}

char *vt__utf8_copy(const char *text)
{
	return copy_of(text, is_any);
}

char *vt__clean_copy(const char *text, bool lines)
{
	return copy_of(text, lines ? is_harmless_in_lines : is_harmless);
}

/* Characters that mean nothing to a shell, wherever they stand. */
static bool is_plain(const char *argument, size_t length)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-./,:=+@%^";

	for (size_t i = 0; i < length; i++)
		if (!strchr(plain, argument[i]))
			return false;
	return length;
}

/* Bytes of a character that can stand as it is, 0 if it must be escaped. */
static size_t harmless_bytes(const char *at)
{
	unsigned code = 0;
	const size_t bytes = vt__utf8_character(at, &code);

	return bytes && !vt__is_dangerous(code) ? bytes : 0;
}

static bool is_printable(const char *argument, size_t length)
{
	size_t i = 0, bytes;

	for (; i < length; i += bytes) {
		bytes = harmless_bytes(argument + i);
		if (!bytes)
			return false;
	}
	return true;
}

/* 'it'\''s a name' */
static void quote_plainly(FILE *out, const char *argument, size_t length)
{
	fputc('\'', out);
	for (size_t i = 0; i < length; i++)
		if (argument[i] == '\'')
			fputs("'\\''", out);
		else
			fputc(argument[i], out);
	fputc('\'', out);
}

/* $'a\xff': a shell gives back the very bytes. */
static void quote_escaped(FILE *out, const char *argument, size_t length)
{
	size_t i = 0, bytes;

	fputs("$'", out);
	for (; i < length; i += bytes) {
		bytes = harmless_bytes(argument + i);
		if (!bytes) {
			fprintf(out, "\\x%02x", (unsigned char)argument[i]);
			bytes = 1;
			continue;
		}
		if (argument[i] == '\'' || argument[i] == '\\')
			fputc('\\', out);
		fwrite(argument + i, 1, bytes, out);
	}
	fputc('\'', out);
}

static void quote(FILE *out, const char *argument, size_t length)
{
	if (is_plain(argument, length))
		fwrite(argument, 1, length, out);
	else if (is_printable(argument, length))
		quote_plainly(out, argument, length);
	else
		quote_escaped(out, argument, length);
}

void vt__print_quoted(FILE *out, const char *word)
{
	quote(out, word, strlen(word));
}

char *vt__shell_command(struct vt__raw arguments)
{
	const char *command = vt__raw_to_parse(arguments);
	char *line = NULL;
	size_t bytes;
	FILE *out = open_memstream(&line, &bytes);

	if (!out)
		return NULL;
	while (*command) {
		const size_t length = (size_t)(strchrnul(command, SEPARATOR) - command);

		quote(out, command, length);
		command += length;
		/* A separator at the end is followed by one more, empty argument. */
		if (*command++ == '\0')
			break;
		fputc(' ', out);
		if (!*command)
			quote(out, "", 0);
	}
	if (fclose(out)) {
		free(line);
		return NULL;
	}
	return line;
}
