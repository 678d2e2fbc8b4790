/*
 * Text report: what memory is for, as the program said.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/text/escape.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

void vt__text_purpose(const struct vt__text *text, uint32_t purpose)
{
	if (purpose == VT_FORMAT_NONE)
		fputs("no purpose", text->out);
	else
		vt__print_raw(text->out, vt__recording_string(text->process->recording, purpose));
}

/* "layer 3 (KVCache)" */
static void write_names(const struct vt__text *text, uint32_t label, uint32_t purpose)
{
	const struct vt__recording *recording = text->process->recording;

	if (label == VT_FORMAT_NONE)
		fputs("no label", text->out);
	else
		vt__print_raw(text->out, vt__recording_string(recording, label));
	fputs(" (", text->out);
	vt__text_purpose(text, purpose);
	fputc(')', text->out);
}

static void write_sum(const struct vt__text *text, struct vt__sum sum)
{
	char bytes[VT__UNIT_BYTES];

	fprintf(text->out, " %s in %" PRIu64, vt__bytes(sum.bytes, bytes), sum.count);
}

void vt__text_parts(const struct vt__text *text, const struct vt__finding_row *row)
{
	const size_t most = text->brief ? 2 : vt__text_limit(text, VT__TEXT_LABELS);
	struct vt__sum rest = {0};
	size_t i;

	if (!row->part_count)
		return;
	/* one part without a label says what the kind of memory says */
	if (text->brief && row->part_count == 1 && row->parts[0].label == VT_FORMAT_NONE)
		return;
	fputs("  labels: ", text->out);
	for (i = 0; i < row->part_count && i < most; i++) {
		fputs(i ? ", " : "", text->out);
		write_names(text, row->parts[i].label, row->parts[i].purpose);
		write_sum(text, row->parts[i].sum);
	}
	for (; i < row->part_count; i++) {
		rest.bytes += row->parts[i].sum.bytes;
		rest.count += row->parts[i].sum.count;
	}
	if (row->part_count > most) {
		fprintf(text->out, ", %zu more", row->part_count - most);
		write_sum(text, rest);
	}
	fputc('\n', text->out);
}

void vt__text_refused(const struct vt__text *text, const struct vt_format_finding *record)
{
	if (record->label == VT_FORMAT_NONE && record->purpose == VT_FORMAT_NONE)
		return;
	fputs(record->count > 1 ? "  the first one for: " : "  for: ", text->out);
	write_names(text, record->label, record->purpose);
	fputc('\n', text->out);
}

/* One line for one bucket, whose rows begin at `i`; returns where they end. */
static size_t write_bucket(const struct vt__text *text, size_t i)
{
	const struct vt__process *process = text->process;
	const struct vt__purpose_row *rows = process->purposes;
	const size_t most = vt__text_limit(text, VT__TEXT_LABELS);
	const size_t first = i;
	char bytes[VT__UNIT_BYTES];
	uint64_t rest = 0;

	fprintf(text->out, "  live %s by purpose:", vt__bucket_words[rows[i].bucket].text);
	for (; i < process->purpose_count && rows[i].bucket == rows[first].bucket; i++) {
		if (i - first >= most) {
			rest += rows[i].sum.bytes;
			continue;
		}
		fputs(i > first ? ", " : " ", text->out);
		vt__text_purpose(text, rows[i].purpose);
		fprintf(text->out, " %s", vt__bytes(rows[i].sum.bytes, bytes));
	}
	if (i - first > most)
		fprintf(text->out, ", %zu more %s", i - first - most, vt__bytes(rest, bytes));
	fputc('\n', text->out);
	return i;
}

void vt__text_purposes(const struct vt__text *text)
{
	size_t i = 0;

	while (i < text->process->purpose_count)
		i = write_bucket(text, i);
}
