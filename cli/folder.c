/* Makes and tries the folder for recordings, and finds another one if it has to. */
#include "config.h"

#include "cli/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/message.h"

/* Room that a recording of a small program takes. */
#define TRIAL_BYTES (256 * 1024)

#define STAND_IN "/tmp/vramtrack.XXXXXX"

static int make_with_parents(const char *path)
{
	char partial[PATH_MAX];

	if (snprintf(partial, sizeof(partial), "%s", path) >= (int)sizeof(partial))
		return -ENAMETOOLONG;
	for (char *slash = partial + 1; *slash; slash++) {
		if (*slash != '/')
			continue;
		*slash = '\0';
		/* an error here shows again below, at the folder itself */
		mkdir(partial, 0777);
		*slash = '/';
	}
	if (mkdir(path, 0777) == 0 || errno == EEXIST)
		return 0;
	return -errno;
}

static int check_is_folder(const char *path)
{
	struct stat status;

	if (stat(path, &status) < 0)
		return -errno;
	return S_ISDIR(status.st_mode) ? 0 : -ENOTDIR;
}

/* A folder can be writable on paper and full, or on a read-only disk. */
static int try_file(const char *folder)
{
	char path[PATH_MAX];
	int file, status;

	if (snprintf(path, sizeof(path), "%s/.vramtrack.XXXXXX", folder) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	file = mkostemp(path, O_CLOEXEC);
	if (file < 0)
		return -errno;
	unlink(path);
	status = -posix_fallocate(file, 0, TRIAL_BYTES);
	close(file);
	/* a file system that cannot reserve is the shim's affair: it has a way round it */
	return status == -EOPNOTSUPP || status == -EINVAL ? 0 : status;
}

int vt__folder_try(const char *path)
{
	int error = check_is_folder(path);

	return error ? error : try_file(path);
}

/* Returns an absolute path, or NULL and the reason. */
static char *usable(const char *wanted, const char **reason_out)
{
	char *path = NULL;
	int status = make_with_parents(wanted);

	if (status == 0)
		status = check_is_folder(wanted);
	if (status == 0) {
		path = realpath(wanted, NULL);
		status = path ? try_file(path) : -errno;
	}
	*reason_out = strerror(-status);
	if (status < 0) {
		free(path);
		return NULL;
	}
	return path;
}

int vt__folder_prepare(const char *wanted, struct vt__folder *folder_out)
{
	const char *reason;
	char *path = usable(wanted, &reason);
	char *stand_in;

	if (path) {
		*folder_out = (struct vt__folder){.path = path};
		return 0;
	}
	stand_in = strdup(STAND_IN);
	if (!stand_in || !mkdtemp(stand_in)) {
		int error = stand_in ? errno : ENOMEM;

		free(stand_in);
		vt__say("cannot write recordings in %s: %s; nor in /tmp: %s; nothing will be "
			"recorded",
			wanted, reason, strerror(error));
		return -error;
	}
	vt__say("cannot write recordings in %s: %s; they go to %s instead", wanted, reason,
		stand_in);
	*folder_out = (struct vt__folder){.path = stand_in, .is_stand_in = true};
	return 0;
}

void vt__folder_release(struct vt__folder *folder)
{
	if (folder->is_stand_in)
		rmdir(folder->path); /* fails, as it should, where there are recordings */
	free(folder->path);
	folder->path = NULL;
}
