/* Looks at the files that have the name of a recording and are none. */
#include "config.h"

#include "cli/became.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/collect.h"

const char *vt__became_told(int error)
{
	static const struct {
		int error;
		const char *words;
	} told[] = {
		{ENODATA, "was shortened while it ran: what followed is not in it"},
		{EUCLEAN, "was written over while it ran, or its disk failed: what followed is "
			  "not in it"},
		{ESTALE, "was taken away while it ran"},
	};

	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		if (told[i].error == error)
			return told[i].words;
	return NULL;
}

/* PROGRAM.PID.vramtrack, or with a number before the suffix. */
static bool is_name_of(const char *name, int32_t pid)
{
	char middle[32], *end;
	const char *at;

	snprintf(middle, sizeof(middle), ".%d.", (int)pid);
	for (at = strstr(name, middle); at; at = strstr(at + 1, middle)) {
		const char *rest = at + strlen(middle) - 1;

		if (strcmp(rest, VT_FORMAT_SUFFIX) == 0)
			return true;
		if (rest[1] >= '0' && rest[1] <= '9' && strtoul(rest + 1, &end, 10) &&
		    strcmp(end, VT_FORMAT_SUFFIX) == 0)
			return true;
	}
	return false;
}

static const char *look(int folder, const char *name)
{
	struct stat status;

	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return "is not there any more";
	if (!S_ISREG(status.st_mode) || (size_t)status.st_size >= VT_FORMAT_HEADER_BYTES)
		return "is no recording any more: it was written over";
	return status.st_size ? "is no recording any more: it was shortened or written over"
			      : "was emptied";
}

const char *vt__became(const char *folder, int32_t pid)
{
	const char *words = "is not there any more";
	DIR *directory = opendir(folder);
	struct dirent *entry;

	while (directory && words && (entry = readdir(directory))) {
		struct vt_format_header header;
		char *path;

		if (!is_name_of(entry->d_name, pid) ||
		    asprintf(&path, "%s/%s", folder, entry->d_name) < 0)
			continue;
		words = vt__collect_identity(path, &header) ? NULL
							    : look(dirfd(directory), entry->d_name);
		free(path);
	}
	if (directory)
		closedir(directory);
	return words;
}
