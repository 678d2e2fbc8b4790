/*
 * Text report: the findings with their stacks.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/findings/caches.h"
#include "reports/findings/charged.h"
#include "reports/text/escape.h"
#include "reports/text/path.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

static void write_heading(const struct vt__text *text, const struct vt__finding_row *row)
{
	if (!text->brief)
		fputc('\n', text->out);
	vt__style(text, vt__class_words[row->finding_class].is_finding ? VT__RED : VT__YELLOW);
	fputs(vt__class_words[row->finding_class].heading, text->out);
	vt__style(text, VT__PLAIN);
	if (text->processes > 1)
		fprintf(text->out, " in %zu processes:", text->processes);
	else if (text->processes)
		fprintf(text->out, " in process %" PRIu32 ":",
			vt__recording_header(text->process->recording)->pid);
	fputc(' ', text->out);
}

/* Who keeps it, and the rule that says so. */
static void write_keeper(const struct vt__text *text, const struct vt__finding_row *row)
{
	fputs("  ", text->out);
	vt__print_escaped(text->out, row->keeper.name);
	fputs(row->finding_class == VT__CLASS_CACHED
		      ? vt__blocks_are_seen(text->process, row->device, row->keeper.name)
				? "'s cache keeps this segment; below is who made it grow"
				: "'s cache keeps this segment; what lives in it is not known, below "
				  "is who made it grow"
		      : " keeps this for itself until the process ends",
	      text->out);
	fputs(" (rule ", text->out);
	vt__print_escaped(text->out, vt__last_part(row->keeper.file));
	fprintf(text->out, ":%u)\n", row->keeper.line);
}

/* What the class and the kind of a call site's memory mean for its owner. */
static void write_remark(const struct vt__text *text, const struct vt__finding_row *row)
{
	if (row->finding_class == VT__CLASS_IMPORTED)
		fputs("  opened and not closed: it belongs to whoever made it\n", text->out);
	else if (row->finding_class == VT__CLASS_REGISTERED)
		fputs("  the program's own memory, page-locked and not undone "
		      "(cuMemHostUnregister)\n",
		      text->out);
	else if (row->keeper.name)
		write_keeper(text, row);
	else if (row->finding_class == VT__CLASS_HELD_UNTIL_END)
		fputs("  live when the interpreter began to end, and freed by that: no leak, unless "
		      "it was kept by mistake\n",
		      text->out);
	else if (row->kind == VT_KIND_GRAPH)
		fputs("  memory of a graph, left by its last launch: destroying the graph does "
		      "not free it\n",
		      text->out);
}

static void write_sum(const struct vt__text *text, const struct vt__finding_row *row)
{
	const uint64_t on_card = vt__bytes_on_card(text->process, row);
	char bytes[VT__UNIT_BYTES];

	if (vt__bucket_of(row->kind) == VT_BUCKET_HELD) {
		vt__text_object_count(text->out, row->sum, row->kind);
		return;
	}
	fputs(vt__bytes(row->sum.bytes, bytes), text->out);
	if (row->sum.count != 1 || !text->brief)
		fprintf(text->out, " in %" PRIu64 " allocation%s", row->sum.count,
			vt__plural(row->sum.count));
	vt__text_place(text, row->kind, row->device);
	if (on_card)
		fprintf(text->out, " (%s on the card)", vt__bytes(on_card, bytes));
}

/* A class of call sites: text->frames holds the stack for the API's name. */
static int write_site(struct vt__text *text, const struct vt__finding_row *row)
{
	int error;

	write_sum(text, row);
	fputs(", by ", text->out);
	vt__text_api(text, row->api);
	fputc('\n', text->out);
	write_remark(text, row);
	vt__text_parts(text, row);
	error = vt__text_stack(text, row->stack);
	if (!error)
		error = vt__text_references(text, row);
	return error ? error : vt__text_refused_frees(text, row);
}

int vt__text_finding(struct vt__text *text, const struct vt__finding_row *row)
{
	const int error = vt__stack_frames(text->process->stacks, row->stack, &text->frames);

	if (error)
		return error;
	write_heading(text, row);
	switch (row->finding_class) {
	case VT__CLASS_BAD_FREE:
	case VT__CLASS_LATE_FREE:
	case VT__CLASS_UNFINISHED_FREE:
		return vt__text_free(text, row);
	case VT__CLASS_OUT_OF_MEMORY:
		return vt__text_refusal(text, row);
	case VT__CLASS_FAULT:
		return vt__text_fault(text, row);
	case VT__CLASS_STALE_GRAPH:
	case VT__CLASS_STALE_GRAPH_IDLE:
		return vt__text_stale(text, row);
	case VT__CLASS_GROWTH:
		return vt__text_growing(text, row);
	case VT__CLASS_UNATTRIBUTED_GROWTH:
		vt__text_rest_growing(text, row);
		return 0;
	default:
		return write_site(text, row);
	}
}
