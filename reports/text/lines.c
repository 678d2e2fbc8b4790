/*
 * Reads the lines of a text file: bounded, and without NUL bytes.
 */
#include "config.h"

#include "reports/text/lines.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MARK "\xef\xbb\xbf"

int vt__lines_take(struct vt__lines *lines, FILE *file, const char *path)
{
	*lines = (struct vt__lines){.file = file, .path = path, .line = malloc(VT__LINE_BYTES)};
	if (lines->line)
		return 0;
	fclose(file);
	return -ENOMEM;
}

int vt__lines_open(struct vt__lines *lines, const char *path, char message[VT__MESSAGE_BYTES])
{
	FILE *file = fopen(path, "re");
	const int error = file ? vt__lines_take(lines, file, path) : -errno;

	if (error)
		snprintf(message, VT__MESSAGE_BYTES, "cannot read %s: %s", path, strerror(-error));
	return error;
}

void vt__lines_close(struct vt__lines *lines)
{
	if (lines->file)
		fclose(lines->file);
	free(lines->line);
	*lines = (struct vt__lines){.file = NULL};
}

int vt__lines_refuse(const struct vt__lines *lines, const char *at, char message[VT__MESSAGE_BYTES],
		     const char *format, ...)
{
	const size_t column = at ? (size_t)(at - lines->line) + 1 : 1;
	const int used = snprintf(message, VT__MESSAGE_BYTES, "%s:%u:%zu: ", lines->path,
				  lines->number, column);
	va_list words;

	va_start(words, format);
	if (used > 0 && used < VT__MESSAGE_BYTES)
		vsnprintf(message + used, (size_t)(VT__MESSAGE_BYTES - used), format, words);
	va_end(words);
	return -EINVAL;
}

static int failed(const struct vt__lines *lines, int error, char message[VT__MESSAGE_BYTES])
{
	snprintf(message, VT__MESSAGE_BYTES, "cannot read %s: %s", lines->path, strerror(error));
	return -error;
}

/* Some editors begin a file with U+FEFF. */
static void skip_mark(struct vt__lines *lines)
{
	const size_t bytes = sizeof(MARK) - 1;

	if (lines->length < bytes || memcmp(lines->line, MARK, bytes))
		return;
	lines->length -= bytes;
	memmove(lines->line, lines->line + bytes, lines->length + 1);
}

int vt__lines_next(struct vt__lines *lines, char message[VT__MESSAGE_BYTES])
{
	int byte = 0;

	lines->length = 0;
	lines->number++;
	errno = 0;
	while ((byte = getc_unlocked(lines->file)) != EOF && byte != '\n') {
		lines->line[lines->length] = (char)byte;
		if (!byte)
			return vt__lines_refuse(lines, lines->line + lines->length, message,
						"expected text, not a NUL byte");
		if (++lines->length == VT__LINE_BYTES)
			return vt__lines_refuse(lines, lines->line + lines->length, message,
						"expected a line of at most %d bytes",
						VT__LINE_BYTES - 1);
	}
	if (ferror(lines->file))
		return failed(lines, errno ? errno : EIO, message);
	lines->total += lines->length + 1;
	if (lines->total > VT__FILE_BYTES)
		return failed(lines, EFBIG, message);
	if (lines->length && lines->line[lines->length - 1] == '\r')
		lines->length--;
	lines->line[lines->length] = '\0';
	if (lines->number == 1)
		skip_mark(lines);
	return byte != EOF || lines->length;
}
