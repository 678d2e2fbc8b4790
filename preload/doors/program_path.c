/* Finds the program that a call of the exec family names, without memory of the heap. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "preload/doors/program_path.h"

/* folder/file; false if it has no room. */
static bool join(const char *folder, size_t length, const char *file, struct vt__program_path *out)
{
	size_t rest = strlen(file) + 1;

	if (!length || folder[0] != '/' || length + 1 + rest > sizeof(out->text))
		return false;
	memmove(out->text, folder, length);
	out->text[length] = '/';
	memcpy(out->text + length + 1, file, rest);
	return true;
}

static bool is_program(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

const char *vt__program_folder(void)
{
	const char *path = getenv("PATH");

	return path ? path : "/bin:/usr/bin";
}

const char *vt__program_folder_next(const char *folder)
{
	folder += strcspn(folder, ":");
	return *folder ? folder + 1 : NULL;
}

/* A folder of PATH that is not absolute or too long ends the search: nobody knows then. */
static bool search(const char *file, struct vt__program_path *out)
{
	const char *folder = vt__program_folder();

	for (; folder; folder = vt__program_folder_next(folder)) {
		if (!join(folder, strcspn(folder, ":"), file, out))
			return false;
		if (is_program(out->text))
			return true;
	}
	return false;
}

static bool in_current_folder(const char *file, struct vt__program_path *out)
{
	return getcwd(out->text, sizeof(out->text)) &&
	       join(out->text, strlen(out->text), file, out);
}

const char *vt__program_path(const char *file, bool is_searched, struct vt__program_path *out)
{
	int saved = errno;
	bool found;

	if (!file)
		file = "";
	if (file[0] == '/' || !file[0])
		found = false;
	else if (is_searched && !strchr(file, '/'))
		found = search(file, out);
	else
		found = in_current_folder(file, out);
	if (!found)
		vt__run_copy_end(out->text, sizeof(out->text), file);
	errno = saved;
	return out->text;
}

const char *vt__program_path_at(int folder, const char *file, struct vt__program_path *out)
{
	char link[64];
	int saved = errno;
	ssize_t length;

	if (!file || file[0] == '/' || (file[0] && folder == AT_FDCWD))
		return vt__program_path(file, false, out);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", folder);
	length = readlink(link, out->text, sizeof(out->text) - 1);
	out->text[length > 0 ? length : 0] = '\0';
	if (file[0] && !join(out->text, length > 0 ? (size_t)length : 0, file, out))
		vt__run_copy_end(out->text, sizeof(out->text), file);
	errno = saved;
	return out->text;
}
