/* `vramtrack snapshot`: a copy of the recording of a process that runs. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command_list.h"
#include "cli/live.h"
#include "cli/message.h"
#include "reports/files.h"
#include "reports/recording/reader.h"
#include "reports/recording/requests.h"
#include "reports/recording/snapshot.h"
#include "vramtrack/exit_codes.h"

struct settings {
	const char *output;
};

static const struct vt__option options[] = {
	{.name = "output",
	 .letter = 'o',
	 .type = VT__OPTION_TEXT,
	 .shown = "FILE",
	 .help = "write the copy to FILE (default: the recording's name in the current folder, with "
		 "a number and '.snapshot' in it)",
	 .offset = offsetof(struct settings, output)},
	{.name = NULL},
};

/* program.PID.snapshot.vramtrack, or with a number where that is there. To free(). */
static char *default_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	const char *suffix = strstr(base, VT_FORMAT_SUFFIX);
	const int length = suffix ? (int)(suffix - base) : (int)strlen(base);
	char *name = NULL;

	for (unsigned number = 1; number < 10000; number++) {
		struct stat status;
		int made = number == 1
				   ? asprintf(&name, "%.*s.snapshot" VT_FORMAT_SUFFIX, length, base)
				   : asprintf(&name, "%.*s.snapshot.%u" VT_FORMAT_SUFFIX, length,
					      base, number);

		if (made < 0)
			return NULL;
		if (lstat(name, &status) && errno == ENOENT)
			return name;
		free(name);
	}
	return NULL;
}

/* While the process keeps still, if it can be asked to: it may run no call that could hear it. */
static int open_still(const char *path, struct vt__recording **recording)
{
	char message[VT__MESSAGE_BYTES];
	struct vt__request request;
	int error = vt__request_open(path, &request, message);
	const bool asked = !error && !vt__request_put(&request, VT_REQUEST_STILL, NULL);

	if (!error || error == -ENOTSUP)
		error = vt__recording_open(path, recording, message);
	if (error)
		vt__say("%s", message);
	if (asked)
		vt__request_close(&request, true);
	return error ? VT_EXIT_BAD_INPUT : VT_EXIT_OK;
}

static int write_copy(const struct vt__recording *recording, const char *to)
{
	struct vt__atomic_file file;
	int error = vt__atomic_open(&file, to);

	if (!error) {
		error = vt__snapshot_write(recording, file.out);
		if (error)
			vt__atomic_discard(&file);
		else
			error = vt__atomic_commit(&file);
	}
	if (!error)
		return VT_EXIT_OK;
	vt__say("cannot write the snapshot to %s: %s", to, vt__output_reason(error));
	return VT_EXIT_SYSTEM;
}

static int is_same(const char *path, const char *to)
{
	struct stat one, other;

	if (stat(path, &one) || stat(to, &other) || one.st_dev != other.st_dev ||
	    one.st_ino != other.st_ino)
		return VT_EXIT_OK;
	return vt__usage_error("snapshot", "--output %s is the recording", to);
}

static int snapshot(const char *path, const char *output)
{
	char *name = output ? strdup(output) : default_name(path);
	struct vt__recording *recording = NULL;
	int code = name ? is_same(path, name) : VT_EXIT_SYSTEM;

	if (!name)
		vt__say("no name could be made for the snapshot: give one with --output");
	if (!code)
		code = open_still(path, &recording);
	if (!code)
		code = write_copy(recording, name);
	if (!code) {
		if (vt__recording_torn(recording))
			vt__say("the process changed its recording all the while: numbers in the "
				"snapshot may be off by the allocations made meanwhile");
		vt__say("the snapshot is %s", name);
	}
	vt__recording_close(recording);
	free(name);
	return code;
}

static int run(int argc, char **argv)
{
	struct settings settings = {.output = NULL};
	struct vt__operands operands;
	int status = vt__arguments_parse(&vt__command_snapshot, argc, argv, &settings, &operands);
	char *path = NULL;
	int code;

	if (status)
		return vt__options_exit_code(status);
	code = operands.count == 1 ? vt__live_one("snapshot", operands.items[0], &path)
				   : vt__usage_error("snapshot", "takes one process");
	if (!code)
		code = snapshot(path, settings.output);
	free(path);
	free(operands.items);
	return code;
}

const struct command vt__command_snapshot = {
	.name = "snapshot",
	.summary = "copy the recording of a process while it runs",
	.usage = "[OPTION]... PID|FILE",
	.details = "The copy is a recording, for 'vramtrack report' and 'vramtrack diff': what is "
		   "live in it is shown, and is no leak. The process goes on; where it allocates "
		   "all the time it is asked to keep still for the copy, for a hundredth of a "
		   "second at most.\n\n"
		   "Names the process by its pid, or by its recording. Another user's is refused.",
	.options = options,
	.run = run,
};
