/*
 * Text report on several processes: a line for each of many, and what they have in common.
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "reports/text/escape.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

static bool is_same_command(const struct vt__process *a, const struct vt__process *b)
{
	const struct vt_format_header *one = vt__recording_header(a->recording);
	const struct vt_format_header *two = vt__recording_header(b->recording);

	return vt__raw_equal(vt__recording_string(a->recording, one->command),
			     vt__recording_string(b->recording, two->command)) &&
	       vt__raw_equal(vt__recording_string(a->recording, one->program),
			     vt__recording_string(b->recording, two->program));
}

/* "; GPU 0: 8.0 MiB live, 16.0 MiB peak, 3 allocations, 2 frees" */
static void write_device(const struct vt__text *text, const struct vt__device_row *device)
{
	const struct vt_format_total *total = &device->record->buckets[VT_BUCKET_VRAM];
	char live[VT__UNIT_BYTES], peak[VT__UNIT_BYTES];

	if (!total->allocations)
		return;
	if (device->record->ordinal < 0)
		fputs("; no device", text->out);
	else
		fprintf(text->out, "; GPU %" PRId32, device->record->ordinal);
	fprintf(text->out, ": %s live, %s peak, %" PRIu64 " allocation%s, %" PRIu64 " free%s",
		vt__bytes(vt__live_of(device, VT_BUCKET_VRAM).bytes, live),
		vt__bytes(total->peak_bytes, peak), total->allocations,
		vt__plural(total->allocations), total->frees, vt__plural(total->frees));
}

void vt__text_process_line(struct vt__text *text, const struct vt__process *before)
{
	if (!before || !is_same_command(before, text->process))
		vt__text_command(text);
	vt__text_identity(text);
	for (size_t i = 0; i < text->process->device_count; i++)
		write_device(text, &text->process->devices[i]);
	fputc('\n', text->out);
	vt__text_launch(text);
}

/* What follows the sum is of one process. */
static bool has_details(const struct vt__finding_row *row)
{
	return row->record || row->growth || row->parts || row->refused || row->references;
}

static int write_shared(struct vt__text *text, const struct vt__shared_row *shared)
{
	int error;

	text->process = shared->process;
	text->processes = shared->processes;
	error = vt__text_finding(text, &shared->row);
	if (!error && has_details(&shared->row))
		fprintf(text->out,
			"  (but for the sum as in the first of them, process %" PRIu32 ")\n",
			vt__recording_header(shared->process->recording)->pid);
	return error;
}

int vt__text_shared(struct vt__text *text)
{
	const struct vt__shared *shared = &text->shared;
	int error = 0;
	size_t i = 0;

	while (i < shared->count && !error) {
		const enum vt__class what = shared->rows[i].row.finding_class;
		struct vt__sum rest = {0};
		size_t shown = 0, hidden = 0;

		for (; i < shared->count && shared->rows[i].row.finding_class == what; i++) {
			if (shown++ < VT__TEXT_FINDINGS && !error) {
				error = write_shared(text, &shared->rows[i]);
				continue;
			}
			hidden++;
			rest.bytes += shared->rows[i].row.sum.bytes;
			rest.count += shared->rows[i].row.sum.count;
		}
		vt__text_rest(text, what, hidden, rest);
	}
	text->processes = 0;
	return error;
}
