/*
 * Text report: what nobody owns, from mark to mark.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/findings/rest.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

static void write_signed(FILE *out, int64_t bytes)
{
	char words[VT__UNIT_BYTES];

	fprintf(out, "%s%s", bytes < 0 ? "-" : "",
		vt__bytes(bytes < 0 ? 0 - (uint64_t)bytes : (uint64_t)bytes, words));
}

static void write_others(const struct vt__text *text, const struct vt__rest_row *row)
{
	if (row->word == VT__WORD_PROCESS) {
		fputs("by NVML's number for this process", text->out);
	} else if (!row->others_known) {
		fputs("by the device's number; what other processes had is not known", text->out);
	} else if (!row->others_moved) {
		fputs("by the device's number; other processes had the same all the time",
		      text->out);
	} else {
		fputs("by the device's number, ", text->out);
		write_signed(text->out, row->others_moved);
		fputs(" of which other processes took meanwhile", text->out);
	}
}

static const struct vt__rest_row *row_of(const struct vt__process *process,
					 const struct vt__growth *growth)
{
	for (size_t i = 0; i < process->rest_count; i++)
		if (&process->rests[i].growth == growth)
			return &process->rests[i];
	return NULL;
}

void vt__text_rest_growing(const struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt__growth *growth = row->growth;
	const struct vt__rest_row *rest = row_of(text->process, growth);
	char a[VT__UNIT_BYTES], b[VT__UNIT_BYTES];

	vt__text_growth_rate(text->out, row);
	vt__text_place(text, row->kind, row->device);
	fprintf(text->out,
		" that no call took\n  not attributed: from %s to %s over %" PRIu32 " marks ",
		vt__bytes(growth->first_bytes, a), vt__bytes(growth->last_bytes, b),
		growth->last_mark - growth->first_mark + 1);
	vt__text_mark_name(text, growth->mark);
	fprintf(text->out, " after warm-up (%" PRIu32 " to %" PRIu32 ")\n", growth->first_mark,
		growth->last_mark);
	if (text->brief || !rest)
		return;
	fputs("  ", text->out);
	write_others(text, rest);
	fprintf(text->out, "; asked %" PRIu64 " times; straight line r2 %.2f, trend %.2f\n",
		rest->record->samples, growth->r_squared, growth->trend);
	fputs("  the driver, or a library that goes past the recorder, keeps it: --show account "
	      "has the rest beside all that is owned\n",
	      text->out);
}

static void write_rests(const struct vt__text *text, bool untold)
{
	for (size_t i = 0; i < text->process->rest_count; i++) {
		const struct vt__rest_row *row = &text->process->rests[i];
		const struct vt_format_device *device = vt__recording_device(
			text->process->recording, row->record->device);

		if (row->verdict == VT__REST_GROWS || /* it is a finding */
		    (row->reason != NULL) != untold)
			continue;
		fprintf(text->out, "growth of what nobody owns on GPU %" PRId32 ": ",
			device->ordinal);
		if (row->reason)
			fprintf(text->out, "not told: %s", row->reason);
		else
			fputs("none found", text->out);
		fputs(" (", text->out);
		write_others(text, row);
		fputs(")\n", text->out);
	}
}

void vt__text_rests_untold(const struct vt__text *text)
{
	write_rests(text, true);
}

void vt__text_rests_told(const struct vt__text *text)
{
	write_rests(text, false);
}
