/*
 * Files as the reader needs them: opened with care, read whole, errors in words.
 */
#include "config.h"

#include "reports/recording/reader_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "reports/text/escape.h"

_Static_assert(sizeof(off_t) == sizeof(uint64_t), "offsets of files are 64 bits wide");

void vt__print_safely(char *message)
{
	vt__make_harmless(message);
}

int vt__file_read(int fd, void *buffer, uint64_t bytes, uint64_t offset)
{
	unsigned char *at = buffer;

	while (bytes) {
		const ssize_t got = pread(fd, at, bytes, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			return -ENODATA;
		at += got;
		offset += (uint64_t)got;
		bytes -= (uint64_t)got;
	}
	return 0;
}

uint64_t vt__file_data(int fd, uint64_t offset, uint64_t bytes)
{
	const uint64_t end = offset + bytes;
	uint64_t found = 0;

	while (offset < end) {
		const off_t data = lseek(fd, (off_t)offset, SEEK_DATA);
		const off_t hole = data < 0 ? data : lseek(fd, data, SEEK_HOLE);

		if (data < 0 && errno == ENXIO)
			break;
		if (data < 0 || hole <= data) /* a file system that does not tell */
			return found + (end - offset);
		if ((uint64_t)data >= end)
			break;
		offset = (uint64_t)hole < end ? (uint64_t)hole : end;
		found += offset - (uint64_t)data;
	}
	return found;
}

int vt__file_explain(int error, const char *path, uint64_t file_bytes,
		     char message[VT__MESSAGE_BYTES])
{
	if (error == -ENODATA) {
		snprintf(message, VT__MESSAGE_BYTES,
			 "%s: became shorter while it was read (it had %" PRIu64
			 " bytes): read it again",
			 path, file_bytes);
		return -EINVAL;
	}
	snprintf(message, VT__MESSAGE_BYTES, "%s: cannot be read: %s", path, strerror(-error));
	return error;
}

int vt__file_open(const char *path, int *fd, struct stat *status, char message[VT__MESSAGE_BYTES])
{
	int error;

	/* O_NONBLOCK: a pipe of that name must not make us wait. */
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (*fd < 0 || fstat(*fd, status) < 0) {
		error = -errno;
		snprintf(message, VT__MESSAGE_BYTES, "%s: cannot be opened: %s", path,
			 strerror(-error));
		goto close_file;
	}
	error = -EINVAL;
	if (!S_ISREG(status->st_mode)) {
		snprintf(
			message, VT__MESSAGE_BYTES,
			"%s: not a regular file: name a file that vramtrack wrote (they end in " VT_FORMAT_SUFFIX
			")",
			path);
		goto close_file;
	}
	return 0;

close_file:
	vt__print_safely(message);
	if (*fd >= 0)
		close(*fd);
	return error;
}
