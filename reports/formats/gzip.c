/*
 * A stream that compresses what is written to it into another.
 */
#include "config.h"

#include "reports/formats/gzip.h"

#include <stdlib.h>

#define ZLIB_CONST
#include <zlib.h>

#define WINDOW_OF_GZIP (MAX_WBITS + 16) /* zlib's way to say: with gzip's header */
#define MEMORY_LEVEL 8
#define BUFFER_BYTES 16384

struct gzip {
	z_stream stream;
	FILE *out;
	unsigned char buffer[BUFFER_BYTES];
};

static int deflate_all(struct gzip *gzip, int flush)
{
	do {
		gzip->stream.next_out = gzip->buffer;
		gzip->stream.avail_out = BUFFER_BYTES;
		if (deflate(&gzip->stream, flush) == Z_STREAM_ERROR)
			return -1;
		fwrite(gzip->buffer, 1, BUFFER_BYTES - gzip->stream.avail_out, gzip->out);
	} while (!gzip->stream.avail_out);
	return ferror(gzip->out) ? -1 : 0;
}

/* 0 bytes written is how such a function tells stdio of an error. */
static ssize_t write_some(void *cookie, const char *bytes, size_t size)
{
	struct gzip *gzip = cookie;
	const uInt most = size > BUFFER_BYTES ? BUFFER_BYTES : (uInt)size;

	gzip->stream.next_in = (const Bytef *)bytes;
	gzip->stream.avail_in = most;
	return deflate_all(gzip, Z_NO_FLUSH) ? 0 : (ssize_t)most;
}

static int close_it(void *cookie)
{
	struct gzip *gzip = cookie;
	const int status = deflate_all(gzip, Z_FINISH);

	(void)deflateEnd(&gzip->stream);
	free(gzip);
	return status;
}

FILE *vt__gzip_over(FILE *out)
{
	const cookie_io_functions_t functions = {.write = write_some, .close = close_it};
	struct gzip *gzip = calloc(1, sizeof(*gzip));
	FILE *file = NULL;

	if (!gzip)
		return NULL;
	gzip->out = out;
	if (deflateInit2(&gzip->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW_OF_GZIP,
			 MEMORY_LEVEL, Z_DEFAULT_STRATEGY) == Z_OK) {
		file = fopencookie(gzip, "w", functions);
		if (!file)
			(void)deflateEnd(&gzip->stream);
	}
	if (!file)
		free(gzip);
	return file;
}
