/* Gathers the recordings of a run, reports on them and decides the exit code. */
#include "config.h"

#include "cli/aftermath.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/collect.h"
#include "cli/environment.h"
#include "cli/message.h"
#include "cli/show.h"
#include "cli/sources.h"
#include "cli/unseen.h"
#include "vramtrack/exit_codes.h"

int vt__program_exit_code(int wait_status)
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
void vt__say_nothing_recorded(const struct vt__run_settings *settings,
			      const struct vt__run_facts *facts)
{
	int wait_status = facts->ended.wait_status;

	if (!facts->folder.path || facts->obstacle != VT__OBSTACLE_NONE) {
		vt__say("nothing was recorded of %s", facts->name);
		return;
	}
	if (!vt__wants_shim(settings)) {
		vt__say("CUPTI told of no device allocation of %s: it made none; or CUPTI could "
			"not be used, and a line above says why; or its environment was without " VT__INJECTION_VARIABLE
			" when it initialised CUDA%s",
			facts->name, missing_driver(settings));
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

/* Recordings that the report is about. */
static size_t count_of(const struct vt__run_settings *settings,
		       const struct vt__recordings *by_source)
{
	if (settings->verify)
		return by_source[VT_SOURCE_PRELOAD].count + by_source[VT_SOURCE_CUPTI].count;
	return by_source[vt__source_of_report(settings)].count;
}

/* Says where the recordings are if no report on the terminal does. */
static void say_where(const struct vt__run_settings *settings, const struct vt__run_facts *facts,
		      const struct vt__recordings *by_source)
{
	const struct vt__recordings *reported = &by_source[vt__source_of_report(settings)];
	bool is_quiet = settings->no_report || settings->report_file;
	size_t count = count_of(settings, by_source);

	if (!count || !(is_quiet || facts->folder.is_stand_in))
		return;
	if (count == 1 && reported->count == 1)
		vt__say("the recording is %s", reported->paths[0]);
	else
		vt__say("%zu recording%s in %s", count, count == 1 ? " is" : "s are",
			facts->folder.path);
}

/* The file of --report-file. */
static int put_in_place(const struct vt__run_facts *facts, const char *name)
{
	const int error = facts->report_file ? vt__atomic_commit(facts->report_file) : 0;

	if (error)
		vt__say("cannot write the report to %s: %s", name, strerror(-error));
	return error;
}

/* Whether the report is for a reader who needs it, and not for the terminal. */
static bool is_document(const struct vt__run_settings *settings)
{
	return settings->report_file || strcmp(settings->format, "text") != 0;
}

/* The report, or with --no-report only its verdict. Returns 0 or -errno. */
static int show(const struct vt__run_settings *settings, const struct vt__run_facts *facts,
		const struct vt__recordings *by_source, struct vt__report_outcome *outcome_out)
{
	const size_t count = count_of(settings, by_source);
	struct vt__view view = {
		.format = settings->format,
		.out = facts->report_file ? facts->report_file->out : stderr,
		.out_name = settings->report_file ? settings->report_file : "standard error",
		.beside = settings->verify ? &by_source[VT_SOURCE_CUPTI] : NULL,
	};
	FILE *nowhere = NULL;
	int status;

	if (settings->no_report && !(settings->error_exitcode && count))
		return 0;
	/* who reads a document expects one, if only to say that there was nothing */
	if (!count && !is_document(settings))
		return 0;
	if (settings->no_report) {
		nowhere = fopen("/dev/null", "we");
		if (!nowhere)
			return -errno;
		view.out = nowhere;
		view.out_name = "/dev/null";
	}
	view.text = vt__text_view_for(&settings->text, settings->colour, settings->stacks.full,
				      view.out);
	status = vt__show(&by_source[vt__source_of_report(settings)], &view, outcome_out);
	if (nowhere)
		fclose(nowhere);
	return status ? status : put_in_place(facts, view.out_name);
}

int vt__gather(const struct vt__run_facts *facts, struct vt__recordings *by_source_out)
{
	int status;

	if (!facts->folder.path)
		return 0;
	status = vt__collect_run(facts->folder.path, facts->run_id, &facts->ended, by_source_out);
	if (status < 0)
		vt__say("cannot look for recordings in %s: %s", facts->folder.path,
			strerror(-status));
	return status;
}

/* Whether there was something to say. */
static bool say_unseen(const struct vt__run_facts *facts, const struct vt__recordings *by_source)
{
	struct vt__unseen unseen;
	bool is_told;

	if (vt__unseen_find(facts, by_source, &unseen) == 0)
		vt__unseen_say(&unseen);
	is_told = unseen.count != 0;
	vt__unseen_free(&unseen);
	return is_told;
}

static int exit_code(const struct vt__run_settings *settings, const struct vt__run_facts *facts,
		     int status, const struct vt__report_outcome *outcome)
{
	int code = vt__program_exit_code(facts->ended.wait_status);

	if (code != 0)
		return code;
	if (settings->error_exitcode && (outcome->failing > 0 || outcome->disagreements > 0))
		return (int)settings->error_exitcode;
	if (status < 0 && (settings->error_exitcode || is_document(settings)))
		return VT_EXIT_SYSTEM;
	if (settings->error_exitcode && outcome->unreadable > 0)
		return VT_EXIT_BAD_INPUT;
	return VT_EXIT_OK;
}

int vt__aftermath(const struct vt__run_settings *settings, const struct vt__run_facts *facts)
{
	struct vt__recordings by_source[VT_SOURCE_COUNT] = {{.count = 0}};
	struct vt__report_outcome outcome = {.findings = 0};
	int status = vt__gather(facts, by_source);
	int code;

	if (status == 0) {
		bool is_told = say_unseen(facts, by_source);

		if (count_of(settings, by_source) == 0 && !is_told)
			vt__say_nothing_recorded(settings, facts);
		status = show(settings, facts, by_source, &outcome);
		say_where(settings, facts, by_source);
	}
	code = exit_code(settings, facts, status, &outcome);
	for (unsigned source = 0; source < VT_SOURCE_COUNT; source++)
		vt__recordings_free(&by_source[source]);
	return code;
}
