/* Finds the program to run as a shell does. */
#include "config.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/program.h"

/* Where a shell looks if there is no PATH. */
#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"

static int check_executable(const char *path)
{
	struct stat status;

	if (stat(path, &status) < 0)
		return -errno;
	if (S_ISDIR(status.st_mode))
		return -EISDIR;
	if (!S_ISREG(status.st_mode) || faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0)
		return -EACCES;
	return 0;
}

/* A file that is there and cannot be executed is what a user can act on. A folder of that name is
 * none, and in a folder of PATH that may not be searched there is nothing to see. */
static bool is_refused_file(const char *path, int status)
{
	return status != -EISDIR && access(path, F_OK) == 0;
}

static int find_in_path(const char *name, char **path_out)
{
	const char *folder = getenv("PATH");
	char *refused = NULL;
	int refusal = -ENOENT;

	for (folder = folder ? folder : DEFAULT_PATH; folder;) {
		size_t length = strcspn(folder, ":");
		char *path;
		int status;

		/* an empty entry is the current folder */
		if (asprintf(&path, "%.*s/%s", length ? (int)length : 1, length ? folder : ".",
			     name) < 0)
			path = NULL;
		status = path ? check_executable(path) : -ENOMEM;
		if (status == 0) {
			free(refused);
			*path_out = path;
			return 0;
		}
		if (path && refusal == -ENOENT && is_refused_file(path, status)) {
			refusal = status;
			refused = path;
			path = NULL;
		}
		free(path);
		folder = folder[length] ? folder + length + 1 : NULL;
	}
	*path_out = refused;
	return refusal;
}

int vt__program_find(const char *name, char **path_out)
{
	int status;

	*path_out = NULL;
	if (!*name)
		return -ENOENT;
	if (!strchr(name, '/'))
		return find_in_path(name, path_out);
	*path_out = strdup(name);
	if (!*path_out)
		return -ENOMEM;
	status = check_executable(name);
	return status == -ENOTDIR ? -ENOENT : status;
}

bool vt__program_is_text(const char *path)
{
	char line[80];
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = file < 0 ? -1 : read(file, line, sizeof(line));
	const char *end;

	if (file >= 0)
		close(file);
	if (length < 0)
		return false;
	if (length >= SELFMAG && memcmp(line, ELFMAG, SELFMAG) == 0)
		return false;
	/* a NUL in the first line is what tells a shell that a file is no script */
	end = memchr(line, '\n', (size_t)length);
	return !memchr(line, '\0', end ? (size_t)(end - line) : (size_t)length);
}
