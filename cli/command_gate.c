/* `vramtrack gate`: fails where something new leaks, and on nothing else. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/aftermath.h"
#include "cli/command_list.h"
#include "cli/gate.h"
#include "cli/gate_gaps.h"
#include "cli/message.h"
#include "cli/run_options.h"
#include "vramtrack/exit_codes.h"

#define FIELD(name) offsetof(struct vt__gate_settings, name)

/* What may begin --fail-on; not all of it may go on. */
static const char *fail_on_words(void)
{
#define VT__CLASS(id, json, counts, fails, sites, heading, one, many) json ", "
	return VT__CLASSES(VT__CLASS) "any, none";
#undef VT__CLASS
}

static const struct vt__option options[] = {
	{.name = "baseline",
	 .type = VT__OPTION_TEXT,
	 .shown = "FILE",
	 .help = "findings that are known; only what is new or has grown fails",
	 .offset = FIELD(baseline)},
	{.name = "update-baseline",
	 .type = VT__OPTION_SWITCH,
	 .help = "write what was found into the baseline, and succeed",
	 .offset = FIELD(update_baseline)},
	{.name = "tolerance",
	 .type = VT__OPTION_TEXT,
	 .shown = "BYTES|N%",
	 .help = "by how much a finding that --update-baseline adds may grow (default 0)",
	 .only_with = "update-baseline",
	 .offset = FIELD(tolerance)},
	{.name = "suppressions",
	 .type = VT__OPTION_LIST,
	 .shown = "FILE",
	 .help = "rules for findings to accept, in LeakSanitizer's syntax and more; may be given "
		 "many times",
	 .offset = FIELD(suppressions)},
	{.name = "no-default-suppressions",
	 .type = VT__OPTION_SWITCH,
	 .help = "without the rules for CUDA's own libraries that come with vramtrack",
	 .offset = FIELD(no_default_suppressions)},
	{.name = "print-suppressions",
	 .type = VT__OPTION_SWITCH,
	 .help = "write rules for what was found to standard output",
	 .offset = FIELD(print_suppressions)},
	{.name = "policy",
	 .type = VT__OPTION_TEXT,
	 .shown = "FILE",
	 .help = "read what fails, the baseline and so on from an INI file; the command line wins",
	 .offset = FIELD(policy)},
	{.name = "fail-on",
	 .type = VT__OPTION_LIST,
	 .shown = "CLASS[:TERM]...",
	 .choices = fail_on_words,
	 .help = "fail on findings of CLASS (leak, bad_free, growth, any, none, ...); terms: >BYTES, "
		 ">Nx, total>BYTES, device=N, kind=NAME, memory, objects; may be given many times "
		 "(default fault, leak, bad_free, stale_graph, growth and unattributed_growth)",
	 .offset = FIELD(fail_on)},
	{.name = "report",
	 .type = VT__OPTION_LIST,
	 .shown = "FORMAT=FILE",
	 .choices = vt__gate_formats,
	 .help = "write a report: text, json, html, markdown, junit, sarif, github or gitlab; FILE may be "
		 "'-', standard output; may be given many times (default text on standard error)",
	 .offset = FIELD(reports)},
	{.name = "findings-exitcode",
	 .type = VT__OPTION_NUMBER,
	 .shown = "N",
	 .least = 1,
	 .most = 255,
	 .help = "exit with N where there are findings (default 1)",
	 .not_with = "update-baseline",
	 .offset = FIELD(findings_exitcode)},
	{.name = "uncovered-exitcode",
	 .type = VT__OPTION_NUMBER,
	 .shown = "N",
	 .least = 1,
	 .most = 255,
	 .help = "exit with N where not everything was seen (default 3)",
	 .offset = FIELD(uncovered_exitcode)},
	{.name = "allow-no-cuda",
	 .type = VT__OPTION_SWITCH,
	 .help = "a program that never uses CUDA is clean",
	 .offset = FIELD(allow_no_cuda)},
	{.name = "allow-unwatched-end",
	 .type = VT__OPTION_SWITCH,
	 .help = "a process that was killed or called _exit(), so that nobody looked through it at "
		 "its end, is covered",
	 .offset = FIELD(allow_unwatched_end)},
	{.name = "allow-unseen",
	 .type = VT__OPTION_LIST,
	 .shown = "PROGRAM",
	 .help = "a program of this file name (as sudo; * and ? as in a shell) that ran where "
		 "nobody saw it is covered: it uses no device memory; may be given many times",
	 .offset = FIELD(allow_unseen)},
	{.name = "debuginfod",
	 .type = VT__OPTION_SWITCH,
	 .help = "ask the servers in DEBUGINFOD_URLS for names and lines, as the other commands do; "
		 "what is found does not depend on them",
	 .offset = FIELD(debuginfod)},
	VT__STACK_OPTION_RULES(FIELD(run.stacks)),
	VT__STACK_OPTION_FULL(FIELD(run.stacks), NULL),
	VT__RUN_OPTION_OUTPUT(FIELD(run)),
	VT__RUN_OPTION_ROWS(FIELD(run)),
	{.name = NULL},
};

/* What one gate holds until it is over. */
struct gate {
	const struct vt__gate_settings *settings;
	struct vt__gate_rules rules;
	struct vt__gate_reports reports;
	struct vt__recordings recordings; /* as given; those of a run are the run's */
	const char *program;              /* NULL: recordings were given */
	int program_status;
	struct vt__gaps gaps; /* why the shim cannot have seen all */
	int verdict, written; /* exit codes of the judgement, and of writing it */
};

/* ---- The judgement ----------------------------------------------------------------- */

static int update_baseline(const struct gate *gate, struct vt__gate *judgement)
{
	const struct vt__gate_rules *rules = &gate->rules;
	size_t count;
	int error;

	if (judgement->incomplete || judgement->program_status > 0) {
		vt__say_for("gate", "the baseline %s was not written: %s", rules->baseline_path,
			    judgement->incomplete ? "not everything was seen"
						  : "the program failed");
		return VT_EXIT_OK;
	}
	error = vt__baseline_write(rules->baseline_path, judgement, rules->baseline,
				   rules->policy.tolerance, &count);
	if (error) {
		vt__say_for("gate", "cannot write the baseline %s: %s", rules->baseline_path,
			    vt__output_reason(error));
		return VT_EXIT_SYSTEM;
	}
	judgement->baseline_path = rules->baseline_path;
	judgement->baseline_count = count;
	return VT_EXIT_OK;
}

static int cannot_write(const char *what, int error)
{
	vt__say_for("gate", "cannot write the %s: %s", what, strerror(-error));
	return VT_EXIT_SYSTEM;
}

/* Everything that is written, the baseline first: the verdict tells of it. Returns 0 or an exit
 * code. */
static int write_all(struct gate *gate, struct vt__gate *judgement)
{
	int updated = gate->settings->update_baseline ? update_baseline(gate, judgement) : 0;
	int code = vt__gate_reports_write(&gate->reports, judgement);
	int error = vt__gate_reports_have(&gate->reports, "text")
			    ? vt__gate_write_verdict(judgement, stderr)
			    : vt__gate_write_text(judgement, stderr);

	if (error)
		code = cannot_write("report to standard error", error);
	error = gate->settings->print_suppressions ? vt__suppressions_print(judgement, stdout) : 0;
	if (error)
		code = cannot_write("suppressions to standard output", error);
	return code ? code : updated;
}

static int verdict_code(const struct gate *gate, const struct vt__gate *judgement)
{
	const struct vt__policy *policy = &gate->rules.policy;
	const int uncovered = policy->uncovered_exitcode ? (int)policy->uncovered_exitcode
							 : VT_EXIT_UNCOVERED;

	if (gate->settings->update_baseline) {
		if (gate->recordings.count && judgement->analysis->unreadable)
			return VT_EXIT_BAD_INPUT;
		return judgement->incomplete ? uncovered : VT_EXIT_OK;
	}
	switch (judgement->verdict) {
	case VT__VERDICT_CLEAN:
		return VT_EXIT_OK;
	case VT__VERDICT_FINDINGS:
		return policy->findings_exitcode ? (int)policy->findings_exitcode
						 : VT_EXIT_FINDINGS;
	case VT__VERDICT_UNREADABLE:
		return VT_EXIT_BAD_INPUT;
	case VT__VERDICT_UNCOVERED:
		break;
	}
	return uncovered;
}

static void use(struct vt__gate *judgement, void *closure)
{
	struct gate *gate = closure;

	gate->written = write_all(gate, judgement);
	gate->verdict = verdict_code(gate, judgement);
}

/* The program's failure first, then the verdict, then that of the reports. */
static int judge(struct gate *gate, const struct vt__recordings *recordings)
{
	struct vt__gate_job job = {
		.paths = (const char *const *)recordings->paths,
		.path_count = recordings->count,
		.debuginfod = gate->settings->debuginfod,
		.full_stacks = gate->settings->run.stacks.full,
		.request = {.suppressions = gate->rules.suppressions,
			    .baseline = gate->rules.baseline,
			    .policy = &gate->rules.policy,
			    .program = gate->program,
			    .program_status = gate->program_status,
			    .gaps = (const char *const *)gate->gaps.items,
			    .gap_count = gate->gaps.count},
		.use = use,
		.closure = gate,
	};

	if (vt__gate_report(&job)) {
		vt__say_for("gate", "out of memory");
		gate->verdict = VT_EXIT_SYSTEM;
	}
	if (gate->program_status > 0)
		return gate->program_status;
	return gate->verdict ? gate->verdict : gate->written;
}

/* ---- A program ------------------------------------------------------------------------ */

static int after(const struct vt__run_settings *settings, const struct vt__run_facts *facts,
		 void *closure)
{
	struct vt__recordings by_source[VT_SOURCE_COUNT] = {{.count = 0}};
	const struct vt__recordings *recordings = &by_source[vt__source_of_report(settings)];
	struct gate *gate = closure;
	int code, error = 0, gathered;

	gate->program_status = vt__program_exit_code(facts->ended.wait_status);
	gathered = vt__gather(facts, by_source);
	if (gathered < 0)
		error = vt__gaps_add(&gate->gaps,
				     strdup("the folder of recordings cannot be read"));
	if (!error)
		error = vt__gaps_of_run(&gate->gaps, facts, by_source, &gate->rules.policy);
	if (gathered == 0 && !recordings->count && !gate->gaps.count &&
	    !gate->rules.policy.allow_no_cuda)
		vt__say_nothing_recorded(settings, facts);
	code = error ? VT_EXIT_SYSTEM : judge(gate, recordings);
	if (error)
		vt__say_for("gate", "out of memory");
	for (unsigned source = 0; source < VT_SOURCE_COUNT; source++)
		vt__recordings_free(&by_source[source]);
	return code;
}

/* ---- Recordings ------------------------------------------------------------------------ */

/* A folder with nothing in it is no error here: it is judged. */
static int add(const char *path, struct gate *gate)
{
	size_t unreadable = 0;
	struct stat status;
	int error;

	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		error = vt__collect_tree(path, &gate->recordings, &unreadable);
	else
		error = vt__collect_file(path, &gate->recordings);
	if (error) {
		vt__say_for("gate", "cannot read %s: %s", path, strerror(-error));
		return error == -ENOMEM ? VT_EXIT_SYSTEM : VT_EXIT_BAD_INPUT;
	}
	if (unreadable && !gate->gaps.count &&
	    vt__gaps_add(&gate->gaps, strdup("a folder of recordings cannot be read")) < 0)
		return VT_EXIT_SYSTEM;
	return VT_EXIT_OK;
}

/* Beside others it is as a rank whose recordings did not arrive. Alone, it is said of the whole. */
static int add_empty_folder(struct gate *gate, const char *path)
{
	char *words;

	if (gate->rules.policy.allow_no_cuda || gate->gaps.count || !gate->recordings.count)
		return VT_EXIT_OK;
	if (asprintf(&words, "no recording is in the folder %s (--allow-no-cuda takes that)",
		     path) < 0)
		words = NULL;
	return vt__gaps_add(&gate->gaps, words) < 0 ? VT_EXIT_SYSTEM : VT_EXIT_OK;
}

/* ---- The command ------------------------------------------------------------------------ */

static int judge_operands(struct gate *gate, const struct vt__operands *operands)
{
	int code = vt__gate_rules_read(gate->settings, &gate->rules);
	const char *empty = NULL;

	if (code == VT_EXIT_OK)
		code = vt__gate_reports_open(&gate->settings->reports, &gate->reports);
	if (code)
		return code;
	if (gate->program)
		return vt__run_program(&gate->settings->run, operands->items, after, gate);
	for (int i = 0; i < operands->count && !code; i++) {
		const size_t before = gate->recordings.count;

		code = add(operands->items[i], gate);
		if (gate->recordings.count == before)
			empty = operands->items[i];
	}
	if (!code && empty)
		code = add_empty_folder(gate, empty);
	return code ? code : judge(gate, &gate->recordings);
}

static int gate_command(const struct vt__gate_settings *settings,
			const struct vt__operands *operands)
{
	struct gate gate = {.settings = settings, .program_status = -1};
	int code;

	if (operands->count == 0)
		return vt__usage_error("gate",
				       "neither a program (behind --) nor a recording given");
	if (operands->behind_dashes)
		gate.program = operands->items[0];
	code = gate.program ? vt__run_check(&settings->run) : VT_EXIT_OK;
	if (code == VT_EXIT_OK)
		code = vt__stack_rules_read("gate", &settings->run.stacks);
	if (code)
		return code;
	code = judge_operands(&gate, operands);
	vt__gaps_free(&gate.gaps);
	vt__recordings_free(&gate.recordings);
	vt__gate_reports_free(&gate.reports);
	vt__gate_rules_free(&gate.rules);
	return code;
}

static int run(int argc, char **argv)
{
	struct vt__gate_settings settings = {
		.run = {.command = "gate", .format = "text", .source = "preload"},
	};
	struct vt__operands operands;
	int status = vt__arguments_parse(&vt__command_gate, argc, argv, &settings, &operands);
	int code;

	if (status) {
		code = vt__options_exit_code(status);
	} else {
		code = gate_command(&settings, &operands);
		free(operands.items);
	}
	vt__list_free(&settings.run.options);
	vt__list_free(&settings.run.stacks.rules);
	vt__list_free(&settings.suppressions);
	vt__list_free(&settings.fail_on);
	vt__list_free(&settings.reports);
	vt__list_free(&settings.allow_unseen);
	return code;
}

const struct command vt__command_gate = {
	.name = "gate",
	.summary = "fail where something new leaks: for CI",
	.usage = "[OPTION]... -- PROGRAM [ARGUMENT]...\n[OPTION]... RECORDING|FOLDER...",
	.details =
		"Runs PROGRAM as `run` does, or reads recordings, and judges what leaked: what is "
		"suppressed, what is in the baseline, what is beyond the policy. The verdict goes to "
		"standard error.\n\n"
		"The exit code is 0 only if everything was seen and nothing fails; 1 where there are "
		"findings beyond the policy; 3 where not everything was seen: nothing was recorded, "
		"a driver was loaded past the shim, records were lost; 4 for input that cannot be "
		"read. A program that fails itself has its own exit code passed on, and the reports "
		"are still written.\n\n"
		"With --update-baseline it is 0 if the program succeeded and everything was seen.",
	.options = options,
	.takes_recordings = true,
	.has_shim_options = true,
	.run = run,
};
