/* `vramtrack report`: reads recordings again, on this machine or another. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command_list.h"
#include "cli/inputs.h"
#include "cli/message.h"
#include "cli/show.h"
#include "cli/stack_options.h"
#include "cli/text_options.h"
#include "recording/format.h"
#include "vramtrack/exit_codes.h"

struct settings {
	const char *format;
	const char *output;
	const char *colour;
	const char *measure;
	const char *bucket;
	const char *between;
	const char *addresses;
	const char *core_dump;
	bool merge;
	bool recursive;
	struct vt__stack_settings stacks;
	struct vt__text_settings text;
};

static const struct vt__option options[] = {
	{.name = "format",
	 .type = VT__OPTION_CHOICE,
	 .choices = vt__report_formats,
	 .help = "form of the report (default text)",
	 .offset = offsetof(struct settings, format)},
	{.name = "of",
	 .type = VT__OPTION_CHOICE,
	 .choices = vt__report_measures,
	 .help = "what the numbers of folded stacks are: memory that leaked (default), that is live, "
		 "that was live at the peak, that was allocated in all",
	 .only_with = "format=folded",
	 .offset = offsetof(struct settings, measure)},
	{.name = "memory",
	 .type = VT__OPTION_CHOICE,
	 .choices = vt__report_buckets,
	 .help = "of which memory they are (default vram, device memory); held objects are counted",
	 .only_with = "format=folded",
	 .offset = offsetof(struct settings, bucket)},
	VT__INPUT_OPTIONS(struct settings, "report"),
	{.name = "merge",
	 .type = VT__OPTION_SWITCH,
	 .help = "show the processes only beside one another: trees, ranks, call sites of all",
	 .not_with = VT__NOT_EXPORTS,
	 .offset = offsetof(struct settings, merge)},
	{.name = "between",
	 .type = VT__OPTION_TEXT,
	 .shown = "MARK,MARK",
	 .help = "show only what became of each owner's memory between two marks of the program, as "
		 "awake,asleep: what was released, and who holds what is left",
	 .not_with = "merge,show," VT__NOT_EXPORTS,
	 .offset = offsetof(struct settings, between)},
	{.name = "address",
	 .type = VT__OPTION_TEXT,
	 .shown = "ADDR[,ADDR]...",
	 .help = "show only whose memory lies at these device addresses, or lay there: live, freed, or "
		 "the nearest; hexadecimal, as compute-sanitizer and cuda-gdb print them",
	 .not_with = "merge,show,between,format!=text",
	 .offset = offsetof(struct settings, addresses)},
	{.name = "coredump",
	 .type = VT__OPTION_TEXT,
	 .shown = "FILE",
	 .help = "the same of the addresses that are in the registers of threads that met an "
		 "exception, in a GPU core dump of the process",
	 .not_with = "merge,show,between,format!=text",
	 .offset = offsetof(struct settings, core_dump)},
	VT__STACK_OPTION_RULES(offsetof(struct settings, stacks)),
	VT__STACK_OPTION_FULL(offsetof(struct settings, stacks), "format!=text,merge"),
	VT__TEXT_OPTION_ROWS(offsetof(struct settings, text), "format!=text"),
	{.name = NULL},
};

static int say_without_marks(const char *marks)
{
	vt__say_for("report",
		    "--between=%s: no recording has an account of both marks (a text "
		    "report says which there are)",
		    marks);
	return VT_EXIT_BAD_INPUT;
}

static int show(const struct settings *settings, const struct vt__recordings *recordings,
		bool unread_folder)
{
	const struct vt__recordings *const sets[] = {recordings};
	struct vt__view view = {
		.format = settings->format,
		.between = settings->between,
		.addresses = settings->addresses,
		.core_dump = settings->core_dump,
		.merge = settings->merge,
		.unread_folder = unread_folder,
		.measure = settings->measure,
		.bucket = settings->bucket,
	};
	struct vt__report_outcome outcome;
	struct vt__output output;
	int status = vt__output_open("report", settings->output, sets, 1, &output);

	if (status)
		return status;
	view.out = output.out;
	view.out_name = output.name;
	if (vt__report_is_binary(view.format) && isatty(vt__stream_descriptor(view.out))) {
		(void)vt__output_close(&output, -EINVAL);
		return vt__usage_error("report",
				       "--format=%s is not for a terminal: name a file with -o, or "
				       "a pipe",
				       view.format);
	}
	view.text = vt__text_view_for(&settings->text, settings->colour, settings->stacks.full,
				      view.out);
	status = vt__show(recordings, &view, &outcome);
	if (vt__output_close(&output, status == -EBADMSG ? 0 : status))
		return VT_EXIT_SYSTEM;
	if (status == -EBADMSG)
		return VT_EXIT_BAD_INPUT;
	if (settings->between && outcome.without_marks == outcome.processes)
		return say_without_marks(settings->between);
	return outcome.unreadable ? VT_EXIT_BAD_INPUT : VT_EXIT_OK;
}

static int report(const struct settings *settings, const struct vt__operands *operands)
{
	struct vt__recordings recordings = {.count = 0};
	int code = VT_EXIT_OK, shown = VT_EXIT_OK;

	if (operands->count == 0)
		return vt__usage_error("report", "no recording given");
	if (settings->between && !vt__report_can_be_between(settings->between))
		return vt__usage_error("report",
				       "--between takes the names of two marks, as awake,asleep, "
				       "not '%s'",
				       settings->between);
	if (settings->addresses && !vt__report_can_be_addresses(settings->addresses))
		return vt__usage_error("report",
				       "--address takes up to 64 hexadecimal addresses with commas "
				       "between them, as 0x7f2a10400000, not '%s'",
				       settings->addresses);
	code = vt__stack_rules_read("report", &settings->stacks);
	if (code)
		return code;
	for (int i = 0; i < operands->count && code != VT_EXIT_SYSTEM; i++) {
		int added = vt__inputs_add(operands->items[i], settings->recursive, &recordings);

		code = added ? added : code;
	}
	if (recordings.count && code != VT_EXIT_SYSTEM)
		shown = show(settings, &recordings, code != VT_EXIT_OK);
	vt__recordings_free(&recordings);
	return shown ? shown : code;
}

static int run(int argc, char **argv)
{
	struct settings settings = {.format = "text", .colour = "auto"};
	struct vt__operands operands;
	int status = vt__arguments_parse(&vt__command_report, argc, argv, &settings, &operands);
	int code;

	if (status) {
		vt__list_free(&settings.stacks.rules);
		return vt__options_exit_code(status);
	}
	/* `vramtrack report ... | head` ends quietly, whatever we inherited; a file is never left
	 * half-written because standard error is a pipe that nobody reads */
	signal(SIGPIPE, settings.output ? SIG_IGN : SIG_DFL);
	code = report(&settings, &operands);
	free(operands.items);
	vt__list_free(&settings.stacks.rules);
	return code;
}

const struct command vt__command_report = {
	.name = "report",
	.summary = "report on recordings, here or on another machine",
	.usage = "[OPTION]... FILE|FOLDER...",
	.details =
		"Reads recordings and writes one report about all of them. A FOLDER stands for "
		"every recording (*" VT_FORMAT_SUFFIX ") in it. A recording can be read while "
		"its program still runs.\n\n"
		"The text begins with the verdict and what was not seen; then come ten findings, "
		"and the rest in a line each. --show and --all have it in whole. A finding that "
		"several processes have is shown once, with their number.\n\n"
		"Processes that were told a rank (by torchrun, MPI, Slurm or VRAMTRACK_RANK) are "
		"compared: for each call site the least, the median and the most over all "
		"ranks, and the ranks that stand apart.\n\n"
		"The formats other than text and json are files for other programs, with sums of call "
		"sites: pprof (also Pyroscope, Parca), folded stacks for flame graphs, speedscope, "
		"Perfetto, PyTorch's memory viewer, OpenMetrics, SQLite, CSV. docs/formats.md says what "
		"is in each.\n\n"
		"A recording that cannot be read is named on standard error; the others are "
		"still reported on, and the exit code is 4.",
	.options = options,
	.run = run,
};
