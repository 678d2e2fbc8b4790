/*
 * The gate's judgement as JUnit XML, as Jenkins and GitLab read it: a suite for
 * each class, a case for each finding, and a suite for the gate itself.
 *
 * What fails is a failure; what is in the baseline or suppressed is skipped; what
 * the policy allows passes. Names of cases hold neither lines nor sizes, so that
 * a case keeps its history.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <mxml.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/describe.h"
#include "reports/text/escape.h"
#include "reports/formats/gate_words.h"
#include "reports/formats/gate_writer.h"
#include "reports/text/stream.h"

/* Digits of an identity, after a name: they distinguish cases of one function. */
#define IDENTITY_DIGITS 8
#define PLACE_BYTES 512

struct junit {
	const struct vt__gate *gate;
	struct vt__source_paths *paths;
	struct vt__gate_stack stack;
	mxml_node_t *suites;
	int suite_count;
};

struct counts {
	int tests, failures, errors, skipped;
};

/* An attribute of clean text; `text` is freed. 0 or -ENOMEM, as all below. */
static int take_attribute(mxml_node_t *node, const char *name, char *text)
{
	if (!text)
		return -ENOMEM;
	mxmlElementSetAttr(node, name, text);
	free(text);
	return 0;
}

static int take_text(mxml_node_t *node, char *text)
{
	mxml_node_t *made = text ? mxmlNewOpaque(node, text) : NULL;

	free(text);
	return made ? 0 : -ENOMEM;
}

/* ---- Suites -------------------------------------------------------------------------- */

static mxml_node_t *new_suite(struct junit *junit, const char *name)
{
	mxml_node_t *suite = mxmlNewElement(junit->suites, "testsuite");

	if (!suite)
		return NULL;
	mxmlElementSetAttr(suite, "name", name);
	mxmlElementSetAttr(suite, "package", PACKAGE_NAME);
	mxmlElementSetAttrf(suite, "id", "%d", junit->suite_count++);
	return suite;
}

/* When and where: of the process that started first. */
static int set_origin(const struct junit *junit, mxml_node_t *suite)
{
	const struct vt__analysis *analysis = junit->gate->analysis;
	const struct vt__process *process = analysis->process_count ? analysis->processes : NULL;
	const char *host = process ? vt__raw_to_copy(vt__recording_string(
					     process->recording,
					     vt__recording_header(process->recording)->host))
				   : "";
	const uint64_t ms = process ? vt__duration_ns(process) / 1000000 : 0;
	char started[VT__TIME_BYTES] = "";

	if (process)
		vt__started(process, started);
	started[strcspn(started, ".")] = '\0';
	mxmlElementSetAttr(suite, "timestamp", *started ? started : "1970-01-01T00:00:00");
	mxmlElementSetAttrf(suite, "time", "%" PRIu64 ".%03u", ms / 1000, (unsigned)(ms % 1000));
	return take_attribute(suite, "hostname", vt__clean_copy(*host ? host : "localhost", false));
}

/* Properties stand before the cases. */
static int set_properties(const struct junit *junit, mxml_node_t *suite)
{
	mxml_node_t *properties = mxmlNewElement(suite, "properties");
	mxml_node_t *property = properties ? mxmlNewElement(properties, "property") : NULL;

	if (!property)
		return -ENOMEM;
	mxmlElementSetAttr(property, "name", "vramtrack.verdict");
	mxmlElementSetAttr(property, "value", vt__gate_verdict_words(junit->gate->verdict));
	return 0;
}

static int end_suite(const struct junit *junit, mxml_node_t *suite, const struct counts *counts)
{
	mxmlElementSetAttrf(suite, "tests", "%d", counts->tests);
	mxmlElementSetAttrf(suite, "failures", "%d", counts->failures);
	mxmlElementSetAttrf(suite, "errors", "%d", counts->errors);
	mxmlElementSetAttrf(suite, "skipped", "%d", counts->skipped);
	if (!mxmlNewElement(suite, "system-out") || !mxmlNewElement(suite, "system-err"))
		return -ENOMEM;
	return set_origin(junit, suite);
}

static mxml_node_t *new_case(mxml_node_t *suite, const char *class_name)
{
	mxml_node_t *test = mxmlNewElement(suite, "testcase");

	if (!test)
		return NULL;
	mxmlElementSetAttrf(test, "classname", "%s.%s", PACKAGE_NAME, class_name);
	mxmlElementSetAttr(test, "time", "0");
	return test;
}

/* A failure or an error: `message` and `text` are freed. */
static int set_outcome(mxml_node_t *test, const char *outcome, const char *type, char *message,
		       char *text)
{
	mxml_node_t *node = mxmlNewElement(test, outcome);
	int error = -ENOMEM;

	if (node) {
		mxmlElementSetAttr(node, "type", type);
		error = take_attribute(node, "message", message);
	} else {
		free(message);
	}
	if (!error)
		return take_text(node, text);
	free(text);
	return error;
}

/* ---- Findings ---------------------------------------------------------------------------- */

static char *make_name(const struct vt__judged *judged)
{
	char place[PLACE_BYTES], *clean, *name;

	vt__judged_place(judged, place, sizeof(place));
	clean = vt__clean_copy(place, false);
	if (!clean || asprintf(&name, "%s [%.*s]", clean, IDENTITY_DIGITS, judged->identity) < 0)
		name = NULL;
	free(clean);
	return name;
}

static int set_result(const struct junit *junit, mxml_node_t *test, const struct vt__judged *judged,
		      struct counts *counts)
{
	mxml_node_t *skipped;

	if (judged->fails) {
		counts->failures++;
		return set_outcome(test, "failure",
				   vt__class_words[judged->row->finding_class].json,
				   vt__gate_message(judged, &junit->stack),
				   vt__gate_lines(junit->gate, judged));
	}
	if (judged->standing != VT__STANDING_KNOWN && judged->standing != VT__STANDING_SUPPRESSED)
		return 0;
	counts->skipped++;
	skipped = mxmlNewElement(test, "skipped");
	return skipped ? take_text(skipped, vt__gate_message(judged, &junit->stack)) : -ENOMEM;
}

static int add_finding(struct junit *junit, mxml_node_t *suite, const struct vt__judged *judged,
		       struct counts *counts)
{
	const char *class_name = vt__class_words[judged->row->finding_class].json;
	mxml_node_t *test = new_case(suite, class_name);
	int error;

	if (!test)
		return -ENOMEM;
	error = vt__gate_stack_read(&junit->stack, junit->paths, judged->process,
				    judged->row->stack);
	if (!error)
		error = take_attribute(test, "name", make_name(judged));
	counts->tests++;
	return error ? error : set_result(junit, test, judged, counts);
}

/* A class of which there is nothing has no suite. */
static int add_class(struct junit *junit, enum vt__class finding_class)
{
	const struct vt__gate *gate = junit->gate;
	struct counts counts = {0};
	mxml_node_t *suite = NULL;
	int error = 0;

	for (size_t i = 0; !error && i < gate->judged_count; i++) {
		const struct vt__judged *judged = &gate->judged[i];

		if (judged->row->finding_class != finding_class)
			continue;
		if (!suite) {
			suite = new_suite(junit, vt__class_words[finding_class].json);
			error = suite ? set_properties(junit, suite) : -ENOMEM;
		}
		if (!error)
			error = add_finding(junit, suite, judged, &counts);
	}
	return error || !suite ? error : end_suite(junit, suite, &counts);
}

/* ---- The gate ---------------------------------------------------------------------------------
 */

static int add_verdict(struct junit *junit, mxml_node_t *suite, struct counts *counts)
{
	const struct vt__gate *gate = junit->gate;
	mxml_node_t *test = new_case(suite, "gate");

	if (!test)
		return -ENOMEM;
	mxmlElementSetAttr(test, "name", "everything was seen");
	counts->tests++;
	if (vt__gate_saw_all(gate))
		return 0;
	counts->errors++;
	return set_outcome(test, "error", "not_covered", vt__gate_reasons(gate),
			   vt__gate_reasons(gate));
}

static int add_program(struct junit *junit, mxml_node_t *suite, struct counts *counts)
{
	const struct vt__gate *gate = junit->gate;
	mxml_node_t *test;
	char *message;

	if (gate->program_status < 0)
		return 0;
	test = new_case(suite, "gate");
	if (!test)
		return -ENOMEM;
	mxmlElementSetAttr(test, "name", "the program succeeds");
	counts->tests++;
	if (!gate->program_status)
		return 0;
	counts->errors++;
	if (asprintf(&message, "the program ended with status %d", gate->program_status) < 0)
		return -ENOMEM;
	return set_outcome(test, "error", "program", message,
			   vt__clean_copy(gate->program ? gate->program : "", false));
}

/* There is always a case: a file without one is an error to Jenkins. */
static int add_gate(struct junit *junit)
{
	mxml_node_t *suite = new_suite(junit, "gate");
	struct counts counts = {0};
	int error = suite ? set_properties(junit, suite) : -ENOMEM;

	if (!error)
		error = add_verdict(junit, suite, &counts);
	if (!error)
		error = add_program(junit, suite, &counts);
	return error ? error : end_suite(junit, suite, &counts);
}

/* A line for each element that is not inside a text. */
static const char *space(mxml_node_t *node, int where)
{
	const char *name = mxmlGetElement(node);
	const bool holds = name && (!strncmp(name, "?xml", 4) || !strncmp(name, "test", 4) ||
				    !strcmp(name, "properties"));

	return where == MXML_WS_AFTER_CLOSE || (where == MXML_WS_AFTER_OPEN && holds) ? "\n" : NULL;
}

static int write_document(struct junit *junit, mxml_node_t *document, FILE *out)
{
	int error;

	junit->suites = mxmlNewElement(document, "testsuites");
	if (!junit->suites)
		return -ENOMEM;
	error = add_gate(junit);
	for (int what = 0; !error && what < VT__CLASS_COUNT; what++)
		error = add_class(junit, (enum vt__class)what);
	if (error)
		return error;
	mxmlSetWrapMargin(0);
	return mxmlSaveFile(document, out, space) ? vt__stream_failure(out) : 0;
}

int vt__gate_write_junit(const struct vt__gate *gate, FILE *out)
{
	struct junit junit = {.gate = gate};
	mxml_node_t *document = mxmlNewXML("1.0");
	int error = document ? vt__source_paths_new(&junit.paths) : -ENOMEM;

	if (!error)
		error = write_document(&junit, document, out);
	mxmlDelete(document);
	vt__gate_stack_release(&junit.stack);
	vt__source_paths_free(junit.paths);
	return error;
}
