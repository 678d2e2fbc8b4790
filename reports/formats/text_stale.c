/*
 * Text report: memory that was freed while its address stood in an executable graph.
 */
#include "config.h"

#include "reports/formats/text.h"
#include "reports/text/units.h"

/* What it comes to: "launched since". */
void vt__text_stale_reason(const struct vt__text *text, const struct vt__finding_row *row)
{
	fputs("freed while its address stands in an executable graph, ", text->out);
	fputs(row->finding_class == VT__CLASS_STALE_GRAPH ? "which was launched after that"
							  : "which was not launched since",
	      text->out);
}

static int write_brief_stacks(struct vt__text *text, const struct vt_format_finding *record)
{
	const size_t lines = text->brief;
	int error;

	text->brief = lines > 1 ? lines - 1 : lines;
	error = vt__text_stack(text, record->stack);
	text->brief = lines;
	return error ? error
		     : vt__text_titled_stack(text, vt__earlier_title(record), record->free_stack);
}

int vt__text_stale(struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt_format_finding *record = row->record;
	char bytes[VT__UNIT_BYTES];
	int error;

	fputs(vt__bytes(row->sum.bytes, bytes), text->out);
	vt__text_place(text, row->kind, row->device);
	fputs(" ", text->out);
	vt__text_stale_reason(text, row);
	vt__text_times(text, row->sum.count);
	fputc('\n', text->out);
	if (text->brief)
		return write_brief_stacks(text, record);
	error = vt__text_titled_stack(text, "freed here", record->stack);
	if (!error)
		error = vt__text_titled_stack(text, vt__earlier_title(record), record->free_stack);
	if (!error)
		error = vt__text_titled_stack(text, "allocated here", record->allocation_stack);
	return error;
}
