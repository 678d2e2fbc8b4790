/*
 * Text report on several processes: a line for each of many.
 */
#include "config.h"

#include <inttypes.h>

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
