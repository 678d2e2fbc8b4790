/* `vramtrack report`: reads recordings again, on this machine or another. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command_list.h"
#include "cli/message.h"
#include "cli/show.h"
#include "ledger/format.h"
#include "vramtrack/exit_codes.h"

struct settings {
	const char *format;
	const char *output;
	const char *colour;
};

static const struct vt__option options[] = {
	{.name = "format",
	 .type = VT__OPTION_CHOICE,
	 .choices = vt__report_formats,
	 .help = "form of the report (default text)",
	 .offset = offsetof(struct settings, format)},
	{.name = "output",
	 .letter = 'o',
	 .type = VT__OPTION_TEXT,
	 .shown = "FILE",
	 .help = "write the report to FILE, not to standard output",
	 .offset = offsetof(struct settings, output)},
	{.name = "color",
	 .type = VT__OPTION_CHOICE,
	 .choices = vt__colour_choices,
	 .help = "colour in text; auto (the default): on a terminal, unless NO_COLOR is set",
	 .offset = offsetof(struct settings, colour)},
	{.name = NULL},
};

/* Adds a file, or all recordings of a folder. Returns 0 or an exit code. */
static int add(const char *path, struct vt__recordings *recordings)
{
	size_t before = recordings->count;
	struct stat status;
	int error;

	if (stat(path, &status) < 0 || !S_ISDIR(status.st_mode)) {
		/* a file that is missing is named by the reader, as one that is malformed */
		error = vt__collect_file(path, recordings);
	} else {
		error = vt__collect_folder(path, recordings);
		if (error && error != -ENOMEM) {
			vt__say("cannot read folder %s: %s", path, strerror(-error));
			return VT_EXIT_BAD_INPUT;
		}
		if (!error && recordings->count == before) {
			vt__say("there is no recording (*%s) in folder %s", VT_FORMAT_SUFFIX, path);
			return VT_EXIT_BAD_INPUT;
		}
	}
	if (!error)
		return VT_EXIT_OK;
	vt__say("out of memory");
	return VT_EXIT_SYSTEM;
}

/* True if writing the report would destroy a recording that it is about. */
static bool is_among(const char *output, const struct vt__recordings *recordings)
{
	struct stat target, input;

	if (stat(output, &target) < 0)
		return false;
	for (size_t i = 0; i < recordings->count; i++) {
		if (stat(recordings->paths[i], &input) == 0 && input.st_dev == target.st_dev &&
		    input.st_ino == target.st_ino)
			return true;
	}
	return false;
}

/* Returns 0 or an exit code. */
static int open_output(const char *output, const struct vt__recordings *recordings,
		       struct vt__view *view)
{
	view->out = stdout;
	view->out_name = "standard output";
	if (!output)
		return VT_EXIT_OK;
	if (is_among(output, recordings))
		return vt__usage_error("report", "--output %s is one of the recordings", output);
	view->out = fopen(output, "we");
	view->out_name = output;
	if (view->out)
		return VT_EXIT_OK;
	vt__say("cannot write the report to %s: %s", output, strerror(errno));
	return VT_EXIT_SYSTEM;
}

static int show(const struct settings *settings, const struct vt__recordings *recordings)
{
	struct vt__view view = {.format = settings->format};
	struct vt__report_outcome outcome;
	int status = open_output(settings->output, recordings, &view);

	if (status)
		return status;
	view.colour = vt__colour_wanted(settings->colour, view.out);
	status = vt__show(recordings, &view, &outcome);
	if (settings->output && fclose(view.out) != 0 && status == 0) {
		vt__say("cannot write the report to %s: %s", settings->output, strerror(errno));
		status = -EIO;
	}
	if (status < 0)
		return VT_EXIT_SYSTEM;
	return outcome.unreadable ? VT_EXIT_BAD_INPUT : VT_EXIT_OK;
}

static int report(const struct settings *settings, const struct vt__operands *operands)
{
	struct vt__recordings recordings = {.count = 0};
	int code = VT_EXIT_OK, shown = VT_EXIT_OK;

	if (operands->count == 0)
		return vt__usage_error("report", "no recording given");
	for (int i = 0; i < operands->count && code != VT_EXIT_SYSTEM; i++) {
		int added = add(operands->items[i], &recordings);

		code = added ? added : code;
	}
	if (recordings.count && code != VT_EXIT_SYSTEM)
		shown = show(settings, &recordings);
	vt__recordings_free(&recordings);
	return shown ? shown : code;
}

static int run(int argc, char **argv)
{
	struct settings settings = {.format = "text", .colour = "auto"};
	struct vt__operands operands;
	int status = vt__options_parse(&vt__command_report, argc, argv, &settings, &operands);
	int code;

	if (status)
		return vt__options_exit_code(status);
	/* `vramtrack report ... | head` ends quietly, whatever we inherited */
	signal(SIGPIPE, SIG_DFL);
	code = report(&settings, &operands);
	free(operands.items);
	return code;
}

const struct command vt__command_report = {
	.name = "report",
	.summary = "report on recordings, here or on another machine",
	.usage = "[OPTION]... FILE|FOLDER...",
	.details = "Reads recordings and writes one report about all of them. A FOLDER stands for "
		   "every recording (*" VT_FORMAT_SUFFIX ") in it. A recording can be read while "
		   "its program still runs.\n\n"
		   "A recording that cannot be read is named on standard error; the others are "
		   "still reported on, and the exit code is 4.",
	.options = options,
	.run = run,
};
