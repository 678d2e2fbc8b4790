/* `vramtrack run`: runs a program under the shim and reports on it. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "cli/aftermath.h"
#include "cli/command_list.h"
#include "cli/environment.h"
#include "cli/folder.h"
#include "cli/install.h"
#include "cli/launch.h"
#include "cli/message.h"
#include "cli/program.h"
#include "cli/run.h"
#include "cli/shim_options.h"
#include "reports/report.h"
#include "vramtrack/exit_codes.h"

static const struct vt__option options[] = {
	{.name = "output",
	 .letter = 'o',
	 .type = VT__OPTION_TEXT,
	 .shown = "FOLDER",
	 .help = "where recordings are written (default: the current folder); made if it is "
		 "missing",
	 .offset = offsetof(struct vt__run_settings, output)},
	{.name = "format",
	 .type = VT__OPTION_CHOICE,
	 .choices = vt__report_formats,
	 .help = "form of the report (default text)",
	 .offset = offsetof(struct vt__run_settings, format)},
	{.name = "report-file",
	 .type = VT__OPTION_TEXT,
	 .shown = "FILE",
	 .help = "write the report to FILE, not to standard error",
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
	 .help = "exit with N, from 1 to 255, if the program succeeded and there is a finding",
	 .offset = offsetof(struct vt__run_settings, error_exitcode)},
	{.name = "simulate",
	 .type = VT__OPTION_OPTIONAL_TEXT,
	 .shown = "KEY=VALUE:...",
	 .help = "run on the simulated device, for machines without a GPU; the keys, as "
		 "memory=8G, are in the manual",
	 .offset = offsetof(struct vt__run_settings, simulate)},
	{.name = "option",
	 .type = VT__OPTION_LIST,
	 .shown = "KEY=VALUE",
	 .help = "set a key of VRAMTRACK_OPTIONS for the shim; may be given many times",
	 .offset = offsetof(struct vt__run_settings, options)},
	{.name = NULL},
};

/* What one run holds until it is over. */
struct run {
	const struct vt__run_settings *settings;
	char **argv;   /* the program and its arguments */
	char *program; /* the file found for argv[0] */
	char *shim;
	char *simulate_folder;
	char **environment;
	struct vt__run_facts facts;
};

/* -o, else the last output= of --option, else that of the user's variable. Copied; to free(). */
static char *wanted_folder(const struct vt__run_settings *settings)
{
	const char *variable = getenv(VT_OPTIONS_VARIABLE);
	char *found;

	if (settings->output)
		return strdup(settings->output);
	for (size_t i = settings->options.count; i-- > 0;) {
		const char *value = vt__shim_option_value(settings->options.items[i], "output");

		if (value)
			return strdup(value);
	}
	found = variable ? vt__shim_option_in(variable, "output") : NULL;
	return found ? found : strdup(".");
}

static int check_settings(const struct vt__run_settings *settings,
			  const struct vt__operands *operands)
{
	char message[512];

	if (operands->count == 0)
		return vt__usage_error("run", "no program given");
	if (settings->no_report && settings->report_file)
		return vt__usage_error("run", "--no-report and --report-file exclude each other");
	for (size_t i = 0; i < settings->options.count; i++) {
		if (vt__shim_option_check(settings->options.items[i], message, sizeof(message)) < 0)
			return vt__usage_error("run", "%s", message);
	}
	return VT_EXIT_OK;
}

/* Says why a program could not be started, and returns the exit code for it. */
static int not_started(const char *name, int error)
{
	if (error == ENOENT) {
		vt__say("cannot run %s: not found%s", name,
			strchr(name, '/') ? "" : " in the folders of PATH");
		return VT_EXIT_NOT_FOUND;
	}
	if (error == ENOMEM) {
		vt__say("cannot run %s: out of memory", name);
		return VT_EXIT_SYSTEM;
	}
	vt__say("cannot run %s: %s%s", name, strerror(error),
		error == EACCES ? " (is it executable? chmod +x makes it so)" : "");
	return VT_EXIT_NOT_EXECUTABLE;
}

/* Finds program, shim and simulated device. Returns 0 or an exit code. */
static int find_files(struct run *run)
{
	int status = vt__program_find(run->argv[0], &run->program);

	if (status < 0)
		return not_started(run->program ? run->program : run->argv[0], -status);
	if (vt__install_shim(&run->shim) < 0)
		return VT_EXIT_SYSTEM;
	if (run->settings->simulate && vt__install_simulate(run->shim, &run->simulate_folder) < 0)
		return VT_EXIT_SYSTEM;
	return VT_EXIT_OK;
}

static int open_report_file(struct run *run)
{
	const char *path = run->settings->report_file;

	if (!path)
		return VT_EXIT_OK;
	run->facts.report_file = fopen(path, "we");
	if (run->facts.report_file)
		return VT_EXIT_OK;
	vt__say("cannot write the report to %s: %s; the program was not run", path,
		strerror(errno));
	return VT_EXIT_SYSTEM;
}

static void say_obstacle(struct run *run)
{
	enum vt__obstacle obstacle = vt__program_obstacle(run->program, run->shim);

	run->facts.obstacle = obstacle;
	if (obstacle == VT__OBSTACLE_NONE)
		return;
	vt__say("%s %s, so the shim cannot be loaded into it; nothing will be recorded%s",
		run->argv[0], vt__obstacle_words(obstacle),
		obstacle == VT__OBSTACLE_STATIC ? " but of dynamically linked programs it starts"
						: "");
}

/* A number that no other run has: recordings of many runs may share a folder. */
static uint64_t make_run_id(void)
{
	uint64_t id = 0;

	while (id == 0) {
		if (getrandom(&id, sizeof(id), 0) != (ssize_t)sizeof(id) && errno != EINTR)
			break;
	}
	return id;
}

/* Decides where recordings go, and makes the environment. Returns 0 or an exit code. */
static int prepare_tracking(struct run *run)
{
	char *wanted = wanted_folder(run->settings);
	struct vt__tracking tracking = {
		.options = &run->settings->options,
		.simulate_folder = run->simulate_folder,
		.simulate_options = run->settings->simulate,
	};

	/* the loader would complain of a shim for another machine in the program's own output */
	if (wanted && run->facts.obstacle != VT__OBSTACLE_FOREIGN &&
	    vt__folder_prepare(wanted, &run->facts.folder) == 0) {
		run->facts.run_id = make_run_id();
		tracking.shim_path = run->shim;
		tracking.folder = run->facts.folder.path;
		tracking.run_id = run->facts.run_id;
	}
	if (wanted && vt__environment_make(&tracking, &run->environment) == 0) {
		free(wanted);
		return VT_EXIT_OK;
	}
	free(wanted);
	vt__say("out of memory");
	return VT_EXIT_SYSTEM;
}

static int launch(struct run *run)
{
	bool in_exec;
	int status = vt__launch(run->program, run->argv, run->environment, &run->facts.ended,
				&in_exec);

	if (status == 0)
		return vt__aftermath(run->settings, &run->facts);
	if (in_exec && status == -ENOENT) {
		vt__say("cannot run %s: the interpreter or loader that it names is missing",
			run->argv[0]);
		return VT_EXIT_NOT_EXECUTABLE;
	}
	if (in_exec)
		return not_started(run->argv[0], -status);
	vt__say("cannot start a process for %s: %s", run->argv[0], strerror(-status));
	return VT_EXIT_SYSTEM;
}

static int run_program(struct run *run)
{
	int code = find_files(run);

	if (code == VT_EXIT_OK)
		code = open_report_file(run);
	if (code)
		return code;
	say_obstacle(run);
	code = prepare_tracking(run);
	return code ? code : launch(run);
}

static int run_command(int argc, char **argv)
{
	struct vt__run_settings settings = {.format = "text"};
	struct run run = {.settings = &settings};
	struct vt__operands operands = {.count = 0};
	int code = vt__options_parse(&vt__command_run, argc, argv, &settings, &operands);

	if (code) {
		code = vt__options_exit_code(code);
		goto free_settings;
	}
	code = check_settings(&settings, &operands);
	if (code)
		goto free_operands;
	run.argv = operands.items;
	run.facts.name = operands.items[0];
	code = run_program(&run);
	if (run.facts.report_file)
		fclose(run.facts.report_file);
	vt__folder_release(&run.facts.folder);
	vt__environment_free(run.environment);
	free(run.simulate_folder);
	free(run.shim);
	free(run.program);
free_operands:
	free(operands.items);
free_settings:
	vt__list_free(&settings.options);
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
