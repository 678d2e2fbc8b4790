/*
 * A file that is there whole or not at all.
 */
#include "config.h"

#include "reports/text/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/text/output_place.h"
#include "reports/text/stream.h"

/* As open(2) would have made it; an old file keeps what it has. */
static mode_t wanted_mode(const char *path)
{
	struct stat status;
	mode_t mask;

	if (!stat(path, &status))
		return status.st_mode & 07777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

static int open_temporary(struct vt__atomic_file *file)
{
	int error = 0, handle;

	if (asprintf(&file->temporary, "%s.XXXXXX", file->path) < 0) {
		file->temporary = NULL;
		return -ENOMEM;
	}
	handle = mkostemp(file->temporary, O_CLOEXEC);
	if (handle < 0) {
		error = -errno;
		free(file->temporary);
		file->temporary = NULL;
		return error;
	}
	/* A file system without modes is no reason to have no file. */
	(void)!fchmod(handle, wanted_mode(file->path));
	file->out = vt__stream_over(handle);
	if (!file->out) {
		error = -errno;
		close(handle);
	}
	return error;
}

int vt__atomic_open(struct vt__atomic_file *file, const char *path)
{
	struct stat status;
	int error;

	*file = (struct vt__atomic_file){.out = NULL};
	error = vt__output_place(path, &file->path);
	if (error)
		return error;
	if (!stat(file->path, &status) && !S_ISREG(status.st_mode)) {
		file->out = vt__stream_open(file->path);
		error = file->out ? 0 : -errno;
	} else if (!access(file->path, F_OK) && access(file->path, W_OK)) {
		/* A folder may let replace what the file does not let write. */
		error = -errno;
	} else {
		error = open_temporary(file);
	}
	if (error)
		vt__atomic_discard(file);
	return error;
}

int vt__atomic_commit(struct vt__atomic_file *file)
{
	int error = vt__stream_error(file->out);

	if (!error && file->temporary && fsync(vt__stream_descriptor(file->out)) && errno != EINVAL)
		error = -errno;
	if (fclose(file->out) && !error)
		error = -errno;
	file->out = NULL;
	if (!error && file->temporary && rename(file->temporary, file->path))
		error = -errno;
	if (!error) {
		free(file->temporary);
		file->temporary = NULL;
	}
	vt__atomic_discard(file);
	return error;
}

void vt__atomic_discard(struct vt__atomic_file *file)
{
	if (file->out)
		fclose(file->out);
	if (file->temporary)
		unlink(file->temporary);
	free(file->temporary);
	free(file->path);
	*file = (struct vt__atomic_file){.out = NULL};
}
