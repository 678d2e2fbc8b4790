/*
 * The gate's judgement as SARIF 2.1.0, for code scanning and editors.
 *
 * Results are written as they are made; docs/gate-formats.md says what each holds.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/formats/gate_words.h"
#include "reports/formats/gate_writer.h"
#include "reports/findings/growth.h"
#include "reports/formats/json.h"
#include "reports/formats/sarif.h"
#include "reports/formats/text.h"

#define SCHEMA                                                                                     \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"                      \
	"sarif-schema-2.1.0.json"

/* ---- Rules: one for each class -------------------------------------------------------- */

static const char *explanation(int what)
{
	switch (what) {
	case VT__CLASS_LEAK:
		return "Memory that was allocated here was still live when the process ended. "
		       "Free it on every way out of the code that owns it.";
	case VT__CLASS_FREED_BY_RESET:
		return "Memory that was allocated here was given back only because its context "
		       "was reset or destroyed. Free it before.";
	case VT__CLASS_BAD_FREE:
		return "A free was refused, or ended the process: the memory was freed before, or is not what this "
		       "function frees. Free it once, with the function that belongs to it.";
	case VT__CLASS_OUT_OF_MEMORY:
		return "An allocation was refused for want of memory.";
	case VT__CLASS_FAULT:
		return "The device met a fault, and this call was the first to be told: a kernel before it "
		       "loaded or stored where it must not. What had been freed just before is listed.";
	case VT__CLASS_STALE_GRAPH:
		return "Memory was freed while its address stands in an executable graph, which was "
		       "launched after that: its kernels use memory that is not theirs.";
	case VT__CLASS_STALE_GRAPH_IDLE:
		return "Memory was freed while its address stands in an executable graph. Launching "
		       "the graph again would use memory that is not its own.";
	case VT__CLASS_GROWTH:
		return "What is allocated or made here rises steadily from mark to mark: "
		       "something keeps what it should let go.";
	case VT__CLASS_UNATTRIBUTED_GROWTH:
		return "What is in use of the device beyond all that is accounted for rises steadily "
		       "from mark to mark: the driver keeps it, or a library that goes past the "
		       "recorder.";
	case VT__CLASS_LIVE:
		return "Memory that was allocated here is live in a process that still runs.";
	case VT__CLASS_IMPORTED:
		return "Memory of another process was opened here and not closed.";
	case VT__CLASS_REGISTERED:
		return "Host memory was registered (page-locked) here and never unregistered.";
	case VT__CLASS_LATE_FREE:
		return "Memory was freed while the driver was shutting down: the free is lost.";
	case VT__CLASS_UNFINISHED_FREE:
		return "The process ended inside this free.";
	case VT__CLASS_HELD_UNTIL_END:
		return "Memory that was allocated here was live when the interpreter began to end, "
		       "and was freed only by that: something kept it all the time.";
	case VT__CLASS_RETAINED:
		return "A library allocated this for itself, and keeps it until its process ends.";
	case VT__CLASS_CACHED:
		return "The cache of a framework grew by this segment here. What lives inside of it "
		       "is not known.";
	case VT__CLASS_HELD_OBJECT:
		return "Objects of the driver (streams, events, executable graphs, ...) that were made "
		       "here were never destroyed. They hold memory that no call gives a size for.";
	default:
		return vt__class_words[what].many;
	}
}

static json_t *make_rule(int what)
{
	const struct vt__class_words *words = &vt__class_words[what];
	const char *text = explanation(what);

	return json_pack("{s:s,s:{s:s},s:{s:s},s:{s:s},s:{s:s},s:{s:[s,s]}}", "id", words->json,
			 "shortDescription", "text", words->one, "fullDescription", "text", text,
			 "help", "text", text, "defaultConfiguration", "level",
			 words->is_finding ? "error" : "note", "properties", "tags", "memory",
			 "cuda");
}

static int write_tool(FILE *out)
{
	int error = 0;

	fprintf(out,
		"\"tool\":{\"driver\":{\"name\":\"%s\",\"version\":\"%s\","
		"\"semanticVersion\":\"%s\",\"rules\":[",
		PACKAGE_NAME, PACKAGE_VERSION, PACKAGE_VERSION);
	for (int what = 0; !error && what < VT__CLASS_COUNT; what++) {
		fputs(what ? ",\n" : "\n", out);
		error = vt__sarif_write(out, make_rule(what));
	}
	fputs("]}}", out);
	return error;
}

/* -1: a class that this vramtrack does not know. */
static int rule_of(const char *class_name)
{
	const enum vt__class what = vt__class_named(class_name, strlen(class_name));

	return what < VT__CLASS_COUNT ? (int)what : -1;
}

/* ---- Results ----------------------------------------------------------------------------- */

static const char *level_of(const struct vt__judged *judged)
{
	if (judged->fails)
		return "error";
	if (judged->standing == VT__STANDING_KNOWN || judged->standing == VT__STANDING_SUPPRESSED ||
	    !vt__class_words[judged->row->finding_class].is_finding)
		return "note";
	return "warning";
}

/* A suppressed finding may be in the baseline too. */
static const char *state_of(const struct vt__judged *judged)
{
	if (judged->standing == VT__STANDING_GROWN)
		return "updated";
	return judged->standing == VT__STANDING_KNOWN || judged->known.count ? "unchanged" : "new";
}

static json_t *make_suppressions(struct vt__sarif *sarif, const struct vt__judged *judged)
{
	json_t *location;

	if (judged->standing != VT__STANDING_SUPPRESSED)
		return json_array();
	if (!judged->suppressed_file || !judged->suppressed_rule)
		return json_pack("[{s:s}]", "kind", "external");
	location = json_pack("{s:{s:o,s:{s:I}}}", "physicalLocation", "artifactLocation",
			     vt__sarif_rules_file(sarif, judged->suppressed_file), "region",
			     "startLine",
			     (json_int_t)(judged->suppressed_line ? judged->suppressed_line : 1));
	return json_pack("[{s:s,s:o,s:o}]", "kind", "external", "justification",
			 vt__sarif_string(judged->suppressed_rule), "location", location);
}

static json_t *make_properties(const struct vt__judged *judged)
{
	const struct vt__finding_row *row = judged->row;

	return json_pack(
		"{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:b,s:o,s:o}", "bytes",
		vt__json_number(judged->sum.bytes), "count", vt__json_number(judged->sum.count),
		"processes", vt__json_number(judged->processes), "kind", vt__json_kind(row->kind),
		"bucket", vt__json_bucket(row->kind), "device",
		vt__json_device(judged->process, row->device), "api", vt__sarif_raw(row->api),
		"fails", (int)judged->fails, "clause",
		judged->clause ? vt__sarif_string(judged->clause) : json_null(), "bytesPerMark",
		row->growth ? json_real(row->growth->bytes_per_mark) : json_null());
}

static bool append_stack(struct vt__sarif *sarif, json_t *stacks, const struct vt__judged *judged,
			 uint32_t number, const char *title)
{
	return number == VT_FORMAT_NONE ||
	       !json_array_append_new(stacks,
				      vt__sarif_stack(sarif, judged->process, number, title));
}

/* Stacks of refused frees of one finding. */
#define REFUSED 3

/* Of something that happened there are more than one. The finding's own stands
 * first, and is read last: it stays in sarif->stack. */
static json_t *make_stacks(struct vt__sarif *sarif, const struct vt__judged *judged)
{
	const struct vt_format_finding *record = judged->row->record;
	json_t *stacks = json_array();
	bool made = stacks;

	if (made && record)
		made = append_stack(sarif, stacks, judged, record->free_stack,
				    vt__earlier_title(record)) &&
		       append_stack(sarif, stacks, judged, record->allocation_stack,
				    "allocated here");
	for (size_t i = 0; made && i < judged->row->refused_count && i < REFUSED; i++)
		made = append_stack(sarif, stacks, judged, judged->row->refused[i].record->stack,
				    "a free was refused here");
	if (made)
		made = !json_array_insert_new(
			stacks, 0,
			vt__sarif_stack(sarif, judged->process, judged->row->stack, "here"));
	if (made)
		return stacks;
	json_decref(stacks);
	return NULL;
}

static json_t *make_result(struct vt__sarif *sarif, const struct vt__judged *judged)
{
	const int what = judged->row->finding_class;
	/* First: it leaves the stack that the others look at. */
	json_t *stacks = make_stacks(sarif, judged);

	if (!stacks)
		return NULL;
	return json_pack("{s:s,s:i,s:s,s:o,s:[o],s:o,s:o,s:{s:s},s:s,s:o,s:o}", "ruleId",
			 vt__class_words[what].json, "ruleIndex", what, "level", level_of(judged),
			 "message", vt__sarif_message(vt__gate_message(judged, &sarif->stack)),
			 "locations", vt__sarif_result_location(sarif, judged), "stacks", stacks,
			 "codeFlows", vt__sarif_code_flows(sarif, judged->process),
			 "partialFingerprints", "vramtrackIdentity/v2", judged->identity,
			 "baselineState", state_of(judged), "suppressions",
			 make_suppressions(sarif, judged), "properties", make_properties(judged));
}

/* It passes now, or that is open: a level would say that it is found. */
static json_t *make_gone(const struct vt__gate *gate, const struct vt__gone *gone)
{
	return json_pack("{s:o,s:i,s:s,s:s,s:o,s:{s:o},s:s,s:[]}", "ruleId",
			 vt__sarif_string(gone->class_name), "ruleIndex", rule_of(gone->class_name),
			 "kind", gate->gone_unsure ? "open" : "pass", "level", "none", "message",
			 vt__sarif_message(vt__gate_gone(gate, gone)), "partialFingerprints",
			 "vramtrackIdentity/v2", vt__sarif_string(gone->identity), "baselineState",
			 gate->gone_unsure ? "unchanged" : "absent", "suppressions");
}

static int write_results(struct vt__sarif *sarif)
{
	const struct vt__gate *gate = sarif->gate;
	const char *before = "\n";
	int error = 0;

	fputs(",\n\"results\":[", sarif->out);
	for (size_t i = 0; !error && i < gate->judged_count; i++, before = ",\n") {
		fputs(before, sarif->out);
		error = vt__sarif_write(sarif->out, make_result(sarif, &gate->judged[i]));
	}
	for (size_t i = 0; !error && i < gate->gone_count; i++, before = ",\n") {
		fputs(before, sarif->out);
		error = vt__sarif_write(sarif->out, make_gone(gate, &gate->gone[i]));
	}
	fputc(']', sarif->out);
	return error;
}

/* ---- The log -------------------------------------------------------------------------------- */

static int write_root(struct vt__sarif *sarif)
{
	char *uri = vt__sarif_uri(vt__source_root(sarif->paths), true);
	int error;

	fputs(",\n\"originalUriBaseIds\":", sarif->out);
	error = vt__sarif_write(sarif->out,
				uri ? json_pack("{s:{s:s}}", VT__SARIF_ROOT, "uri", uri) : NULL);
	free(uri);
	return error;
}

static int write_log(struct vt__sarif *sarif)
{
	int error;

	fprintf(sarif->out, "{\"$schema\":\"%s\",\n\"version\":\"2.1.0\",\n\"runs\":[{", SCHEMA);
	error = write_tool(sarif->out);
	fputs(",\n", sarif->out);
	if (!error)
		error = vt__sarif_invocations(sarif);
	if (!error)
		error = write_root(sarif);
	if (!error)
		error = write_results(sarif);
	if (!error)
		error = vt__sarif_artifacts(sarif);
	fputs("}]}\n", sarif->out);
	return error;
}

int vt__gate_write_sarif(const struct vt__gate *gate, FILE *out)
{
	struct vt__sarif sarif = {.gate = gate, .out = out};
	int error = vt__source_paths_new(&sarif.paths);

	if (error)
		return error;
	error = write_log(&sarif);
	vt__sarif_forget_artifacts(&sarif);
	vt__gate_stack_release(&sarif.stack);
	vt__source_paths_free(sarif.paths);
	return error;
}
