/* `vramtrack run`: runs a program under the shim and reports on it. */
#include "config.h"

#include <stdlib.h>

#include "cli/aftermath.h"
#include "cli/command_list.h"
#include "cli/message.h"
#include "cli/run_options.h"
#include "cli/terminal.h"
#include "reports/report.h"

static const struct vt__option options[] = {
	VT__RUN_OPTION_OUTPUT(0),
	{.name = "format",
	 .type = VT__OPTION_CHOICE,
	 .choices = vt__report_formats,
	 .help = "form of the report (default text)",
	 .not_with = "no-report",
	 .offset = offsetof(struct vt__run_settings, format)},
	{.name = "report-file",
	 .type = VT__OPTION_TEXT,
	 .shown = "FILE",
	 .help = "write the report to FILE, not to standard error",
	 .not_with = "no-report",
	 .offset = offsetof(struct vt__run_settings, report_file)},
	{.name = "no-report",
	 .type = VT__OPTION_SWITCH,
	 .help = "only record",
	 .offset = offsetof(struct vt__run_settings, no_report)},
	{.name = "error-exitcode",
	 .type = VT__OPTION_NUMBER,
	 .shown = "N",
	 .least = 1,
	 .most = 255,
	 .help = "exit with N, from 1 to 255, if the program succeeded and there is what fails "
		 "'vramtrack gate' by default (a fault, a leak, a bad free, growth, ...), or with "
		 "--verify a disagreement",
	 .offset = offsetof(struct vt__run_settings, error_exitcode)},
	{.name = "verify",
	 .type = VT__OPTION_SWITCH,
	 .help = "record by both sources at once, and report where the two disagree",
	 .not_with = VT__NOT_EXPORTS,
	 .offset = offsetof(struct vt__run_settings, verify)},
	VT__STACK_OPTION_RULES(offsetof(struct vt__run_settings, stacks)),
	VT__STACK_OPTION_FULL(offsetof(struct vt__run_settings, stacks), "no-report,format!=text"),
	VT__TEXT_OPTION_ROWS(offsetof(struct vt__run_settings, text), "no-report,format!=text"),
	{.name = "color",
	 .type = VT__OPTION_CHOICE,
	 .choices = vt__terminal_choices,
	 .help = "colour in text; auto (the default): on a terminal, unless NO_COLOR is set",
	 .not_with = "no-report,format!=text",
	 .offset = offsetof(struct vt__run_settings, colour)},
	VT__RUN_OPTION_ROWS(0),
	{.name = NULL},
};

static int check_settings(const struct vt__run_settings *settings,
			  const struct vt__operands *operands)
{
	if (operands->count == 0)
		return vt__usage_error("run", "no program given");
	if (vt__report_is_binary(settings->format) && !settings->report_file)
		return vt__usage_error("run",
				       "--format=%s is not for standard error: name a file with "
				       "--report-file",
				       settings->format);
	return vt__run_check(settings);
}

static int after(const struct vt__run_settings *settings, const struct vt__run_facts *facts,
		 void *closure)
{
	(void)closure;
	return vt__aftermath(settings, facts);
}

static int run_command(int argc, char **argv)
{
	struct vt__run_settings settings = {
		.command = "run",
		.format = "text",
		.source = "preload",
	};
	struct vt__operands operands = {.count = 0};
	int code = vt__arguments_parse(&vt__command_run, argc, argv, &settings, &operands);

	if (code) {
		code = vt__options_exit_code(code);
		goto free_settings;
	}
	code = check_settings(&settings, &operands);
	if (!code)
		code = vt__stack_rules_read("run", &settings.stacks);
	if (code)
		goto free_operands;
	code = vt__run_program(&settings, operands.items, after, NULL);
free_operands:
	free(operands.items);
free_settings:
	vt__list_free(&settings.options);
	vt__list_free(&settings.stacks.rules);
	return code;
}

const struct command vt__command_run = {
	.name = "run",
	.summary = "run a program, record its device memory and report on it",
	.usage = "[OPTION]... [--] PROGRAM [ARGUMENT]...",
	.details =
		"Runs PROGRAM with the shim preloaded. Each process of it that allocates device "
		"memory leaves a recording, PROGRAM.PID.vramtrack. When PROGRAM has ended, a report "
		"about all of them goes to standard error.\n\n"
		"The exit code is the program's own, or 128+n if signal n ended it.",
	.options = options,
	.stops_at_operand = true,
	.has_shim_options = true,
	.run = run_command,
};
