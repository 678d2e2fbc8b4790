/*
 * Writes requests into the header of a recording, one asker at a time.
 */
#include "config.h"

#include "reports/recording/requests.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "reports/recording/reader_file.h"

#define LOOK_NS 2000000L
#define LOCK_TRIES 500

static off_t place_of(uint32_t number)
{
	return (off_t)(offsetof(struct vt_format_header, requests) +
		       number * sizeof(struct vt_format_request));
}

static int refuse(int error, const char *path, const char *why, char message[VT__MESSAGE_BYTES])
{
	snprintf(message, VT__MESSAGE_BYTES, "%s: %s", path, why);
	vt__print_safely(message);
	return error;
}

static int check(int fd, const char *path, char message[VT__MESSAGE_BYTES])
{
	struct vt_format_header header;
	struct stat status;

	if (fstat(fd, &status))
		return refuse(-errno, path, strerror(errno), message);
	if (!S_ISREG(status.st_mode))
		return refuse(-EINVAL, path, "not a regular file", message);
	if (status.st_uid != geteuid())
		return refuse(-EPERM, path,
			      "belongs to another user: only who runs the program may ask it",
			      message);
	if (vt__file_read(fd, &header, sizeof(header), 0) ||
	    memcmp(header.magic, VT_FORMAT_MAGIC, sizeof(header.magic)) ||
	    header.byte_order != VT_FORMAT_BYTE_ORDER)
		return refuse(-EINVAL, path, "not a recording", message);
	if (header.version != VT_FORMAT_VERSION)
		return refuse(-ENOTSUP, path,
			      "written by another version of vramtrack, which cannot be asked: use "
			      "the vramtrack that writes it",
			      message);
	if (!header.crash_safe)
		return refuse(-ENOTSUP, path,
			      "kept in memory until the process ends: it cannot be asked", message);
	return 0;
}

int vt__request_open(const char *path, struct vt__request *out, char message[VT__MESSAGE_BYTES])
{
	struct stat status;
	int error;

	message[0] = '\0';
	out->place = VT_FORMAT_REQUESTS;
	/* Said before the system says that it may not be opened. */
	if (!stat(path, &status) && status.st_uid != geteuid())
		return refuse(-EPERM, path,
			      "belongs to another user: only who runs the program may ask it",
			      message);
	out->fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
	if (out->fd < 0)
		return refuse(-errno, path, strerror(errno), message);
	error = check(out->fd, path, message);
	if (error)
		close(out->fd);
	return error;
}

/* Of the places: a lock that ends with its holder, whatever becomes of that. */
static int lock(int fd, short how)
{
	struct flock places = {
		.l_type = how,
		.l_whence = SEEK_SET,
		.l_start = place_of(0),
		.l_len = VT_FORMAT_REQUESTS * sizeof(struct vt_format_request),
	};
	const struct timespec moment = {0, LOOK_NS};

	for (unsigned i = 0; fcntl(fd, F_OFD_SETLK, &places); i++) {
		if ((errno != EAGAIN && errno != EACCES && errno != EINTR) || i == LOCK_TRIES)
			return -errno;
		nanosleep(&moment, NULL);
	}
	return 0;
}

static int write_at(int fd, const void *bytes, size_t count, off_t at)
{
	const ssize_t written = pwrite(fd, bytes, count, at);

	if (written < 0)
		return -errno;
	return (size_t)written == count ? 0 : -EIO;
}

/* A place that nobody reads before its state is there. */
static int fill(int fd, uint32_t place, enum vt_request what, const char *name)
{
	struct vt_format_request request = {.state = what};
	int error;

	if (name)
		memcpy(request.name, name, strnlen(name, sizeof(request.name) - 1));
	error = write_at(fd, request.name, sizeof(request.name),
			 place_of(place) + (off_t)offsetof(struct vt_format_request, name));
	return error ? error : write_at(fd, &request.state, sizeof(request.state), place_of(place));
}

static bool is_free(int fd, uint32_t place)
{
	uint64_t state;

	return !vt__file_read(fd, &state, sizeof(state), (uint64_t)place_of(place)) &&
	       state == VT_REQUEST_NONE;
}

int vt__request_put(struct vt__request *request, enum vt_request what, const char *name)
{
	int error = lock(request->fd, F_WRLCK);
	uint32_t place = 0;

	if (error)
		return error == -EAGAIN || error == -EACCES ? -EBUSY : error;
	while (place < VT_FORMAT_REQUESTS && !is_free(request->fd, place))
		place++;
	error = place == VT_FORMAT_REQUESTS ? -EBUSY : fill(request->fd, place, what, name);
	(void)lock(request->fd, F_UNLCK);
	if (!error) {
		request->place = place;
		request->what = what;
	}
	return error;
}

bool vt__request_taken(const struct vt__request *request, unsigned wait_ms)
{
	const struct timespec moment = {0, LOOK_NS};

	for (unsigned waited = 0;; waited += LOOK_NS / 1000000) {
		if (is_free(request->fd, request->place))
			return true;
		if (waited >= wait_ms)
			return false;
		nanosleep(&moment, NULL);
	}
}

void vt__request_close(struct vt__request *request, bool withdraw)
{
	const uint64_t none = VT_REQUEST_NONE;
	uint64_t state;

	/* The place may be another's by now. */
	if (withdraw && request->place < VT_FORMAT_REQUESTS && !lock(request->fd, F_WRLCK) &&
	    !vt__file_read(request->fd, &state, sizeof(state),
			   (uint64_t)place_of(request->place)) &&
	    state == request->what)
		(void)write_at(request->fd, &none, sizeof(none), place_of(request->place));
	close(request->fd);
	request->fd = -1;
}
