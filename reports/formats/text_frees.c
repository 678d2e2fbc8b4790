/*
 * Text report: frees that the driver refused, that came late, or that did not
 * come back.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/findings/result_names.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

/* "64 B past the start of an allocation at 0x1000, 4.0 KiB of device memory on GPU 0" */
static void write_interior(const struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt_format_finding *record = row->record;
	char offset[VT__UNIT_BYTES], bytes[VT__UNIT_BYTES];

	fprintf(text->out, "%s past the start of an allocation at 0x%" PRIx64 ", %s",
		vt__bytes(record->address - record->allocation_address, offset),
		record->allocation_address, vt__bytes(row->sum.bytes, bytes));
	vt__text_place(text, row->kind, row->device);
}

static void write_wrong_family(const struct vt__text *text, const struct vt__finding_row *row)
{
	if (!vt__raw_is_empty(row->made_by)) {
		fputs("made by ", text->out);
		vt__text_api_name(text, row->made_by);
		fputs(", whose memory this function does not free", text->out);
	} else {
		fputs("live, and not of the memory that this function frees", text->out);
	}
}

static void write_other_device(const struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt_format_device *device = vt__recording_device(text->process->recording,
								     row->device);

	if (device && device->ordinal >= 0)
		fprintf(text->out, "live on GPU %" PRId32 ", and freed on another device",
			device->ordinal);
	else
		fputs("live on another device than the one it was freed on", text->out);
}

/* Of a free that did not come back: nothing is known to be wrong with it. */
static void write_live(const struct vt__text *text, const struct vt__finding_row *row)
{
	fputs("live until then", text->out);
	if (!vt__raw_is_empty(row->made_by)) {
		fputs(", made by ", text->out);
		vt__text_api_name(text, row->made_by);
	}
}

void vt__text_free_reason(const struct vt__text *text, const struct vt__finding_row *row)
{
	static const char *const reasons[] = {
		[VT_BAD_FREE_UNKNOWN] = "never seen allocated",
		[VT_BAD_FREE_DOUBLE] = "freed before",
		[VT_BAD_FREE_REFUSED] = "live, and the driver refused all the same",
		[VT_BAD_FREE_AFTER_RESET] = "its context was reset or destroyed before",
		[VT_BAD_FREE_GRAPH] = "an address that a graph's definition gave: no memory is "
				      "there before a launch",
		[VT_BAD_FREE_MAPPED] = "memory is still mapped there",
		[VT_BAD_FREE_HOST_POINTER] = "a host pointer: no device memory is there",
	};
	const uint32_t reason = row->record->reason;

	if (row->unfinished)
		fputs("the process ended inside this call; ", text->out);
	if (row->unfinished && reason == VT_BAD_FREE_REFUSED)
		write_live(text, row);
	else if (row->finding_class == VT__CLASS_LATE_FREE)
		fputs("freed while the driver was shutting down", text->out);
	else if (reason == VT_BAD_FREE_INTERIOR)
		write_interior(text, row);
	else if (reason == VT_BAD_FREE_WRONG_FAMILY)
		write_wrong_family(text, row);
	else if (reason == VT_BAD_FREE_OTHER_DEVICE)
		write_other_device(text, row);
	else
		fputs(reason < sizeof(reasons) / sizeof(*reasons) ? reasons[reason] : "refused",
		      text->out);
}

/* What was freed: the address, and what the reason does not tell of it. */
static void write_what(const struct vt__text *text, const struct vt__finding_row *row)
{
	char bytes[VT__UNIT_BYTES];

	if (text->brief && row->sum.bytes && row->record->reason != VT_BAD_FREE_INTERIOR) {
		fprintf(text->out, "of %s", vt__bytes(row->sum.bytes, bytes));
		vt__text_place(text, row->kind, row->device);
		return;
	}
	fprintf(text->out, "of 0x%" PRIx64, row->record->address);
	if (row->finding_class == VT__CLASS_BAD_FREE && row->record->reason == VT_BAD_FREE_INTERIOR)
		return;
	if (row->sum.bytes) {
		fprintf(text->out, ", %s", vt__bytes(row->sum.bytes, bytes));
		vt__text_place(text, row->kind, row->device);
	} else if (row->kind < VT_KIND_COUNT) {
		fprintf(text->out, " (%s)", vt__kind_words[row->kind].text);
	}
}

const char *vt__earlier_title(const struct vt_format_finding *record)
{
	if (record->finding_class == VT_FINDING_STALE_GRAPH)
		return "the graph was made executable here";
	switch (record->reason) {
	case VT_BAD_FREE_AFTER_RESET:
		return "its context ended here";
	case VT_BAD_FREE_MAPPED:
		return "mapped here";
	default:
		return "freed first here";
	}
}

static const char *allocated(const struct vt_format_finding *record)
{
	return record->reason == VT_BAD_FREE_GRAPH ? "defined here" : "allocated here";
}

/* A first reading has one more stack: where it was freed first, or else allocated. */
static int write_brief_stacks(struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt_format_finding *record = row->record;
	const bool again = record->free_stack != VT_FORMAT_NONE;
	const uint32_t other = again ? record->free_stack : record->allocation_stack;
	const size_t lines = text->brief;
	int error;

	text->brief = other == VT_FORMAT_NONE || lines == 1 ? lines : lines - 1;
	error = vt__text_stack(text, record->stack);
	text->brief = lines;
	if (error)
		return error;
	return vt__text_titled_stack(text, again ? vt__earlier_title(record) : allocated(record),
				     other);
}

static int write_stacks(struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt_format_finding *record = row->record;
	int error = vt__text_titled_stack(
		text, row->unfinished ? "the process ended here" : "freed here", record->stack);

	if (!error)
		error = vt__text_titled_stack(text, vt__earlier_title(record), record->free_stack);
	if (!error)
		error = vt__text_titled_stack(text, allocated(record), record->allocation_stack);
	return error;
}

int vt__text_free(struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt_format_finding *record = row->record;

	write_what(text, row);
	fputs(", by ", text->out);
	vt__text_api(text, row->api);
	vt__text_times(text, row->sum.count);
	fputs(": ", text->out);
	vt__text_free_reason(text, row);
	if (row->unfinished && !text->brief)
		fprintf(text->out, " (thread %" PRIu32 ")", row->thread);
	else if (row->finding_class == VT__CLASS_BAD_FREE && !text->brief)
		fprintf(text->out, " (%s, %" PRId32 ")", vt__result_name(record->result),
			record->result);
	fputc('\n', text->out);
	return (text->brief ? write_brief_stacks : write_stacks)(text, row);
}
