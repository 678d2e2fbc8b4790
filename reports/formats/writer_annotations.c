/*
 * The gate's judgement as annotations of a merge request: GitHub's workflow
 * commands, and GitLab's code quality report.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/escape.h"
#include "reports/formats/gate_words.h"
#include "reports/formats/gate_writer.h"
#include "reports/formats/json.h"
#include "reports/text/stream.h"

/* GitHub shows so many of each kind for a step, and drops the others unsaid. */
#define GITHUB_MOST 10

/* Where a finding is, as both show it. */
struct annotations {
	const struct vt__gate *gate;
	FILE *out;
	struct vt__source_paths *paths;
	struct vt__gate_stack stack;
};

static int start(struct annotations *annotations, const struct vt__gate *gate, FILE *out)
{
	*annotations = (struct annotations){.gate = gate, .out = out};
	return vt__source_paths_new(&annotations->paths);
}

static void stop(struct annotations *annotations)
{
	vt__gate_stack_release(&annotations->stack);
	vt__source_paths_free(annotations->paths);
}

/* ---- GitHub -------------------------------------------------------------------------- */

/* Percent signs and line ends mean something everywhere; in a property, before
 * the message, also what ends one. */
static void write_data(FILE *out, const char *text, bool property)
{
	for (; *text; text++) {
		const bool ends = property && (*text == ':' || *text == ',');

		if (*text == '%' || *text == '\r' || *text == '\n' || ends)
			fprintf(out, "%%%02X", (unsigned char)*text);
		else
			fputc(*text, out);
	}
}

/* One command; `file` may be NULL, `line` 0; `message` is freed. 0 or -ENOMEM. */
static int write_command(FILE *out, const char *command, const char *file, unsigned line,
			 const char *title, char *message)
{
	char *clean = file ? vt__clean_copy(file, false) : NULL;
	const bool known = message && (!file || clean);

	if (known) {
		fprintf(out, "::%s ", command);
		if (clean) {
			fputs("file=", out);
			write_data(out, clean, true);
			if (line)
				fprintf(out, ",line=%u", line);
			fputc(',', out);
		}
		fputs("title=", out);
		write_data(out, title, true);
		fputs("::", out);
		write_data(out, message, false);
		fputc('\n', out);
	}
	free(clean);
	free(message);
	return known ? 0 : -ENOMEM;
}

static int write_verdict(const struct annotations *annotations)
{
	const struct vt__gate *gate = annotations->gate;
	char *title;
	int error;

	if (asprintf(&title, "%s gate: %s", PACKAGE_NAME, vt__gate_verdict_words(gate->verdict)) <
	    0)
		return -ENOMEM;
	error = write_command(annotations->out,
			      gate->verdict == VT__VERDICT_CLEAN ? "notice" : "error", NULL, 0,
			      title, vt__gate_reasons(gate));
	free(title);
	return error;
}

/* Without a source line the annotation stands at the run, not at a file. */
static int write_annotation(struct annotations *annotations, const struct vt__judged *judged)
{
	struct vt__gate_stack *stack = &annotations->stack;
	const int error = vt__gate_stack_read(stack, annotations->paths, judged->process,
					      judged->row->stack);

	if (error)
		return error;
	return write_command(annotations->out, "error", stack->path,
			     stack->line ? stack->line->line : 0,
			     vt__class_words[judged->row->finding_class].heading,
			     vt__gate_message(judged, stack));
}

/* The verdict takes a line, and what had no room another one. */
static int write_failures(struct annotations *annotations)
{
	const struct vt__gate *gate = annotations->gate;
	size_t failures = 0, room = GITHUB_MOST - 1;
	char *rest;
	int error = 0;

	for (size_t i = 0; i < gate->judged_count; i++)
		failures += gate->judged[i].fails;
	if (failures > room)
		room--;
	else
		room = failures;
	failures -= room;
	for (size_t i = 0; !error && room; i++) {
		if (!gate->judged[i].fails)
			continue;
		error = write_annotation(annotations, &gate->judged[i]);
		room--;
	}
	if (error || !failures)
		return error;
	if (asprintf(&rest, "%zu more that fail: see the other reports of this run", failures) < 0)
		return -ENOMEM;
	return write_command(annotations->out, "error", NULL, 0, PACKAGE_NAME " gate", rest);
}

/* Rules that did nothing are for whoever keeps the file. */
static int write_idle(struct annotations *annotations)
{
	const struct vt__gate *gate = annotations->gate;
	const size_t room = gate->idle_count > GITHUB_MOST ? GITHUB_MOST - 1 : gate->idle_count;
	char *rest;
	int error = 0;

	for (size_t i = 0; !error && i < room; i++) {
		const struct vt__idle_rule *rule = &gate->idle[i];

		error = write_command(annotations->out, "warning",
				      vt__source_path_here(annotations->paths, rule->file),
				      rule->line,
				      rule->expired       ? "expired suppression"
				      : gate->gone_unsure ? "suppression that matched nothing seen"
							  : "unused suppression",
				      vt__clean_copy(rule->text, false));
	}
	if (error || room == gate->idle_count)
		return error;
	if (asprintf(&rest, "%zu more suppressions that did nothing", gate->idle_count - room) < 0)
		return -ENOMEM;
	return write_command(annotations->out, "warning", NULL, 0, PACKAGE_NAME " gate", rest);
}

int vt__gate_write_github(const struct vt__gate *gate, FILE *out)
{
	struct annotations annotations;
	int error = start(&annotations, gate, out);

	if (error)
		return error;
	error = write_verdict(&annotations);
	if (!error)
		error = write_failures(&annotations);
	if (!error)
		error = write_idle(&annotations);
	stop(&annotations);
	return error;
}

/* ---- GitLab --------------------------------------------------------------------------- */

/* GitLab knows info, minor, major, critical and blocker. */
static const char *severity(const struct vt__judged *judged)
{
	if (judged->fails)
		return "critical";
	return judged->standing == VT__STANDING_KNOWN ||
			       !vt__class_words[judged->row->finding_class].is_finding
		       ? "info"
		       : "minor";
}

static json_t *make_issue(json_t *description, const char *check, const char *fingerprint,
			  const char *level, const char *path, uint32_t line)
{
	return json_pack("{s:o,s:s+,s:s,s:s,s:{s:o,s:{s:o}}}", "description", description,
			 "check_name", PACKAGE_NAME ".", check, "fingerprint", fingerprint,
			 "severity", level, "location", "path",
			 path ? vt__json_take(vt__clean_copy(path, false)) : NULL, "lines", "begin",
			 vt__json_number(line ? line : 1));
}

static json_t *make_finding(struct annotations *annotations, const struct vt__judged *judged)
{
	struct vt__gate_stack *stack = &annotations->stack;
	const char *path;

	if (vt__gate_stack_read(stack, annotations->paths, judged->process, judged->row->stack))
		return NULL;
	path = stack->path ? stack->path
			   : vt__source_path(annotations->paths, judged->process->recording,
					     vt__gate_module(stack, judged));
	return make_issue(vt__json_take(vt__gate_message(judged, stack)),
			  vt__class_words[judged->row->finding_class].json, judged->identity,
			  severity(judged), path, stack->line ? stack->line->line : 1);
}

/* What was not seen has no place: it is told at the folder. */
static json_t *make_verdict(const struct annotations *annotations)
{
	return make_issue(vt__json_take(vt__gate_reasons(annotations->gate)), "gate",
			  PACKAGE_NAME " gate: not covered", "blocker", ".", 1);
}

/* Where it was the baseline says only in words. */
static json_t *make_gone(const struct vt__gate *gate, const struct vt__gone *gone)
{
	const enum vt__class what = vt__class_named(gone->class_name, strlen(gone->class_name));

	return make_issue(vt__json_take(vt__gate_gone(gate, gone)),
			  what < VT__CLASS_COUNT ? vt__class_words[what].json : "unknown",
			  gone->identity, "info", ".", 1);
}

static int write_issue(FILE *out, const char **before, json_t *issue)
{
	int error = 0;

	if (!issue)
		return -ENOMEM;
	fputs(*before, out);
	*before = ",\n";
	if (vt__json_dump(issue, out, 0))
		error = vt__stream_failure(out);
	json_decref(issue);
	return error;
}

static int write_issues(struct annotations *annotations)
{
	const struct vt__gate *gate = annotations->gate;
	const char *before = "\n";
	int error = 0;

	if (!vt__gate_saw_all(gate))
		error = write_issue(annotations->out, &before, make_verdict(annotations));
	for (size_t i = 0; !error && i < gate->judged_count; i++)
		if (gate->judged[i].standing != VT__STANDING_SUPPRESSED)
			error = write_issue(annotations->out, &before,
					    make_finding(annotations, &gate->judged[i]));
	/* What is not in the report is resolved, to GitLab. */
	for (size_t i = 0; !error && gate->gone_unsure && i < gate->gone_count; i++)
		error = write_issue(annotations->out, &before, make_gone(gate, &gate->gone[i]));
	return error;
}

int vt__gate_write_gitlab(const struct vt__gate *gate, FILE *out)
{
	struct annotations annotations;
	int error = start(&annotations, gate, out);

	if (error)
		return error;
	fputc('[', out);
	error = write_issues(&annotations);
	fputs("\n]\n", out);
	stop(&annotations);
	return error;
}
