/*
 * Text report: a fault of the device, and what had been freed before.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/findings/faults.h"
#include "reports/findings/result_names.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

#define FREED_SHOWN 8

/* ", up to 18.0 ms before it" */
static void write_ago(const struct vt__text *text, const struct vt_format_finding *fault,
		      const struct vt_format_freed *freed)
{
	char words[VT__UNIT_BYTES];
	uint64_t least, most;

	vt__freed_ago(fault, freed, &least, &most);
	if (most != UINT64_MAX)
		fprintf(text->out, ", no more than %s before it", vt__duration(most, words));
	else if (least)
		fprintf(text->out, ", at least %s before it", vt__duration(least, words));
}

static int write_freed(struct vt__text *text, const struct vt_format_finding *fault,
		       const struct vt_format_freed *freed)
{
	const struct vt_format_site *site = vt__recording_site(text->process->recording,
							       freed->site);
	char bytes[VT__UNIT_BYTES];
	int error;

	fputs(vt__bytes(freed->bytes, bytes), text->out);
	vt__text_place(text, site->kind, site->device);
	if (!text->brief)
		fprintf(text->out, " at 0x%" PRIx64, freed->address);
	if (freed->flags & VT_FREED_FENCED)
		fputs(", whose addresses stay out of use", text->out);
	if (!text->brief)
		write_ago(text, fault, freed);
	error = freed->how == VT_FREED_BY_RESET
			? (fputs(", by the end of its context", text->out), 0)
			: vt__text_titled_site(text, text->brief ? ", at " : ", freed at ",
					       freed->free_stack);
	if (!error && !text->brief)
		error = vt__text_titled_site(text, ", allocated at ", site->stack);
	fputc('\n', text->out);
	return error;
}

static int write_all_freed(struct vt__text *text, const struct vt__finding_row *row)
{
	const size_t most = text->brief ? 1 : vt__text_limit(text, FREED_SHOWN);
	uint32_t first, i;
	const uint32_t count = vt__freed_before(text->process, row, &first);
	int error = 0;

	if (!count) {
		if (!text->brief)
			fputs("  no memory had been freed before it\n", text->out);
		return 0;
	}
	fputs(text->brief ? "  freed last before it: " : "  freed before it, the latest first:\n",
	      text->out);
	for (i = 0; !error && i < count && i < most; i++) {
		if (!text->brief)
			fputs("    ", text->out);
		error = write_freed(text, row->record,
				    vt__recording_freed(text->process->recording, first + i));
	}
	if (i < count && !text->brief)
		fprintf(text->out, "    ... %" PRIu32 " more (--all)\n", count - i);
	return error;
}

int vt__text_fault(struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt_format_finding *record = row->record;
	const size_t lines = text->brief;
	int error;

	fputs(vt__fault_words(record->result), text->out);
	if (row->device != VT_FORMAT_NONE) {
		const struct vt_format_device *device = vt__recording_device(
			text->process->recording, row->device);

		if (device && device->ordinal >= 0)
			fprintf(text->out, " on GPU %" PRId32, device->ordinal);
	}
	fputs(", met by ", text->out);
	vt__text_api(text, row->api);
	fprintf(text->out, " (%s, %" PRId32 ")\n", vt__result_name(record->result), record->result);
	text->brief = lines > 1 ? lines - 1 : lines;
	error = vt__text_stack(text, row->stack);
	text->brief = lines;
	return error ? error : write_all_freed(text, row);
}
