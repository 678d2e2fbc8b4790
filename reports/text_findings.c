/*
 * Text report: the findings with their stacks.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/escape.h"
#include "reports/result_names.h"
#include "reports/text.h"
#include "reports/units.h"

static const char *const bad_free_reasons[] = {
	[VT_BAD_FREE_UNKNOWN] = "never seen allocated",
	[VT_BAD_FREE_DOUBLE] = "freed before",
	[VT_BAD_FREE_REFUSED] = "live, and the driver refused all the same",
	[VT_BAD_FREE_AFTER_RESET] = "its context was reset or destroyed before",
};

static const char *reason_words(uint32_t reason)
{
	return reason < sizeof(bad_free_reasons) / sizeof(*bad_free_reasons)
		       ? bad_free_reasons[reason]
		       : "refused";
}

static void write_heading(const struct vt__text *text, const struct vt__finding_row *row)
{
	fputc('\n', text->out);
	vt__style(text, vt__class_words[row->finding_class].is_finding ? VT__RED : VT__YELLOW);
	fputs(vt__class_words[row->finding_class].heading, text->out);
	vt__style(text, VT__PLAIN);
	fputc(' ', text->out);
}

static void write_times(const struct vt__text *text, uint64_t count)
{
	if (count > 1)
		fprintf(text->out, ", %" PRIu64 " times", count);
}

static int write_stack_of(struct vt__text *text, const char *title, uint32_t stack)
{
	if (stack == VT_FORMAT_NONE)
		return 0;
	fprintf(text->out, "  %s:\n", title);
	return vt__text_stack(text, stack);
}

/* Leak, live, freed by reset: text->frames holds the stack for the API's name. */
static int write_site(struct vt__text *text, const struct vt__finding_row *row)
{
	char bytes[VT__UNIT_BYTES];

	fprintf(text->out, "%s in %" PRIu64 " allocation%s", vt__bytes(row->sum.bytes, bytes),
		row->sum.count, row->sum.count == 1 ? "" : "s");
	vt__text_place(text, row->kind, row->device);
	fputs(", by ", text->out);
	vt__text_api(text, row->api);
	fputc('\n', text->out);
	vt__text_parts(text, row);
	return vt__text_stack(text, row->stack);
}

static int write_bad_free(struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt_format_finding *record = row->record;
	char bytes[VT__UNIT_BYTES];
	int error;

	fprintf(text->out, "of 0x%" PRIx64, record->address);
	if (row->sum.bytes) {
		fprintf(text->out, ", %s", vt__bytes(row->sum.bytes, bytes));
		vt__text_place(text, row->kind, row->device);
	}
	fputs(", by ", text->out);
	vt__text_api(text, row->api);
	write_times(text, row->sum.count);
	fprintf(text->out, ": %s (%s, %" PRId32 ")\n", reason_words(record->reason),
		vt__result_name(record->result), record->result);
	error = write_stack_of(text, "freed here", record->stack);
	if (!error)
		error = write_stack_of(text, "freed first here", record->free_stack);
	if (!error)
		error = write_stack_of(text, "allocated here", record->allocation_stack);
	return error;
}

/* What the device had, and how much of the rest this process is known to hold. */
static void write_room(const struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt_format_finding *record = row->record;
	const uint64_t used = record->device_total_bytes - record->device_free_bytes;
	char a[VT__UNIT_BYTES], b[VT__UNIT_BYTES];

	if (record->device_total_bytes)
		fprintf(text->out, "  then %s of %s were free on the device\n",
			vt__bytes(record->device_free_bytes, a),
			vt__bytes(record->device_total_bytes, b));
	fprintf(text->out, "  then %s of %s were live in this process",
		vt__bytes(record->live_bytes, a), vt__bucket_words[vt__bucket_of(row->kind)].text);
	if (record->device_total_bytes >= record->device_free_bytes && used > record->live_bytes)
		fprintf(text->out, "; %s in use were not its allocations",
			vt__bytes(used - record->live_bytes, b));
	fputc('\n', text->out);
}

/* A list of the live allocations of the finding's bucket, as a peak would be. */
static int write_live_holders(struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt__process *process = text->process;
	const enum vt_bucket bucket = vt__bucket_of(row->kind);
	size_t i, shown = 0;
	int error = 0;

	for (i = 0; !error && i < process->finding_count && shown < VT__TEXT_SHARES; i++) {
		const struct vt__finding_row *holder = &process->findings[i];
		char bytes[VT__UNIT_BYTES], percent[VT__UNIT_BYTES];

		if (holder->finding_class > VT__CLASS_LIVE)
			break;
		if (holder->device != row->device || vt__bucket_of(holder->kind) != bucket)
			continue;
		fprintf(text->out, "    %10s %5s  ", vt__bytes(holder->sum.bytes, bytes),
			vt__percent(holder->sum.bytes, row->record->live_bytes, percent));
		error = vt__text_location(text, holder->stack, holder->api);
		shown++;
	}
	return error;
}

static int write_out_of_memory(struct vt__text *text, const struct vt__finding_row *row)
{
	char bytes[VT__UNIT_BYTES];
	int error;

	fprintf(text->out, "%s", vt__bytes(row->sum.bytes, bytes));
	vt__text_place(text, row->kind, row->device);
	fputs(" refused, by ", text->out);
	vt__text_api(text, row->api);
	write_times(text, row->sum.count);
	fprintf(text->out, " (%s, %" PRId32 ")\n", vt__result_name(row->record->result),
		row->record->result);
	vt__text_refused(text, row->record);
	error = vt__text_stack(text, row->stack);
	if (error)
		return error;
	write_room(text, row);
	switch (vt__holders_then(text->process, row)) {
	case VT__HOLDERS_LIVE:
		fputs("  as much is live at the end of the recording, held by:\n", text->out);
		return write_live_holders(text, row);
	case VT__HOLDERS_PEAK:
		fputs("  as much as at the peak, which was made of:\n", text->out);
		return vt__text_shares(
			text, vt__peak_of(text->process, row->device, vt__bucket_of(row->kind)),
			row->record->live_bytes);
	case VT__HOLDERS_UNKNOWN:
		if (row->record->live_bytes)
			fputs("  which call sites held it was not kept\n", text->out);
	}
	return 0;
}

static int write_finding(struct vt__text *text, const struct vt__finding_row *row)
{
	const int error = vt__stack_frames(text->process->stacks, row->stack, &text->frames);

	if (error)
		return error;
	write_heading(text, row);
	switch (row->finding_class) {
	case VT__CLASS_BAD_FREE:
		return write_bad_free(text, row);
	case VT__CLASS_OUT_OF_MEMORY:
		return write_out_of_memory(text, row);
	default:
		return write_site(text, row);
	}
}

static void write_rest(const struct vt__text *text, enum vt__class finding_class, size_t count,
		       struct vt__sum sum)
{
	const struct vt__class_words *words = &vt__class_words[finding_class];
	char bytes[VT__UNIT_BYTES];

	if (!count)
		return;
	fprintf(text->out, "\n... %zu more: %s", count, count == 1 ? words->one : words->many);
	if (finding_class <= VT__CLASS_FREED_BY_RESET)
		fprintf(text->out, ", %s in %" PRIu64 " allocation%s", vt__bytes(sum.bytes, bytes),
			sum.count, sum.count == 1 ? "" : "s");
	fputs(" (to see all: vramtrack report --format=json ", text->out);
	vt__print_escaped(text->out, vt__recording_path(text->process->recording));
	fputs(")\n", text->out);
}

/* Each class has its own limit: many leaks must not hide a double free. */
int vt__text_findings(struct vt__text *text)
{
	const struct vt__process *process = text->process;
	size_t i = 0;

	while (i < process->finding_count) {
		const enum vt__class class = process->findings[i].finding_class;
		struct vt__sum rest = {0};
		size_t shown = 0, hidden = 0;

		for (; i < process->finding_count && process->findings[i].finding_class == class;
		     i++) {
			if (shown++ < VT__TEXT_FINDINGS) {
				const int error = write_finding(text, &process->findings[i]);

				if (error)
					return error;
				continue;
			}
			hidden++;
			rest.bytes += process->findings[i].sum.bytes;
			rest.count += process->findings[i].sum.count;
		}
		write_rest(text, class, hidden, rest);
	}
	return 0;
}
