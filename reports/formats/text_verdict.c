/*
 * Text report: the first line, what it all comes to.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/compare/ranks.h"
#include "reports/compare/verify.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

void vt__text_sums(FILE *out, const struct vt__sum sums[VT_BUCKET_COUNT])
{
	bool only_vram = true;

	for (int bucket = 0; bucket < VT_BUCKET_COUNT; bucket++)
		if (bucket != VT_BUCKET_VRAM && sums[bucket].count)
			only_vram = false;
	for (int bucket = 0; bucket < VT_BUCKET_COUNT; bucket++) {
		char bytes[VT__UNIT_BYTES];

		if (!sums[bucket].count)
			continue;
		if (bucket == VT_BUCKET_HELD && !sums[bucket].bytes) {
			fprintf(out, ", %" PRIu64 " object%s", sums[bucket].count,
				vt__plural(sums[bucket].count));
			continue;
		}
		fprintf(out, ", %s", vt__bytes(sums[bucket].bytes, bytes));
		if (!only_vram)
			fprintf(out, " of %s", vt__bucket_words[bucket].text);
		fprintf(out, " in %" PRIu64 " allocation%s", sums[bucket].count,
			vt__plural(sums[bucket].count));
	}
}

static void write_class(const struct vt__text *text, const struct vt__summary *summary, int what,
			bool *any)
{
	FILE *out = text->out;
	const struct vt__class_words *words = &vt__class_words[what];
	const size_t count = summary->findings[what];

	if (!count)
		return;
	fprintf(out, "%s%zu %s", *any ? "; " : "", count, count == 1 ? words->one : words->many);
	if (text->shared.repeats[what])
		fprintf(out, " (%zu distinct)", count - text->shared.repeats[what]);
	vt__text_sums(out, summary->sums[what]);
	if (summary->occurrences[what] > count && !words->of_sites)
		fprintf(out, " (%" PRIu64 " times)", summary->occurrences[what]);
	*any = true;
}

/* Whether nothing is known to have gone unread or unseen. */
static bool is_whole(const struct vt__analysis *analysis)
{
	const struct vt__summary *summary = &analysis->summary;

	return !summary->lost && !summary->uncovered && !analysis->unreadable &&
	       !analysis->unread_folder && !vt__ranks_missing(analysis->ranks);
}

static void write_clean(FILE *out, const struct vt__analysis *analysis)
{
	const struct vt__summary *summary = &analysis->summary;
	const uint64_t kept = summary->occurrences[VT__CLASS_RETAINED] +
			      summary->occurrences[VT__CLASS_CACHED];

	fprintf(out, "nothing leaked%s: %" PRIu64 " allocation%s",
		is_whole(analysis) ? "" : " that was seen", summary->allocations,
		vt__plural(summary->allocations));
	if (!summary->live && !summary->lost)
		fputs(", all freed", out);
	else if (summary->live > kept)
		fprintf(out, ", %" PRIu64 " still held that own no memory", summary->live - kept);
}

/* Green is only what was seen to be well. */
static enum vt__style style_of(const struct vt__analysis *analysis)
{
	const struct vt__summary *summary = &analysis->summary;
	bool bad = !is_whole(analysis) ||
		   (analysis->verification && vt__verify_disagreements(analysis->verification));

	for (int what = 0; what < VT__CLASS_COUNT; what++)
		bad |= vt__class_words[what].is_finding && summary->findings[what];
	if (bad)
		return VT__RED;
	return vt__text_is_unseen(analysis) ? VT__YELLOW : VT__GREEN;
}

/* What stands against the verdict; more of it is in the lines below. */
static void write_doubts(FILE *out, const struct vt__analysis *analysis)
{
	const struct vt__summary *summary = &analysis->summary;
	const size_t missing = vt__ranks_missing(analysis->ranks);

	if (summary->lost)
		fprintf(out, "; %" PRIu64 " lost: not everything was seen", summary->lost);
	if (summary->uncovered)
		fputs("; NOT COVERED: not every way to the driver was watched", out);
	if (analysis->unreadable)
		fprintf(out, "; %zu recording%s could not be read", analysis->unreadable,
			vt__plural(analysis->unreadable));
	if (analysis->unread_folder)
		fputs("; a folder given had no recording, or could not be read", out);
	if (missing)
		fprintf(out, "; no recording of %zu rank%s", missing, vt__plural(missing));
	fputc('\n', out);
}

void vt__text_doubts(const struct vt__text *text, const struct vt__analysis *analysis)
{
	if (is_whole(analysis))
		return;
	vt__style(text, VT__YELLOW);
	fputs("vramtrack", text->out);
	vt__style(text, VT__PLAIN);
	fputs(": this is of what was seen", text->out);
	write_doubts(text->out, analysis);
}

void vt__text_verdict(const struct vt__text *text, const struct vt__analysis *analysis)
{
	const struct vt__summary *summary = &analysis->summary;
	char bytes[VT__UNIT_BYTES];
	FILE *out = text->out;
	bool any = false;
	int what;

	vt__style(text, style_of(analysis));
	fputs("vramtrack", out);
	vt__style(text, VT__PLAIN);
	fputs(": ", out);
	for (what = 0; what < VT__CLASS_IMPORTED; what++)
		write_class(text, summary, what, &any);
	if (!any && summary->running)
		fputs(is_whole(analysis) ? "nothing is live now"
					 : "nothing that was seen is live now",
		      out);
	else if (!any && analysis->process_count)
		write_clean(out, analysis);
	else if (!any)
		fputs("no recording was read", out);
	for (any = true; what < VT__CLASS_HELD_OBJECT; what++)
		write_class(text, summary, what, &any);
	if (summary->graph_kept_bytes)
		fprintf(out, "; %s kept by graph memory (cuDeviceGraphMemTrim gives it back)",
			vt__bytes(summary->graph_kept_bytes, bytes));
	if (summary->running)
		fprintf(out, "; %zu process%s still running", summary->running,
			vt__plural_es(summary->running));
	write_doubts(out, analysis);
}
