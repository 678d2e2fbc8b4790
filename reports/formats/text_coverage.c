/*
 * Text report: the coverage certificate.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/findings/accounts.h"
#include "reports/findings/coverage.h"
#include "reports/text/escape.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

/* "coverage: LD_PRELOAD; 3 look-ups by cuGetProcAddress; /lib/libcuda.so.1: driver, reached" */
static void write_certificate(const struct vt__text *text, const struct vt__coverage *coverage)
{
	const struct vt__recording *recording = text->process->recording;
	const struct vt_format_header *header = vt__recording_header(recording);
	char words[VT__WORDS_BYTES];

	fprintf(text->out, "coverage: %s%s", vt__source_words(header->source)->text,
		header->audited ? " and the audit object" : "");
	for (uint32_t i = 0; i < VT_DOOR_COUNT; i++)
		if (header->doors[i])
			fprintf(text->out, "; %" PRIu64 " %s", header->doors[i],
				vt__words_for(header->doors[i], vt__door_words(i)->text, words));
	for (uint32_t i = 0; i < vt__recording_passages(recording); i++) {
		const struct vt_format_passage *passage = vt__recording_passage(recording, i);

		if (!vt__passage_words(passage->passage)->covered ||
		    VT_PASSAGE_IS_CODE(passage->passage))
			continue;
		fputs("; ", text->out);
		vt__print_raw(text->out, vt__recording_string(recording, passage->path));
		fprintf(text->out, ": %s", vt__passage_words(passage->passage)->text);
	}
	if (coverage->covered == VT__COVERED_YES)
		fputs("; nothing else found", text->out);
	else if (coverage->covered == VT__COVERED_UNKNOWN)
		fprintf(text->out, "; whether that is all is not known: %s", coverage->reason);
	fputc('\n', text->out);
}

static void write_loud(const struct vt__text *text)
{
	vt__style(text, VT__RED);
	fputs("NOT COVERED", text->out);
	vt__style(text, VT__PLAIN);
	fputs(": ", text->out);
}

static void write_unreached(const struct vt__text *text, const struct vt_format_passage *passage)
{
	const struct vt__recording *recording = text->process->recording;
	const char *remedy = vt__passage_words(passage->passage)->remedy;

	write_loud(text);
	vt__print_raw(text->out, vt__recording_string(recording, passage->path));
	fputs(": ", text->out);
	vt__print_passage(text->out, recording, passage);
	fprintf(text->out, ": what it allocated is missing here%s%s%s\n", *remedy ? " (" : "",
		remedy, *remedy ? ")" : "");
}

/* Neither an allocation nor anything else that comes of one. */
bool vt__text_nothing_seen(const struct vt__process *process)
{
	struct vt__coverage coverage;

	vt__coverage_of(process, &coverage);
	return !coverage.allocations_seen && !process->finding_count &&
	       !vt__kept_by_graphs(process->recording);
}

void vt__text_coverage_faults(const struct vt__text *text)
{
	const struct vt__recording *recording = text->process->recording;
	struct vt__coverage coverage;
	uint32_t shown = 0;

	vt__coverage_of(text->process, &coverage);
	for (uint32_t i = 0;
	     i < vt__recording_passages(recording) && shown < vt__text_limit(text, VT__TEXT_UNSEEN);
	     i++) {
		const struct vt_format_passage *passage = vt__recording_passage(recording, i);

		if (vt__passage_words(passage->passage)->covered)
			continue;
		write_unreached(text, passage);
		shown++;
	}
	if (coverage.unreached > shown)
		fprintf(text->out, "... %zu more that were not reached\n",
			coverage.unreached - shown);
	if (coverage.covered == VT__COVERED_NO && !coverage.unreached) {
		write_loud(text);
		fprintf(text->out, "%s: what it allocated is missing here\n", coverage.reason);
	} else if (vt__text_nothing_seen(text->process)) {
		vt__style(text, VT__YELLOW);
		fputs("no allocation was seen", text->out);
		vt__style(text, VT__PLAIN);
		fputs(": either there was none, or it did not go through the driver that was "
		      "watched\n",
		      text->out);
	}
}

/* "device heap: /lib/libpath.so, by cuLibraryLoadData: its kernels use malloc or new: ..." */
static void write_code(const struct vt__text *text, enum vt_passage which)
{
	const struct vt__recording *recording = text->process->recording;
	const uint32_t count = vt__recording_passages(recording);
	size_t shown = 0, all = 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_passage *passage = vt__recording_passage(recording, i);

		if (passage->passage != (uint32_t)which ||
		    all++ >= vt__text_limit(text, VT__TEXT_UNSEEN))
			continue;
		fputs("device heap: ", text->out);
		vt__print_raw(text->out, vt__recording_string(recording, passage->path));
		fputs(", by ", text->out);
		vt__print_raw(text->out, vt__recording_string(recording, passage->symbol));
		fprintf(text->out, ": %s\n", vt__passage_words(which)->text);
		shown++;
	}
	if (all > shown)
		fprintf(text->out, "device heap: ... %zu more (--all)\n", all - shown);
}

void vt__text_device_heap(const struct vt__text *text)
{
	write_code(text, VT_PASSAGE_DEVICE_HEAP);
}

void vt__text_coverage(const struct vt__text *text)
{
	struct vt__coverage coverage;

	vt__coverage_of(text->process, &coverage);
	write_certificate(text, &coverage);
	for (uint32_t passage = 0; passage < VT_PASSAGE_COUNT; passage++)
		if (VT_PASSAGE_IS_CODE(passage))
			write_code(text, (enum vt_passage)passage);
}
