/*
 * Creates, extends and maps the file of a recording, so that no write to the
 * mapping can ever fail: room is reserved on disk before it is mapped.
 */
#include "config.h"

#include "recording/recording_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "recording/format.h"
#include "recording/guard.h"
#include "base/text.h"

#define CLASHES_MOST 10000u
#define PROGRAM_NAME_MOST 64u

static bool safe_in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-' || c == '+';
}

/* The last part of the program's path, with nothing in it that a shell or a
 * terminal could take for more than a letter. */
static void add_program_name(struct vt__text *path, const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *base = slash ? slash + 1 : program;
	char name[PROGRAM_NAME_MOST + 1];
	size_t length = 0;

	for (; base[length] && length < PROGRAM_NAME_MOST; length++)
		name[length] = safe_in_name(base[length]) ? base[length] : '_';
	name[length] = '\0';
	if (name[0] == '.' || name[0] == '-')
		name[0] = '_';
	vt__text_add(path, length ? name : "unknown");
}

static void make_path(char *path, size_t room, const char *folder, const char *program,
		      uint32_t pid, unsigned number)
{
	struct vt__text text = {.bytes = path, .room = room};

	vt__text_add(&text, folder);
	vt__text_add(&text, "/");
	add_program_name(&text, program);
	vt__text_add(&text, ".");
	vt__text_add_number(&text, pid);
	if (number > 1) {
		vt__text_add(&text, ".");
		vt__text_add_number(&text, number);
	}
	vt__text_add(&text, VT_FORMAT_SUFFIX);
}

/* Makes a folder and those above it. Returns 0 or -1 with errno. */
static int make_folder(const char *folder)
{
	char path[sizeof(((struct vt__recording_file *)NULL)->path)];
	char *slash;

	if (mkdir(folder, 0777) == 0 || errno == EEXIST)
		return 0;
	if (errno != ENOENT)
		return -1;
	strcpy(path, folder);
	for (slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0777) && errno != EEXIST)
			return -1;
		*slash = '/';
	}
	return mkdir(folder, 0777) && errno != EEXIST ? -1 : 0;
}

/* Returns a file descriptor. */
static int open_new(struct vt__recording_file *file, const char *folder, const char *program,
		    uint32_t pid)
{
	/* A name cut short would lose its suffix. */
	if (strlen(folder) + PROGRAM_NAME_MOST + 48 > sizeof(file->path))
		return -ENAMETOOLONG;
	if (make_folder(folder))
		return -errno;
	for (unsigned number = 1; number <= CLASHES_MOST; number++) {
		int fd;

		make_path(file->path, sizeof(file->path), folder, program, pid, number);
		do
			fd = open(file->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
				  0600);
		while (fd < 0 && errno == EINTR);
		if (fd >= 0) {
			fchmod(fd, 0600); /* the program's umask is not for us */
			return fd;
		}
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/* Opens the file again; another file at its path is refused, and one that was shortened. */
static int open_again(const struct vt__recording_file *file)
{
	struct stat status;
	int fd;

	do
		fd = open(file->path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) || status.st_dev != file->device || status.st_ino != file->inode) {
		close(fd);
		return -ESTALE;
	}
	if (!file->in_memory && (uint64_t)status.st_size < file->bytes) {
		close(fd);
		return -ENODATA;
	}
	return fd;
}

/* Passing the limit would raise SIGXFSZ in the program. */
static int check_limit(uint64_t end)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit))
		return -errno;
	if (limit.rlim_cur != RLIM_INFINITY && end > limit.rlim_cur)
		return -EFBIG;
	return 0;
}

static int reserve(int fd, uint64_t offset, uint64_t bytes)
{
	int error = check_limit(offset + bytes);

	if (error)
		return error;
	do
		error = posix_fallocate(fd, (off_t)offset, (off_t)bytes);
	while (error == EINTR);
	return -error;
}

/* Maps reserved room; in_memory is set where the file system cannot do it. */
static int map(struct vt__recording_file *file, int fd, uint64_t offset, uint64_t bytes,
	       void **map_out)
{
	void *at;

	if (!file->in_memory) {
		at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)offset);
		if (at != MAP_FAILED) {
			madvise(at, bytes, MADV_DONTFORK);
			vt__guard_watch(at, bytes);
			*map_out = at;
			return 0;
		}
		if (errno == ENOMEM || offset != 0)
			return -errno;
		file->in_memory = true;
		file->memory_error = errno;
	}
	at = vt__arena_map(bytes);
	if (!at)
		return -ENOMEM;
	*map_out = at;
	return 0;
}

int vt__recording_file_create(struct vt__recording_file *file, const char *folder,
			      const char *program, uint32_t pid, uint64_t bytes, void **map_out)
{
	struct stat status;
	int fd = open_new(file, folder, program, pid);
	int error = fd < 0 ? fd : 0;

	if (!error && fstat(fd, &status))
		error = -errno;
	if (!error)
		error = reserve(fd, 0, bytes);
	if (!error)
		error = map(file, fd, 0, bytes, map_out);
	if (fd >= 0) {
		if (error)
			unlink(file->path);
		close(fd);
	}
	if (error) {
		file->path[0] = '\0';
		return error;
	}
	file->device = status.st_dev;
	file->inode = status.st_ino;
	file->bytes = bytes;
	return 0;
}

int vt__recording_file_extend(struct vt__recording_file *file, uint64_t bytes, void **map_out)
{
	int fd = open_again(file);
	int error;

	if (fd < 0)
		return fd;
	error = reserve(fd, file->bytes, bytes);
	if (!error)
		error = map(file, fd, file->bytes, bytes, map_out);
	close(fd);
	if (!error)
		file->bytes += bytes;
	vt__guard_stand();
	return error;
}

int vt__recording_file_check(const struct vt__recording_file *file)
{
	int fd = open_again(file);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

/* The counter is in the file alone by now. */
void vt__recording_file_lose(const struct vt__recording_file *file, enum vt_loss loss)
{
	const off_t place = (off_t)(offsetof(struct vt_format_header, losses) +
				    loss * sizeof(uint64_t));
	int fd = open_again(file);
	char magic[sizeof(VT_FORMAT_MAGIC) - 1];
	uint64_t count = 0;

	if (fd < 0)
		return;
	if (pread(fd, magic, sizeof(magic), 0) == (ssize_t)sizeof(magic) &&
	    memcmp(magic, VT_FORMAT_MAGIC, sizeof(magic)) == 0 &&
	    pread(fd, &count, sizeof(count), place) == (ssize_t)sizeof(count)) {
		count++;
		if (pwrite(fd, &count, sizeof(count), place) < 0)
			count = 0; /* its disk is full: the sums will not agree */
	}
	close(fd);
}

int vt__recording_file_write(const struct vt__recording_file *file, uint64_t offset,
			     const void *bytes, uint64_t length)
{
	const uint8_t *from = bytes;
	int fd = open_again(file);
	int error;

	if (fd < 0)
		return fd;
	error = check_limit(offset + length);
	while (!error && length) {
		ssize_t written = pwrite(fd, from, length, (off_t)offset);

		if (written < 0 && errno != EINTR)
			error = -errno;
		if (written <= 0)
			continue;
		from += written;
		offset += (uint64_t)written;
		length -= (uint64_t)written;
	}
	close(fd);
	return error;
}
