/* The files of a folder that have a suffix, each handed to a reader. */
#include "config.h"

#include "reports/text/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool ends_in(const char *name, const char *suffix)
{
	const size_t length = strlen(name), end = strlen(suffix);

	return length > end && !strcmp(name + length - end, suffix);
}

int vt__folder_each(const char *path, const char *suffix,
		    int (*read)(void *context, const char *path, char message[VT__MESSAGE_BYTES]),
		    void *context, char message[VT__MESSAGE_BYTES])
{
	struct dirent **names;
	const int count = scandir(path, &names, NULL, alphasort);
	int error = 0;

	if (count < 0) {
		error = -errno;
		snprintf(message, VT__MESSAGE_BYTES, "cannot read the folder %s: %s", path,
			 strerror(-error));
		return error;
	}
	for (int i = 0; i < count; i++) {
		char *file = NULL;

		if (!error && ends_in(names[i]->d_name, suffix)) {
			if (asprintf(&file, "%s/%s", path, names[i]->d_name) < 0) {
				snprintf(message, VT__MESSAGE_BYTES, "out of memory");
				file = NULL;
				error = -ENOMEM;
			} else {
				error = read(context, file, message);
			}
		}
		free(file);
		free(names[i]);
	}
	free(names);
	return error;
}
