/* Gathers the recordings of a run, reports on them and decides the exit code. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/aftermath.h"
#include "cli/collect.h"
#include "cli/message.h"
#include "cli/show.h"
#include "vramtrack/exit_codes.h"

static int program_exit_code(int wait_status)
{
	return WIFSIGNALED(wait_status) ? VT_EXIT_SIGNAL + WTERMSIG(wait_status)
					: WEXITSTATUS(wait_status);
}

/* The commonest reason for no allocation at all. */
static const char *missing_driver(const struct vt__run_settings *settings)
{
	void *driver = settings->simulate ? NULL : dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);

	if (settings->simulate || driver)
		return "";
	return ": this machine has none (libcuda.so.1 was not found); --simulate puts a simulated "
	       "device in its place";
}

/* Without a recording there is nothing else that tells. */
static void say_nothing_recorded(const struct vt__run_settings *settings,
				 const struct vt__run_facts *facts)
{
	int wait_status = facts->ended.wait_status;

	if (!facts->folder.path || facts->obstacle != VT__OBSTACLE_NONE) {
		vt__say("nothing was recorded of %s", facts->name);
		return;
	}
	if (WIFSIGNALED(wait_status)) {
		int number = WTERMSIG(wait_status);

		vt__say("%s made no device allocation that went through the CUDA driver before "
			"signal %d (%s) ended it",
			facts->name, number, strsignal(number));
		return;
	}
	vt__say("%s made no device allocation that went through the CUDA driver%s", facts->name,
		missing_driver(settings));
}

/* Says where the recordings are if no report on the terminal does. */
static void say_where(const struct vt__run_settings *settings, const struct vt__run_facts *facts,
		      const struct vt__recordings *recordings)
{
	bool is_quiet = settings->no_report || settings->report_file;

	if (!recordings->count || !(is_quiet || facts->folder.is_stand_in))
		return;
	if (recordings->count == 1)
		vt__say("the recording is %s", recordings->paths[0]);
	else
		vt__say("%zu recordings are in %s", recordings->count, facts->folder.path);
}

/* The report, or with --no-report only its verdict. Returns 0 or -errno. */
static int show(const struct vt__run_settings *settings, const struct vt__run_facts *facts,
		const struct vt__recordings *recordings, struct vt__report_outcome *outcome_out)
{
	struct vt__view view = {
		.format = settings->format,
		.out = facts->report_file ? facts->report_file : stderr,
		.out_name = settings->report_file ? settings->report_file : "standard error",
	};
	bool is_document = settings->report_file || strcmp(settings->format, "text") != 0;
	FILE *nowhere = NULL;
	int status;

	if (settings->no_report && !(settings->error_exitcode && recordings->count))
		return 0;
	/* who reads a document expects one, if only to say that there was nothing */
	if (!recordings->count && !is_document)
		return 0;
	if (settings->no_report) {
		nowhere = fopen("/dev/null", "we");
		if (!nowhere)
			return -errno;
		view.out = nowhere;
		view.out_name = "/dev/null";
	}
	view.colour = vt__colour_wanted("auto", view.out);
	status = vt__show(recordings, &view, outcome_out);
	if (nowhere)
		fclose(nowhere);
	return status;
}

static int gather(const struct vt__run_facts *facts, struct vt__recordings *recordings_out)
{
	int status;

	if (!facts->folder.path)
		return 0;
	status = vt__collect_run(facts->folder.path, facts->run_id, &facts->ended, recordings_out);
	if (status < 0)
		vt__say("cannot look for recordings in %s: %s", facts->folder.path,
			strerror(-status));
	return status;
}

static int exit_code(const struct vt__run_settings *settings, const struct vt__run_facts *facts,
		     int status, const struct vt__report_outcome *outcome)
{
	int code = program_exit_code(facts->ended.wait_status);

	if (code != 0)
		return code;
	if (settings->error_exitcode && outcome->findings > 0)
		return (int)settings->error_exitcode;
	if (status < 0 && (settings->error_exitcode || settings->report_file))
		return VT_EXIT_SYSTEM;
	if (settings->error_exitcode && outcome->unreadable > 0)
		return VT_EXIT_BAD_INPUT;
	return VT_EXIT_OK;
}

int vt__aftermath(const struct vt__run_settings *settings, const struct vt__run_facts *facts)
{
	struct vt__recordings recordings = {.count = 0};
	struct vt__report_outcome outcome = {.findings = 0};
	int status = gather(facts, &recordings);
	int code;

	if (status == 0) {
		if (recordings.count == 0)
			say_nothing_recorded(settings, facts);
		status = show(settings, facts, &recordings, &outcome);
		say_where(settings, facts, &recordings);
	}
	code = exit_code(settings, facts, status, &outcome);
	vt__recordings_free(&recordings);
	return code;
}
