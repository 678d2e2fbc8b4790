/*
 * A page of Markdown with a limit to its size, and text in it that is no markup.
 */
#include "config.h"

#include "reports/text/markdown.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 400
#define LINES_BYTES 6000

/* ---- Pieces ------------------------------------------------------------------------- */

int vt__page_begin(struct vt__page *page)
{
	page->text = NULL;
	page->piece = open_memstream(&page->text, &page->bytes);
	return page->piece ? 0 : -ENOMEM;
}

int vt__page_keep(struct vt__page *page, size_t until)
{
	int error = fclose(page->piece) ? -ENOMEM : 0;

	if (!error && page->used + page->bytes > until)
		error = -ENOSPC;
	if (!error) {
		fwrite(page->text, 1, page->bytes, page->out);
		page->used += page->bytes;
	}
	free(page->text);
	return error;
}

void vt__page_say(struct vt__page *page, const char *format, ...)
{
	va_list arguments;
	int bytes;

	va_start(arguments, format);
	bytes = vfprintf(page->out, format, arguments);
	va_end(arguments);
	if (bytes > 0)
		page->used += (size_t)bytes;
}

/* ---- Escaping -------------------------------------------------------------------------- */

/* The length of the longest part of at most `most` bytes that ends no character. */
static size_t cut(const char *text, size_t most)
{
	size_t length = strnlen(text, most + 1);

	if (length <= most)
		return length;
	for (length = most; length && (text[length] & 0xc0) == 0x80; length--)
		;
	return length;
}

/* No ASCII character but these means anything as it stands: the others are
 * Markdown's, HTML's, or begin a mention, a link or an emoji. */
static bool is_plain(unsigned char byte)
{
	return byte >= 0x80 || isalnum(byte) || strchr(" .,/()-", byte);
}

/* The same where names are full of them: "a_b" is no emphasis, "a::b" and "a.c:7" are
 * neither a link nor an emoji. "www." begins a link. */
static bool is_plain_here(const char *name, size_t i)
{
	const unsigned char before = i ? (unsigned char)name[i - 1] : 0;
	const unsigned char behind = (unsigned char)name[i + 1];

	switch (name[i]) {
	case '.':
		return before != 'w' && before != 'W';
	case '_':
		return isalnum(before) && isalnum(behind);
	case ':':
		return behind == ':' || (before == ':' && i > 1 && name[i - 2] != ':') ||
		       (isdigit(behind) && name[i + 1 + strspn(name + i + 1, "0123456789")] != ':');
	default:
		return is_plain((unsigned char)name[i]);
	}
}

/* A name between tags in which nobody looks for mentions; cut, and freed. */
int vt__put_name(FILE *out, char *name)
{
	size_t length;

	if (!name)
		return -ENOMEM;
	length = cut(name, NAME_BYTES);
	fputs("<code>", out);
	for (size_t i = 0; i < length; i++)
		if (is_plain_here(name, i))
			fputc(name[i], out);
		else
			fprintf(out, "&#%u;", (unsigned char)name[i]);
	fputs(name[length] ? "...</code>" : "</code>", out);
	free(name);
	return 0;
}

/* Lines between <pre> and </pre>, where only HTML's own characters count; freed. */
int vt__put_lines(FILE *out, char *lines)
{
	size_t length;

	if (!lines)
		return -ENOMEM;
	length = cut(lines, LINES_BYTES);
	for (size_t i = 0; i < length; i++)
		switch (lines[i]) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		default:
			fputc(lines[i], out);
		}
	if (lines[length])
		fputs("\n... cut here", out);
	free(lines);
	return 0;
}
