/* Finds the recordings of running processes, by what they have mapped. */
#include "config.h"

#include "cli/live.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/inputs.h"
#include "cli/message.h"
#include "cli/number.h"
#include "recording/format.h"
#include "vramtrack/exit_codes.h"

bool vt__live_is_pid(const char *word, unsigned long *pid)
{
	return *word && !word[strspn(word, "0123456789")] &&
	       vt__parse_number(word, 1, INT_MAX, pid) == 0;
}

/* The path of a line of /proc/PID/maps that maps a recording shared; NULL: another line. */
static const char *recording_in(char *line, uint64_t *inode)
{
	char permissions[8] = "";
	const char *path = strchr(line, '/');
	size_t length;

	line[strcspn(line, "\n")] = '\0';
	if (!path || sscanf(line, "%*s %7s %*s %*s %" SCNu64, permissions, inode) != 2 ||
	    permissions[3] != 's')
		return NULL;
	length = strlen(path);
	if (length < sizeof(VT_FORMAT_SUFFIX) ||
	    strcmp(path + length - (sizeof(VT_FORMAT_SUFFIX) - 1), VT_FORMAT_SUFFIX) != 0)
		return NULL;
	return path;
}

static bool is_there(const char *path, uint64_t inode)
{
	struct stat status;

	return stat(path, &status) == 0 && (uint64_t)status.st_ino == inode;
}

static bool is_known(const struct vt__recordings *recordings, const char *path)
{
	for (size_t i = 0; i < recordings->count; i++)
		if (strcmp(recordings->paths[i], path) == 0)
			return true;
	return false;
}

/* As this process sees it: the other one may have another root. */
static int add_mapped(unsigned long pid, const char *path, uint64_t inode,
		      struct vt__recordings *recordings)
{
	char *through = NULL;
	int error = 0;

	if (is_there(path, inode))
		return is_known(recordings, path) ? 0 : vt__collect_file(path, recordings);
	if (asprintf(&through, "/proc/%lu/root%s", pid, path) < 0)
		return -ENOMEM;
	if (is_there(through, inode) && !is_known(recordings, through))
		error = vt__collect_file(through, recordings);
	free(through);
	return error;
}

/* 0 or -errno. */
static int add_process(unsigned long pid, struct vt__recordings *recordings)
{
	char maps[64], *line = NULL;
	size_t room = 0;
	int error = 0;
	FILE *file;

	snprintf(maps, sizeof(maps), "/proc/%lu/maps", pid);
	file = fopen(maps, "re");
	if (!file)
		return -errno;
	while (!error && getline(&line, &room, file) > 0) {
		uint64_t inode = 0;
		const char *path = recording_in(line, &inode);

		if (path)
			error = add_mapped(pid, path, inode, recordings);
	}
	free(line);
	fclose(file);
	return error;
}

static bool is_own(unsigned long pid)
{
	char folder[64];
	struct stat status;

	snprintf(folder, sizeof(folder), "/proc/%lu", pid);
	return stat(folder, &status) == 0 && status.st_uid == geteuid();
}

int vt__live_of_process(unsigned long pid, struct vt__recordings *recordings)
{
	const size_t before = recordings->count;
	char folder[64];
	int error;

	snprintf(folder, sizeof(folder), "/proc/%lu", pid);
	if (access(folder, F_OK)) {
		vt__say("there is no process %lu", pid);
		return VT_EXIT_BAD_INPUT;
	}
	error = is_own(pid) ? add_process(pid, recordings) : -EPERM;
	if (error == -EPERM || error == -EACCES) {
		vt__say("process %lu belongs to another user: only who runs it may look at it",
			pid);
		return VT_EXIT_BAD_INPUT;
	}
	if (error) {
		vt__say("process %lu cannot be looked at: %s", pid, strerror(-error));
		return VT_EXIT_SYSTEM;
	}
	if (recordings->count > before)
		return VT_EXIT_OK;
	vt__say("process %lu has no recording: it is not tracked, or has not allocated device "
		"memory yet; start it with 'vramtrack run'",
		pid);
	return VT_EXIT_BAD_INPUT;
}

int vt__live_of_all(struct vt__recordings *recordings)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	unsigned long pid;
	int error = 0;

	if (!folder)
		return -errno;
	while (error != -ENOMEM && (entry = readdir(folder)))
		if (vt__live_is_pid(entry->d_name, &pid) && is_own(pid))
			error = add_process(pid, recordings); /* it may be gone by now */
	closedir(folder);
	return error == -ENOMEM ? error : 0;
}

int vt__live_one(const char *command, const char *word, char **path_out)
{
	struct vt__recordings recordings = {.count = 0};
	unsigned long pid;
	int code;

	*path_out = NULL;
	if (!vt__live_is_pid(word, &pid)) {
		*path_out = strdup(word);
		return *path_out ? VT_EXIT_OK : VT_EXIT_SYSTEM;
	}
	code = vt__live_of_process(pid, &recordings);
	if (!code && recordings.count > 1) {
		vt__say_for(command, "process %lu has %zu recordings: name one, as %s", pid,
			    recordings.count, recordings.paths[0]);
		code = VT_EXIT_USAGE;
	}
	if (!code) {
		*path_out = strdup(recordings.paths[0]);
		code = *path_out ? VT_EXIT_OK : VT_EXIT_SYSTEM;
	}
	vt__recordings_free(&recordings);
	return code;
}

/* Leaves out what is another user's. */
static int keep_own(size_t from, struct vt__recordings *recordings)
{
	size_t kept = from;
	int code = VT_EXIT_OK;

	for (size_t i = from; i < recordings->count; i++) {
		struct stat status;

		if (stat(recordings->paths[i], &status) == 0 && status.st_uid != geteuid()) {
			vt__say("%s: belongs to another user: only who runs the program may look "
				"at it",
				recordings->paths[i]);
			free(recordings->paths[i]);
			code = VT_EXIT_BAD_INPUT;
			continue;
		}
		recordings->paths[kept++] = recordings->paths[i];
	}
	recordings->count = kept;
	return code;
}

int vt__live_words(const char *word, struct vt__recordings *recordings)
{
	const size_t before = recordings->count;
	struct stat status;
	unsigned long pid;
	int code, own;

	if (vt__live_is_pid(word, &pid)) {
		code = vt__live_of_process(pid, recordings);
	} else if (stat(word, &status)) {
		vt__say("%s: cannot be opened: %s", word, strerror(errno));
		code = VT_EXIT_BAD_INPUT;
	} else {
		code = vt__inputs_add(word, false, recordings);
	}
	own = keep_own(before, recordings);
	return code ? code : own;
}
