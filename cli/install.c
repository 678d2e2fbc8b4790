/* Finds the shim, the simulated device and data from the place of the command. */
#include "config.h"

#include "cli/install.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"

/* The path of a file, from the folder this command stands in; "" if unknown. */
static void path_beside_command(const char *name, char *path, size_t size)
{
	char command[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", command, sizeof(command) - 1);
	char *slash;

	*path = '\0';
	if (length < 0)
		return;
	command[length] = '\0';
	slash = strrchr(command, '/');
	if (!slash)
		return;
	*slash = '\0';
	if (snprintf(path, size, "%s/%s", command, name) >= (int)size)
		*path = '\0';
}

/* Characters that end an entry of the variable; there is no way to quote them. */
static int check_characters(const char *path, const char *variable, const char *forbidden)
{
	const char *bad = strpbrk(path, forbidden);

	if (!bad)
		return 0;
	vt__say("'%s' cannot be put in %s: its path contains '%c'; install vramtrack in a folder "
		"without that character",
		path, variable, *bad);
	return -EINVAL;
}

int vt__install_shim(char **path_out)
{
	const char *given = getenv(VT__SHIM_VARIABLE);
	char beside[PATH_MAX];
	char *path;

	path_beside_command(PKGLIBDIR_FROM_BINDIR "/" VT__SHIM_NAME, beside, sizeof(beside));
	if (given && *given) {
		path = realpath(given, NULL);
		if (!path) {
			vt__say("cannot find the shim that " VT__SHIM_VARIABLE " names, '%s': %s",
				given, strerror(errno));
			return -ENOENT;
		}
	} else {
		path = *beside ? realpath(beside, NULL) : NULL;
	}
	if (!path) {
		vt__say("cannot find the shim: there is no '%s'; install vramtrack again", beside);
		return -ENOENT;
	}
	if (check_characters(path, "LD_PRELOAD", ": $") < 0) {
		free(path);
		return -EINVAL;
	}
	*path_out = path;
	return 0;
}

/* `what` is the file, in words. */
static int install_beside(const char *shim_path, const char *name, const char *what,
			  char **path_out)
{
	const char *slash = strrchr(shim_path, '/');
	char *path;

	if (asprintf(&path, "%.*s/%s", (int)(slash - shim_path), shim_path, name) < 0) {
		vt__say("out of memory");
		return -ENOMEM;
	}
	if (access(path, R_OK) < 0) {
		vt__say("cannot find the %s, '%s': %s; install vramtrack again", what, path,
			strerror(errno));
		free(path);
		return -ENOENT;
	}
	*path_out = path;
	return 0;
}

int vt__install_cupti(const char *shim_path, char **path_out)
{
	return install_beside(shim_path, VT__CUPTI_NAME, "CUPTI source", path_out);
}

int vt__install_audit(const char *shim_path, char **path_out)
{
	return install_beside(shim_path, VT__AUDIT_NAME, "audit object", path_out);
}

static char *simulate_folder(const char *shim_path)
{
	const char *given = getenv(VT__SIMULATE_FOLDER_VARIABLE);
	const char *slash = strrchr(shim_path, '/');
	char *folder;

	if (given && *given)
		return realpath(given, NULL);
	if (asprintf(&folder, "%.*s/simulate", (int)(slash - shim_path), shim_path) < 0)
		return NULL;
	return folder;
}

int vt__install_simulate(const char *shim_path, char **folder_out)
{
	char *folder = simulate_folder(shim_path);
	char driver[PATH_MAX];

	if (!folder ||
	    snprintf(driver, sizeof(driver), "%s/libcuda.so.1", folder) >= (int)sizeof(driver) ||
	    access(driver, R_OK) < 0) {
		vt__say("cannot find the simulated device: there is no libcuda.so.1 in '%s'; "
			"install vramtrack again",
			folder ? folder : getenv(VT__SIMULATE_FOLDER_VARIABLE));
		free(folder);
		return -ENOENT;
	}
	if (check_characters(folder, "LD_LIBRARY_PATH", ":;$") < 0) {
		free(folder);
		return -EINVAL;
	}
	*folder_out = folder;
	return 0;
}

/* A folder of data: named by the variable, or installed with the command. NULL, and where
 * it was looked for. */
static char *data_folder(const char *variable, const char *name, char looked_for[PATH_MAX])
{
	const char *given = getenv(variable);
	char from_command[PATH_MAX];

	if (given && *given) {
		snprintf(looked_for, PATH_MAX, "%s", given);
		return realpath(given, NULL);
	}
	snprintf(from_command, sizeof(from_command), "%s/%s", PKGDATADIR_FROM_BINDIR, name);
	path_beside_command(from_command, looked_for, PATH_MAX);
	return *looked_for ? realpath(looked_for, NULL) : NULL;
}

int vt__install_suppressions(char **folder_out)
{
	char looked_for[PATH_MAX];

	*folder_out = data_folder(VT__SUPPRESSIONS_VARIABLE, "suppressions", looked_for);
	if (*folder_out)
		return 0;
	vt__say("cannot find the suppressions that come with vramtrack, in '%s': %s; install "
		"vramtrack again, or give --no-default-suppressions",
		looked_for, strerror(errno));
	return -ENOENT;
}

int vt__install_frames(char **folder_out)
{
	char looked_for[PATH_MAX];

	*folder_out = data_folder(VT__FRAMES_VARIABLE, "frames", looked_for);
	if (*folder_out)
		return 0;
	vt__say("cannot find the rules about frames that come with vramtrack, in '%s': %s; stacks "
		"are shown without them; install vramtrack again",
		looked_for, strerror(errno));
	return -ENOENT;
}
