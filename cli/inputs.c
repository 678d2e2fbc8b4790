/* Recordings and folders that the user names, and the file for what is made of them. */
#include "config.h"

#include "cli/inputs.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/message.h"
#include "recording/format.h"
#include "vramtrack/exit_codes.h"

static int add_folder(const char *path, bool recursive, struct vt__recordings *recordings)
{
	const size_t before = recordings->count;
	size_t unreadable = 0;
	int error = recursive ? vt__collect_tree(path, recordings, &unreadable)
			      : vt__collect_folder(path, recordings);

	if (error == -ENOMEM) {
		vt__say("out of memory");
		return VT_EXIT_SYSTEM;
	}
	if (error) {
		vt__say("cannot read folder %s: %s", path, strerror(-error));
		return VT_EXIT_BAD_INPUT;
	}
	if (recordings->count == before) {
		vt__say("there is no recording (*%s) in folder %s%s", VT_FORMAT_SUFFIX, path,
			recursive ? "" : "; -r looks into the folders in it too");
		return VT_EXIT_BAD_INPUT;
	}
	return unreadable ? VT_EXIT_BAD_INPUT : VT_EXIT_OK;
}

int vt__inputs_add(const char *path, bool recursive, struct vt__recordings *recordings)
{
	struct stat status;

	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		return add_folder(path, recursive, recordings);
	/* a file that is missing is named by the reader, as one that is malformed */
	if (!vt__collect_file(path, recordings))
		return VT_EXIT_OK;
	vt__say("out of memory");
	return VT_EXIT_SYSTEM;
}

static bool is_among(const struct stat *target, const struct vt__recordings *recordings)
{
	struct stat input;

	for (size_t i = 0; i < recordings->count; i++) {
		if (stat(recordings->paths[i], &input) == 0 && input.st_dev == target->st_dev &&
		    input.st_ino == target->st_ino)
			return true;
	}
	return false;
}

static int cannot_write(const struct vt__output *output, int error)
{
	vt__say("cannot write the report to %s: %s", output->name, vt__output_reason(error));
	return VT_EXIT_SYSTEM;
}

int vt__output_open(const char *command, const char *path, const struct vt__recordings *const *sets,
		    size_t set_count, struct vt__output *output)
{
	struct stat target;
	int error;

	*output = (struct vt__output){.out = stdout, .name = path ? path : "standard output"};
	if (!path)
		return VT_EXIT_OK;
	for (size_t i = 0; i < set_count && stat(path, &target) == 0; i++) {
		if (is_among(&target, sets[i]))
			return vt__usage_error(command, "--output %s is one of the recordings",
					       path);
	}
	error = vt__atomic_open(&output->file, path);
	output->out = output->file.out;
	return error ? cannot_write(output, error) : VT_EXIT_OK;
}

int vt__output_close(struct vt__output *output, int status)
{
	int error;

	if (status < 0 || !output->file.out) {
		vt__atomic_discard(&output->file);
		return status < 0 ? VT_EXIT_SYSTEM : VT_EXIT_OK;
	}
	error = vt__atomic_commit(&output->file);
	return error ? cannot_write(output, error) : VT_EXIT_OK;
}
