/*
 * Where a file that is about to be written really lies.
 */
#include "config.h"

#include "reports/text/output_place.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as many as the kernel follows */

/* The path that a link at `path` names: its own, or one beside it. To free(). */
static char *named_by(const char *path)
{
	const char *slash = strrchr(path, '/');
	char target[PATH_MAX], *named;
	const ssize_t length = readlink(path, target, sizeof(target) - 1);

	if (length <= 0)
		return NULL;
	target[length] = '\0';
	if (target[0] == '/' || !slash)
		return strdup(target);
	return asprintf(&named, "%.*s/%s", (int)(slash - path), path, target) < 0 ? NULL : named;
}

static bool is_trusted(const struct stat *link)
{
	return link->st_uid == geteuid() || link->st_uid == 0;
}

/* 0, or -EMLINK if one of the links that end a path is another user's. */
static int check_links(const char *path)
{
	char *at = strdup(path);
	int error = at ? 0 : -ENOMEM;

	for (int i = 0; i < LINKS_MAX && !error; i++) {
		struct stat status;
		char *next;

		if (lstat(at, &status) || !S_ISLNK(status.st_mode))
			break;
		next = is_trusted(&status) ? named_by(at) : NULL;
		error = is_trusted(&status) ? 0 : -EMLINK;
		free(at);
		at = next;
		if (!at)
			break;
	}
	free(at);
	return error;
}

int vt__output_place(const char *path, char **out)
{
	char *real;
	int error = check_links(path);

	if (error)
		return error;
	real = realpath(path, NULL);
	if (!real && errno != ENOENT)
		return -errno;
	*out = real ? real : strdup(path);
	return *out ? 0 : -ENOMEM;
}

const char *vt__output_reason(int error)
{
	if (error == -EMLINK)
		return "it is a symbolic link that another user put there: name another file, or "
		       "remove the link";
	return strerror(-error);
}
