/*
 * A stream that fits each line into the width of a terminal.
 */
#include "config.h"

#include "reports/formats/fit.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/escape.h"

#define DOTS "..."
#define BELOW 2  /* columns that what goes on below stands in */
#define FRAME 8  /* the same for the file of a frame, where there is room */
#define LEAST 12 /* columns of what is cut before it is worth having */

struct fit {
	FILE *out;
	unsigned width;
	char *line; /* what came of the line */
	size_t used, room;
};

/* ---- One character -------------------------------------------------------------------- */

/* East Asian and emoji: two columns. */
static bool is_wide(unsigned code)
{
	static const struct {
		unsigned first, last;
	} ranges[] = {{0x1100, 0x115f}, {0x2e80, 0xa4cf},   {0xac00, 0xd7a3},
		      {0xf900, 0xfaff}, {0xfe30, 0xfe6f},   {0xff00, 0xff60},
		      {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd}};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

/* Bytes of an escape sequence of the report's own, or of the mark: no columns. */
static size_t without_columns(const char *text)
{
	const char *end;

	if (*text == VT__FIT_MARK)
		return 1;
	if (*text != '\033')
		return 0;
	end = text[1] == ']' ? strstr(text, "\033\\") : strchr(text, 'm');
	if (text[1] == ']')
		return end ? (size_t)(end + 2 - text) : 1;
	return end ? (size_t)(end + 1 - text) : 1;
}

/* The bytes of the next character or escape, and its columns. */
static size_t next(const char *text, size_t *columns)
{
	size_t bytes = without_columns(text);
	unsigned code = 0;

	*columns = 0;
	if (bytes)
		return bytes;
	bytes = vt__utf8_character(text, &code);
	*columns = is_wide(code) ? 2 : 1;
	return bytes ? bytes : 1;
}

size_t vt__fit_columns(const char *text)
{
	size_t columns, sum = 0;

	while (*text) {
		text += next(text, &columns);
		sum += columns;
	}
	return sum;
}

/* ---- One line ------------------------------------------------------------------------- */

static void put(const struct fit *fit, const char *text, size_t bytes)
{
	if (*text != VT__FIT_MARK)
		fwrite(text, 1, bytes, fit->out);
}

/* Writes the characters from column `from` to before `end`, and every escape: a style and a link
 * end where they did. */
static void put_columns(const struct fit *fit, const char *text, size_t from, size_t end)
{
	size_t at = 0, columns;

	while (*text) {
		const size_t bytes = next(text, &columns);

		if (!columns || (at >= from && at + columns <= end))
			put(fit, text, bytes);
		at += columns;
		text += bytes;
	}
}

static void put_cut(const struct fit *fit, const char *text, size_t most)
{
	if (vt__fit_columns(text) <= most) {
		put_columns(fit, text, 0, SIZE_MAX);
		return;
	}
	put_columns(fit, text, 0, most - strlen(DOTS));
	fputs(DOTS, fit->out);
}

/* Without its beginning: of a path the end tells more. */
static void put_end(const struct fit *fit, const char *text, size_t most)
{
	const size_t columns = vt__fit_columns(text);

	if (columns <= most) {
		put_columns(fit, text, 0, SIZE_MAX);
		return;
	}
	fputs(DOTS, fit->out);
	put_columns(fit, text, columns - (most - strlen(DOTS)), SIZE_MAX);
}

/* `tail` in whole behind what there is room for of `head`, or else below it. */
static void put_kept(const struct fit *fit, char *head, const char *tail)
{
	const size_t columns = vt__fit_columns(tail);
	size_t indent;

	if (columns + LEAST <= fit->width) {
		put_cut(fit, head, fit->width - columns);
		put_end(fit, tail, columns);
		return;
	}
	put_cut(fit, head, fit->width);
	tail += strspn(tail, " ");
	indent = columns + FRAME <= fit->width ? FRAME : BELOW;
	fprintf(fit->out, "\n%*s", (int)indent, "");
	put_end(fit, tail, fit->width - indent);
}

/* Bytes up to the next space, and their columns. */
static size_t word_of(const char *text, size_t *columns)
{
	size_t bytes = 0, one;

	*columns = 0;
	while (text[bytes] && text[bytes] != ' ') {
		bytes += next(text + bytes, &one);
		*columns += one;
	}
	return bytes;
}

static size_t go_below(const struct fit *fit, size_t indent)
{
	fprintf(fit->out, "\n%*s", (int)indent, "");
	return indent;
}

/* Writes a word, which goes on below where it is longer than a line. Returns the column. */
static size_t put_word(const struct fit *fit, const char *word, size_t bytes, size_t at,
		       size_t indent)
{
	size_t columns;

	for (const char *end = word + bytes; word < end;) {
		const size_t length = next(word, &columns);

		if (at + columns > fit->width)
			at = go_below(fit, indent);
		put(fit, word, length);
		at += columns;
		word += length;
	}
	return at;
}

static void put_whole(const struct fit *fit, const char *text)
{
	size_t indent = strspn(text, " ") + BELOW, at = 0;

	indent = indent < fit->width / 2 ? indent : BELOW;
	while (*text) {
		size_t spaces = strspn(text, " "), columns;
		const size_t bytes = word_of(text + spaces, &columns);

		if (!at && spaces > fit->width / 2) {
			text += spaces - fit->width / 2;
			spaces = fit->width / 2;
		}
		if (at && at + spaces + columns > fit->width) {
			at = go_below(fit, indent);
		} else {
			fprintf(fit->out, "%*s", (int)spaces, "");
			at += spaces;
		}
		text += spaces;
		at = put_word(fit, text, bytes, at, indent);
		text += bytes;
	}
}

static void put_line(const struct fit *fit, char *line)
{
	char *mark = strchr(line, VT__FIT_MARK);

	if (vt__fit_columns(line) <= fit->width) {
		put_columns(fit, line, 0, SIZE_MAX);
	} else if (mark) {
		*mark = '\0';
		put_kept(fit, line, mark + 1);
	} else {
		put_whole(fit, line);
	}
}

/* ---- The stream ----------------------------------------------------------------------- */

static bool take(struct fit *fit, char byte)
{
	if (fit->used + 1 >= fit->room) {
		const size_t room = fit->room ? 2 * fit->room : 256;
		char *line = realloc(fit->line, room);

		if (!line)
			return false;
		fit->line = line;
		fit->room = room;
	}
	fit->line[fit->used++] = byte;
	return true;
}

static ssize_t write_fit(void *cookie, const char *bytes, size_t count)
{
	struct fit *fit = cookie;

	for (size_t i = 0; i < count; i++) {
		if (bytes[i] != '\n') {
			if (take(fit, bytes[i]))
				continue;
			errno = ENOMEM;
			return 0;
		}
		if (fit->used) {
			fit->line[fit->used] = '\0';
			put_line(fit, fit->line);
		}
		fputc('\n', fit->out);
		fit->used = 0;
	}
	return (ssize_t)count;
}

static int close_fit(void *cookie)
{
	struct fit *fit = cookie;

	free(fit->line);
	free(fit);
	return 0;
}

FILE *vt__fit_open(FILE *out, unsigned width)
{
	const cookie_io_functions_t functions = {.write = write_fit, .close = close_fit};
	struct fit *fit = calloc(1, sizeof(*fit));
	FILE *stream = NULL;

	if (!fit)
		return NULL;
	fit->out = out;
	fit->width = width < VT__FIT_LEAST ? VT__FIT_LEAST : width;
	stream = fopencookie(fit, "w", functions);
	if (!stream)
		free(fit);
	return stream;
}
