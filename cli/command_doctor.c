/* `vramtrack doctor`: whether this machine and a program can be tracked, and how. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command_list.h"
#include "cli/doctor.h"
#include "cli/message.h"
#include "cli/program.h"
#include "cli/run_program.h"
#include "reports/files.h"
#include "vramtrack/exit_codes.h"

struct settings {
	const char *format;
	const char *output;
	bool simulate;
};

static const char *formats(void)
{
	return "text, json";
}

static const struct vt__option options[] = {
	{.name = "format",
	 .type = VT__OPTION_CHOICE,
	 .choices = formats,
	 .help = "form of the findings (default text)",
	 .offset = offsetof(struct settings, format)},
	{.name = "output",
	 .letter = 'o',
	 .type = VT__OPTION_TEXT,
	 .shown = "FOLDER",
	 .help = "where recordings are to be written (default: the current folder)",
	 .offset = offsetof(struct settings, output)},
	{.name = "simulate",
	 .type = VT__OPTION_SWITCH,
	 .help = "for a run on the simulated device, which needs no GPU",
	 .offset = offsetof(struct settings, simulate)},
	{.name = NULL},
};

static int write_findings(const struct settings *settings, const struct vt__doctor *doctor)
{
	const bool is_text = strcmp(settings->format, "text") == 0;
	size_t count;
	int error;

	if (doctor->failed)
		error = -ENOMEM;
	else
		error = is_text ? vt__doctor_text(doctor, stdout) : vt__doctor_json(doctor, stdout);
	if (error) {
		vt__say("cannot write the findings: %s", strerror(-error));
		return VT_EXIT_SYSTEM;
	}
	return vt__doctor_worst(doctor, &count) == VT__STATE_OBSTACLE ? VT_EXIT_FINDINGS
								      : VT_EXIT_OK;
}

static int examine(const struct settings *settings, struct vt__doctor *doctor)
{
	int status = doctor->argv ? vt__program_find(doctor->argv[0], &doctor->program) : 0;

	if (status < 0)
		return vt__run_not_started(doctor->program ? doctor->program : doctor->argv[0],
					   -status);
	vt__doctor_machine(doctor);
	vt__doctor_environment(doctor);
	if (doctor->program)
		vt__doctor_program(doctor);
	return write_findings(settings, doctor);
}

static int run(int argc, char **argv)
{
	struct settings settings = {.format = "text", .output = "."};
	struct vt__operands operands;
	int status = vt__arguments_parse(&vt__command_doctor, argc, argv, &settings, &operands);
	struct vt__doctor doctor = {.output = settings.output, .simulate = settings.simulate};
	int code;

	if (status)
		return vt__options_exit_code(status);
	doctor.argv = operands.count ? operands.items : NULL;
	code = examine(&settings, &doctor);
	vt__doctor_free(&doctor);
	free(operands.items);
	return code;
}

const struct command vt__command_doctor = {
	.name = "doctor",
	.summary = "say whether this machine and a program can be tracked",
	.usage = "[OPTION]... [[--] PROGRAM [ARGUMENT]...]",
	.details =
		"Looks at what a run needs, and runs nothing: vramtrack's own files, the driver, "
		"where recordings go, limits, preloaded libraries; with PROGRAM also what file is "
		"executed in the end, whether the shim can be loaded into it, its CUDA runtime, "
		"sanitizers, and what stacks will show. Each line is ok, attention or obstacle, "
		"with what to do.\n\n"
		"The exit code is 1 where there is an obstacle, else 0.",
	.options = options,
	.stops_at_operand = true,
	.run = run,
};
