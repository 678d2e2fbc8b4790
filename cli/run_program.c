/* Runs a program under the shim: finds what it needs, starts it, waits. */
#include "config.h"

#include "cli/run_program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "cli/caches.h"
#include "cli/environment.h"
#include "cli/install.h"
#include "cli/message.h"
#include "cli/program.h"
#include "cli/shim_options.h"
#include "cli/simulate_options.h"
#include "cli/sources.h"
#include "cli/takers.h"
#include "simulate/common/options_table.h"
#include "vramtrack/exit_codes.h"

/* What one run holds until it is over. */
struct run {
	const struct vt__run_settings *settings;
	char **argv;   /* the program and its arguments */
	char *program; /* the file found for argv[0] */
	char *shim;
	char *cupti; /* NULL: not asked for */
	char *audit; /* the same */
	char *simulate_folder;
	char **environment;
	vt__after_run *after;
	void *closure;
	struct vt__atomic_file report_file;
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

static bool wants_audit(const struct vt__run_settings *settings)
{
	return settings->route && strcmp(settings->route, "audit") == 0;
}

/* By the user's word, or where a tool takes what the wrappers are found by. */
static bool takes_audit(const struct run *run)
{
	const char *taker;

	if (run->settings->route || !vt__wants_shim(run->settings))
		return wants_audit(run->settings);
	taker = vt__taker_of(run->argv);
	if (taker)
		vt__say("%s answers the driver's look-ups itself: --route=audit is taken "
			"(--route=preload does without)",
			taker);
	return taker != NULL;
}

const char *vt__route_choices(void)
{
	return "preload, audit";
}

const char *vt__timeline_choices(void)
{
	return "history, events";
}

/* What the simulated device will read: --simulate, or without keys the variable. */
static int check_simulate(const struct vt__run_settings *settings, char *message, size_t size)
{
	const char *variable = getenv(VT_SIMULATE_VARIABLE);

	if (*settings->simulate || !variable)
		return vt__simulate_options_check(settings->simulate, "--simulate", message, size);
	return vt__simulate_options_check(variable, VT_SIMULATE_VARIABLE, message, size);
}

int vt__run_check(const struct vt__run_settings *settings)
{
	char message[512];

	if (wants_audit(settings) && !vt__wants_shim(settings))
		return vt__usage_error(settings->command,
				       "--route=audit leads to the wrappers, which "
				       "--source=cupti does without");
	for (size_t i = 0; i < settings->options.count; i++) {
		if (settings->output && vt__shim_option_value(settings->options.items[i], "output"))
			return vt__usage_error(settings->command,
					       "--option output= has no effect with --output");
		if (vt__shim_option_check(settings->options.items[i], message, sizeof(message)) < 0)
			return vt__usage_error(settings->command, "%s", message);
	}
	if (getenv(VT_OPTIONS_VARIABLE) &&
	    vt__shim_variable_check(getenv(VT_OPTIONS_VARIABLE), message, sizeof(message)) < 0)
		return vt__usage_error(settings->command, "%s", message);
	if (settings->simulate && check_simulate(settings, message, sizeof(message)) < 0)
		return vt__usage_error(settings->command, "%s", message);
	return vt__check_source_options(settings);
}

int vt__run_not_started(const char *name, int error)
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

/* The library that the report is by. */
static const char *recorder(const struct run *run)
{
	return vt__wants_shim(run->settings) ? run->shim : run->cupti;
}

/* Finds program, shim and simulated device. Returns 0 or an exit code. */
static int find_files(struct run *run)
{
	int status = vt__program_find(run->argv[0], &run->program);

	if (status < 0)
		return vt__run_not_started(run->program ? run->program : run->argv[0], -status);
	if (vt__install_shim(&run->shim) < 0)
		return VT_EXIT_SYSTEM;
	if (vt__wants_cupti(run->settings) && vt__install_cupti(run->shim, &run->cupti) < 0)
		return VT_EXIT_SYSTEM;
	status = vt__check_injection(run->cupti);
	if (!status)
		status = vt__check_nvtx(run->settings, recorder(run));
	if (status)
		return status;
	if (takes_audit(run) && vt__install_audit(run->shim, &run->audit) < 0)
		return VT_EXIT_SYSTEM;
	if (run->settings->simulate && vt__install_simulate(run->shim, &run->simulate_folder) < 0)
		return VT_EXIT_SYSTEM;
	return VT_EXIT_OK;
}

static int open_report_file(struct run *run)
{
	const char *path = run->settings->report_file;
	int error;

	if (!path)
		return VT_EXIT_OK;
	error = vt__atomic_open(&run->report_file, path);
	run->facts.report_file = error ? NULL : &run->report_file;
	if (!error)
		return VT_EXIT_OK;
	vt__say("cannot write the report to %s: %s; the program was not run", path,
		vt__output_reason(error));
	return VT_EXIT_SYSTEM;
}

static void say_obstacle(struct run *run)
{
	enum vt__obstacle obstacle = vt__wants_shim(run->settings)
					     ? vt__program_obstacle(run->program, run->shim)
					     : VT__OBSTACLE_NONE;

	run->facts.obstacle = obstacle;
	run->facts.shim_path = run->shim;
	if (obstacle == VT__OBSTACLE_NONE)
		return;
	vt__say("%s %s, so the shim cannot be loaded into it; nothing will be recorded%s%s",
		run->argv[0], vt__obstacle_words(obstacle), run->settings->verify ? " by it" : "",
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
		.timeline = run->settings->timeline,
		.simulate_folder = run->simulate_folder,
		.simulate_options = run->settings->simulate,
		.no_caching = run->settings->no_caching,
	};

	if (tracking.no_caching)
		vt__cache_settings_say();
	if (wanted && run->facts.obstacle < VT__OBSTACLE_FOREIGN &&
	    vt__folder_prepare(wanted, &run->facts.folder) == 0) {
		run->facts.run_id = make_run_id();
		run->facts.page_error = vt__run_page_make(run->facts.run_id, &run->facts.page);
		tracking.run_page = run->facts.page_error ? NULL : run->facts.page.variable;
		tracking.shim_path = vt__wants_shim(run->settings) ? run->shim : NULL;
		tracking.cupti_path = run->cupti;
		tracking.audit_path = run->audit;
		tracking.nvtx_path = vt__wants_nvtx(run->settings) ? recorder(run) : NULL;
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
	const struct vt__run_facts *facts = &run->facts;
	const bool is_noted = vt__wants_shim(run->settings) && facts->obstacle == VT__OBSTACLE_NONE;
	const struct vt__start request = {
		.path = run->program,
		.argv = run->argv,
		.environment = run->environment,
		.page = is_noted && !facts->page_error ? facts->page.mapped : NULL,
	};
	bool in_exec;
	int status = vt__launch(&request, &run->facts.ended, &in_exec);

	if (status == 0)
		return run->after(run->settings, &run->facts, run->closure);
	if (in_exec && status == -ENOENT) {
		vt__say("cannot run %s: the interpreter or loader that it names is missing",
			run->argv[0]);
		return VT_EXIT_NOT_EXECUTABLE;
	}
	if (in_exec)
		return vt__run_not_started(run->argv[0], -status);
	vt__say("cannot start a process for %s: %s", run->argv[0], strerror(-status));
	return VT_EXIT_SYSTEM;
}

static int prepare_and_launch(struct run *run)
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

int vt__run_program(const struct vt__run_settings *settings, char **argv, vt__after_run *after,
		    void *closure)
{
	struct run run = {
		.settings = settings,
		.argv = argv,
		.after = after,
		.closure = closure,
		.facts = {.name = argv[0], .page = {.file = -1, .second_file = -1}},
	};
	int code = prepare_and_launch(&run);

	vt__atomic_discard(&run.report_file);
	vt__run_page_release(&run.facts.page);
	vt__descendants_free(&run.facts.ended.outlived);
	vt__folder_release(&run.facts.folder);
	vt__environment_free(run.environment);
	free(run.simulate_folder);
	free(run.audit);
	free(run.cupti);
	free(run.shim);
	free(run.program);
	return code;
}
