/* `vramtrack mark`: a mark in the recording of a process that runs, from outside of it. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command_list.h"
#include "cli/live.h"
#include "cli/message.h"
#include "reports/recording/process.h"
#include "reports/recording/reader.h"
#include "reports/recording/requests.h"
#include "vramtrack/exit_codes.h"

#define WAIT_MS 1000

static const struct vt__option options[] = {{.name = NULL}};

static int put(struct vt__request *request, const char *path, const char *name)
{
	const int error = vt__request_put(request, VT_REQUEST_MARK, name);

	if (error == -EBUSY)
		vt__say("%s: has %u marks that wait for the process's next allocation: try again "
			"later",
			path, VT_FORMAT_REQUESTS);
	else if (error)
		vt__say("cannot write to %s: %s", path, strerror(-error));
	return error ? VT_EXIT_SYSTEM : VT_EXIT_OK;
}

static int mark(const char *path, const char *name)
{
	char message[VT__MESSAGE_BYTES];
	struct vt__recording *recording;
	struct vt__request request;
	int code;

	if (vt__request_open(path, &request, message) ||
	    vt__recording_open(path, &recording, message)) {
		vt__say("%s", message);
		return VT_EXIT_BAD_INPUT;
	}
	if (vt__recording_state(recording) != VT__PROCESS_RUNNING ||
	    vt__recording_header(recording)->snapshot) {
		vt__say("%s: its process has ended: a mark would not be seen", path);
		code = VT_EXIT_BAD_INPUT;
	} else {
		code = put(&request, path, name);
	}
	if (!code && !vt__request_taken(&request, WAIT_MS))
		vt__say("the process does not allocate now: it takes the mark at its next "
			"allocation, or at its end");
	vt__recording_close(recording);
	vt__request_close(&request, false);
	return code;
}

static int check(const struct vt__operands *operands)
{
	const char *name;

	if (operands->count != 2)
		return vt__usage_error("mark", "takes a process and a name");
	name = operands->items[1];
	if (!*name)
		return vt__usage_error("mark", "the name is empty");
	if (strlen(name) >= VT_FORMAT_REQUEST_NAME)
		return vt__usage_error("mark", "the name has more than %u bytes",
				       VT_FORMAT_REQUEST_NAME - 1);
	return VT_EXIT_OK;
}

static int run(int argc, char **argv)
{
	struct vt__operands operands;
	int status = vt__arguments_parse(&vt__command_mark, argc, argv, NULL, &operands);
	char *path = NULL;
	int code;

	if (status)
		return vt__options_exit_code(status);
	code = check(&operands);
	if (!code)
		code = vt__live_one("mark", operands.items[0], &path);
	if (!code)
		code = mark(path, operands.items[1]);
	free(path);
	free(operands.items);
	return code;
}

const struct command vt__command_mark = {
	.name = "mark",
	.summary = "mark a moment in the recording of a process that runs",
	.usage = "PID|FILE NAME",
	.details = "The process enters the mark at its next call that allocates, marks or ends it, "
		   "within a twentieth of a second of that; nothing is done to it. It stands in "
		   "the report beside the program's own (marked from outside).\n\n"
		   "Names the process by its pid, or by its recording. Another user's is refused.",
	.options = options,
	.run = run,
};
