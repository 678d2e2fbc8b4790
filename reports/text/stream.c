/*
 * An output stream that remembers why a write failed.
 */
#include "config.h"

#include "reports/text/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "reports/text/output_place.h"

struct stream {
	FILE *file;
	int descriptor;
	int error; /* -errno of the first write that failed, 0 */
	struct stream *next;
};

/* Those that are open: few. Reports are made by one thread. */
static struct stream *streams;

static struct stream *find(const FILE *file)
{
	struct stream *stream = streams;

	while (stream && stream->file != file)
		stream = stream->next;
	return stream;
}

/* 0 bytes written is how such a function tells stdio of an error. */
static ssize_t write_all(void *cookie, const char *bytes, size_t size)
{
	struct stream *stream = cookie;
	size_t done = 0;

	while (done < size) {
		ssize_t written = write(stream->descriptor, bytes + done, size - done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0) {
			if (!stream->error)
				stream->error = -errno;
			return 0;
		}
		done += (size_t)written;
	}
	return (ssize_t)size;
}

static int close_it(void *cookie)
{
	struct stream *stream = cookie, **link = &streams;
	int status = close(stream->descriptor), error = errno;

	while (*link && *link != stream)
		link = &(*link)->next;
	if (*link)
		*link = stream->next;
	if (stream->error) {
		status = -1;
		error = -stream->error;
	}
	free(stream);
	errno = error;
	return status;
}

FILE *vt__stream_over(int descriptor)
{
	const cookie_io_functions_t functions = {.write = write_all, .close = close_it};
	struct stream *stream = malloc(sizeof(*stream));
	FILE *file = stream ? fopencookie(stream, "w", functions) : NULL;

	if (!file) {
		free(stream);
		errno = ENOMEM;
		return NULL;
	}
	*stream = (struct stream){.file = file, .descriptor = descriptor, .next = streams};
	streams = stream;
	if (isatty(descriptor))
		setvbuf(file, NULL, _IOLBF, BUFSIZ);
	return file;
}

FILE *vt__stream_open(const char *path)
{
	char *place;
	const int error = vt__output_place(path, &place);
	int descriptor;
	FILE *file;

	if (error) {
		errno = -error;
		return NULL;
	}
	descriptor = open(place, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	file = descriptor < 0 ? NULL : vt__stream_over(descriptor);
	free(place);

	if (descriptor >= 0 && !file)
		close(descriptor);
	return file;
}

int vt__stream_error(FILE *file)
{
	const struct stream *stream = find(file);
	int flushed;

	errno = 0;
	flushed = fflush(file);
	if (stream && stream->error)
		return stream->error;
	if (flushed && errno)
		return -errno;
	return flushed || ferror(file) ? -EIO : 0;
}

int vt__stream_failure(FILE *file)
{
	const int error = vt__stream_error(file);

	return error ? error : -ENOMEM;
}

int vt__stream_descriptor(FILE *file)
{
	const struct stream *stream = find(file);

	return stream ? stream->descriptor : fileno(file);
}
