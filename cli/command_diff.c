/* `vramtrack diff`: what changed from one run to another. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command_list.h"
#include "cli/inputs.h"
#include "cli/terminal.h"
#include "cli/message.h"
#include "cli/show.h"
#include "cli/stack_options.h"
#include "reports/diff_report.h"
#include "vramtrack/exit_codes.h"

struct settings {
	const char *format;
	const char *output;
	const char *colour;
	unsigned long least_bytes;
	unsigned long percent;
	bool fail_on_growth;
	bool recursive;
	struct vt__stack_settings stacks;
};

static const struct vt__option options[] = {
	{.name = "format",
	 .type = VT__OPTION_CHOICE,
	 .choices = vt__diff_formats,
	 .help = "form of the comparison (default text)",
	 .offset = offsetof(struct settings, format)},
	VT__INPUT_OPTIONS(struct settings, "comparison"),
	{.name = "min-bytes",
	 .type = VT__OPTION_BYTES,
	 .shown = "BYTES",
	 .help = "a change of fewer bytes (10M) is none (default 0)",
	 .offset = offsetof(struct settings, least_bytes)},
	{.name = "tolerance",
	 .type = VT__OPTION_PERCENT,
	 .shown = "N%",
	 .help = "nor is one of so much of what was before, or less (default 0)",
	 .offset = offsetof(struct settings, percent),
	 .most = 1000000},
	{.name = "fail-on-growth",
	 .type = VT__OPTION_SWITCH,
	 .help = "exit with 1 if a finding or a peak is new or grown, with 3 if one may be: not "
		 "everything was seen",
	 .offset = offsetof(struct settings, fail_on_growth)},
	VT__STACK_OPTION_RULES(offsetof(struct settings, stacks)),
	{.name = NULL},
};

static int exit_code(const struct settings *settings, const struct vt__diff *diff)
{
	const struct vt__diff_side *sides = diff->sides;

	if (sides[VT__BEFORE].unreadable || sides[VT__AFTER].unreadable)
		return VT_EXIT_BAD_INPUT;
	if (!settings->fail_on_growth)
		return VT_EXIT_OK;
	return diff->growth          ? VT_EXIT_FINDINGS
	       : diff->growth_unsure ? VT_EXIT_UNCOVERED
				     : VT_EXIT_OK;
}

static int compare(const struct settings *settings, char *const *names,
		   const struct vt__recordings sets[VT__SIDE_COUNT],
		   const bool unread[VT__SIDE_COUNT])
{
	const struct vt__recordings *const inputs[] = {&sets[VT__BEFORE], &sets[VT__AFTER]};
	struct vt__diff diff = {.limits = {settings->least_bytes, settings->percent}};
	int status;
	struct vt__output output;

	for (int side = 0; side < VT__SIDE_COUNT; side++)
		diff.sides[side] = (struct vt__diff_side){
			.paths = (const char *const *)sets[side].paths,
			.path_count = sets[side].count,
			.name = names[side],
			.unread_folder = unread[side],
		};
	status = vt__output_open("diff", settings->output, inputs, VT__SIDE_COUNT, &output);
	if (status)
		return status;
	status = vt__diff_report(&diff, settings->format,
				 vt__colour_wanted(settings->colour, output.out), output.out);
	if (status == -ENOMEM)
		vt__say("cannot compare: %s", strerror(ENOMEM));
	else if (status && status != -EPIPE)
		vt__say("cannot write the report to %s: %s", output.name, strerror(-status));
	if (vt__output_close(&output, status))
		return VT_EXIT_SYSTEM;
	return exit_code(settings, &diff);
}

/* A folder with nothing in it is no run: comparing with it would call all of the
 * other one new or gone. */
static int diff_sets(const struct settings *settings, char *const *names)
{
	struct vt__recordings sets[VT__SIDE_COUNT] = {{.count = 0}};
	bool unread[VT__SIDE_COUNT];
	int code = VT_EXIT_OK, compared;

	for (int side = 0; side < VT__SIDE_COUNT; side++) {
		const int added = vt__inputs_add(names[side], settings->recursive, &sets[side]);

		unread[side] = added != VT_EXIT_OK;
		code = added ? added : code;
	}
	if (sets[VT__BEFORE].count && sets[VT__AFTER].count && code != VT_EXIT_SYSTEM) {
		compared = compare(settings, names, sets, unread);
		code = compared && (!code || compared == VT_EXIT_SYSTEM) ? compared : code;
	}
	for (int side = 0; side < VT__SIDE_COUNT; side++)
		vt__recordings_free(&sets[side]);
	return code;
}

static int run(int argc, char **argv)
{
	struct settings settings = {.format = "text", .colour = "auto"};
	struct vt__operands operands;
	int status = vt__arguments_parse(&vt__command_diff, argc, argv, &settings, &operands);
	int code;

	if (status) {
		vt__list_free(&settings.stacks.rules);
		return vt__options_exit_code(status);
	}
	/* as in `vramtrack report` */
	signal(SIGPIPE, settings.output ? SIG_IGN : SIG_DFL);
	if (vt__report_is_binary(settings.format) && !settings.output && isatty(STDOUT_FILENO))
		code = vt__usage_error("diff",
				       "--format=%s is not for a terminal: name a file with -o, or "
				       "a pipe",
				       settings.format);
	else if (operands.count != VT__SIDE_COUNT)
		code = vt__usage_error("diff", "two runs are compared, %d given", operands.count);
	else
		code = vt__stack_rules_read("diff", &settings.stacks);
	if (code == VT_EXIT_OK)
		code = diff_sets(&settings, operands.items);
	free(operands.items);
	vt__list_free(&settings.stacks.rules);
	return code;
}

const struct command vt__command_diff = {
	.name = "diff",
	.summary = "compare two recordings or two runs",
	.usage = "[OPTION]... BEFORE AFTER",
	.details = "BEFORE and AFTER are each a recording or a FOLDER with the recordings of one "
		   "run. Call sites and findings are known again by the functions of their stacks, "
		   "so that a rebuild and moved lines change nothing. Says which are new, grown, "
		   "shrunk and gone, and how the peaks of each device changed, the largest change "
		   "first.\n\n"
		   "Exits with 0 whatever the difference is, unless --fail-on-growth is given. A "
		   "recording that cannot be read is named on standard error; the others are still "
		   "compared, and the exit code is 4. Of a run of which nothing can be read "
		   "nothing is called new or gone; what a run of which not all was seen seems to "
		   "have less of is unsure.",
	.options = options,
	.run = run,
};
