/*
 * A stream that makes JSON fit to stand inside of a <script> element.
 */
#include "config.h"

#include "reports/formats/script_stream.h"

#include <string.h>
#include <sys/types.h>

/* 0 bytes written is how such a function tells stdio of an error. */
static ssize_t write_escaped(void *cookie, const char *bytes, size_t size)
{
	FILE *below = cookie;
	size_t at = 0;

	while (at < size) {
		size_t run = 0;

		while (at + run < size && !memchr("<>&", bytes[at + run], 3))
			run++;
		fwrite(bytes + at, 1, run, below);
		at += run;
		if (at < size)
			fprintf(below, "\\u%04x", (unsigned)(unsigned char)bytes[at++]);
	}
	return ferror(below) ? 0 : (ssize_t)size;
}

FILE *vt__script_stream(FILE *below)
{
	return fopencookie(below, "w", (cookie_io_functions_t){.write = write_escaped});
}
