/*
 * Two runs beside one another, for a terminal.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>

#include "reports/compare/diff.h"
#include "reports/text/escape.h"
#include "reports/text/stream.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

#define SHOWN_ROWS 20

static void write_side(const struct vt__text *text, const struct vt__diff_side *side,
		       const char *title)
{
	fprintf(text->out, "%s: ", title);
	vt__style(text, VT__BOLD);
	vt__print_escaped(text->out, side->name);
	vt__style(text, VT__PLAIN);
	fprintf(text->out, ", %zu process%s, %" PRIu64 " finding%s", side->processes,
		vt__plural_es(side->processes), side->findings, vt__plural(side->findings));
	vt__style(text, VT__YELLOW);
	if (side->running)
		fprintf(text->out, ", %zu still running", side->running);
	if (side->unwatched)
		fprintf(text->out, ", %zu that nobody looked through at the end", side->unwatched);
	if (side->uncovered)
		fprintf(text->out, ", NOT COVERED: %zu", side->uncovered);
	if (side->lost)
		fprintf(text->out, ", %" PRIu64 " lost", side->lost);
	if (side->unreadable)
		fprintf(text->out, ", %zu recording%s could not be read", side->unreadable,
			vt__plural(side->unreadable));
	if (side->unread_folder)
		fputs(", a folder of it could not be read", text->out);
	vt__style(text, VT__PLAIN);
	fputc('\n', text->out);
}

static void write_change(const struct vt__text *text, enum vt__change change)
{
	static const enum vt__style styles[] = {
		[VT__CHANGE_SAME] = VT__PLAIN, [VT__CHANGE_NEW] = VT__RED,
		[VT__CHANGE_GROWN] = VT__RED,  [VT__CHANGE_SHRUNK] = VT__GREEN,
		[VT__CHANGE_GONE] = VT__GREEN, [VT__CHANGE_UNSURE] = VT__YELLOW,
	};

	vt__style(text, styles[change]);
	fprintf(text->out, "%-6s", vt__change_names[change]);
	vt__style(text, VT__PLAIN);
}

/* "1.0 MiB -> 2.0 MiB (+1.0 MiB)" */
static void write_bytes(const struct vt__text *text, uint64_t before, uint64_t after)
{
	char first[VT__UNIT_BYTES], second[VT__UNIT_BYTES], change[VT__UNIT_BYTES];

	fprintf(text->out, "%s -> %s", vt__bytes(before, first), vt__bytes(after, second));
	if (before != after)
		fprintf(text->out, " (%c%s)", before < after ? '+' : '-',
			vt__bytes(before < after ? after - before : before - after, change));
}

static void write_peaks(const struct vt__text *text, const struct vt__diff *diff)
{
	if (!diff->peak_count)
		return;
	vt__style(text, VT__BOLD);
	fputs("\npeaks", text->out);
	vt__style(text, VT__PLAIN);
	fputs(", the largest of any process:\n", text->out);
	for (size_t i = 0; i < diff->peak_count; i++) {
		const struct vt__diff_peak *peak = &diff->peaks[i];

		fputs("  ", text->out);
		write_change(text, peak->change);
		fprintf(text->out, "  %s", vt__bucket_words[peak->bucket].text);
		if (peak->ordinal >= 0)
			fprintf(text->out, " on GPU %" PRId32, peak->ordinal);
		fputs(": ", text->out);
		write_bytes(text, peak->sides[VT__BEFORE], peak->sides[VT__AFTER]);
		fputc('\n', text->out);
	}
}

static int write_row(struct vt__text *text, const struct vt__diff *diff,
		     const struct vt__diff_row *row)
{
	const struct vt__sum *before = &row->sides[VT__BEFORE], *after = &row->sides[VT__AFTER];
	const struct vt__frame *frame;
	const int error = vt__merged_frame(diff->merge, row->site, &text->frames, &frame);

	if (error)
		return error;
	text->folder = row->site->folder;
	fputs("  ", text->out);
	write_change(text, row->change);
	fprintf(text->out, "  %s: ", vt__merged_words(row->site->what));
	if (!vt__diff_row_counts(row)) {
		write_bytes(text, before->bytes, after->bytes);
		fprintf(text->out, ", %" PRIu64 " -> %" PRIu64 " allocations", before->count,
			after->count);
	} else {
		fprintf(text->out, "%" PRIu64 " -> %" PRIu64 " times", before->count, after->count);
	}
	fprintf(text->out, " of %s\n          ",
		row->site->kind < VT_KIND_COUNT ? vt__kind_words[row->site->kind].text : "memory");
	if (frame)
		vt__text_site(text, frame);
	else
		fputs("(no stack was kept)", text->out);
	fputs(", by ", text->out);
	vt__text_api(text, row->site->api);
	fputc('\n', text->out);
	return 0;
}

/* What is not shown, and how much that is. Calls that failed have no bytes. */
static void write_rest(const struct vt__text *text, size_t hidden, const struct vt__sum *before,
		       const struct vt__sum *after)
{
	if (!hidden)
		return;
	fprintf(text->out, "  ... %zu more", hidden);
	if (before->bytes || after->bytes) {
		fputs(": ", text->out);
		write_bytes(text, before->bytes, after->bytes);
	}
	fputs(" (to see all: --format=json)\n", text->out);
}

/* The rows about peaks, or all others. */
static int write_rows(struct vt__text *text, const struct vt__diff *diff, bool peaks,
		      const char *title)
{
	struct vt__sum rest[2] = {{0}, {0}};
	size_t shown = 0, hidden = 0;
	int error = 0;

	for (size_t i = 0; i < diff->row_count && !error; i++) {
		const struct vt__diff_row *row = &diff->rows[i];

		if ((row->site->what == VT__MERGED_PEAK) != peaks)
			continue;
		if (shown == SHOWN_ROWS) {
			hidden++;
			if (!vt__diff_row_counts(row)) {
				vt__sum_add(&rest[VT__BEFORE], row->sides[VT__BEFORE]);
				vt__sum_add(&rest[VT__AFTER], row->sides[VT__AFTER]);
			}
			continue;
		}
		if (!shown++) {
			vt__style(text, VT__BOLD);
			fprintf(text->out, "\n%s", title);
			vt__style(text, VT__PLAIN);
			fputs(", the largest change first:\n", text->out);
		}
		error = write_row(text, diff, row);
	}
	write_rest(text, hidden, &rest[VT__BEFORE], &rest[VT__AFTER]);
	return error;
}

static void write_verdict(const struct vt__text *text, const struct vt__diff *diff)
{
	const char *before = ": ";

	fputc('\n', text->out);
	vt__style(text, diff->growth ? VT__RED : diff->growth_unsure ? VT__YELLOW : VT__GREEN);
	fputs("vramtrack", text->out);
	vt__style(text, VT__PLAIN);
	for (int change = VT__CHANGE_NEW; change < VT__CHANGE_COUNT; change++) {
		if (!diff->counts[change])
			continue;
		fprintf(text->out, "%s%zu %s", before, diff->counts[change],
			vt__change_names[change]);
		before = ", ";
	}
	fprintf(text->out, "%s%zu same\n", before, diff->counts[VT__CHANGE_SAME]);
	for (int side = VT__BEFORE; side < VT__SIDE_COUNT; side++) {
		if (!vt__diff_is_partial(&diff->sides[side]))
			continue;
		fputs("not all of ", text->out);
		vt__print_escaped(text->out, diff->sides[side].name);
		fputs(" was seen: it has at least what is shown, and what it seems to have less of "
		      "is unsure\n",
		      text->out);
	}
}

/* The verdict where a side was not seen at all; whether one was not. */
static bool write_unseen(const struct vt__text *text, const struct vt__diff *diff)
{
	bool unseen = false;

	for (int side = VT__BEFORE; side < VT__SIDE_COUNT; side++) {
		if (!vt__diff_is_unseen(&diff->sides[side]))
			continue;
		unseen = true;
		fputs("\nvramtrack: nothing is compared: of ", text->out);
		vt__print_escaped(text->out, diff->sides[side].name);
		fputs(" nothing could be read\n", text->out);
	}
	return unseen;
}

int vt__diff_text(const struct vt__diff *diff, bool colour, FILE *out)
{
	struct vt__text text = {.out = out, .colour = colour};
	int error;

	write_side(&text, &diff->sides[VT__BEFORE], "before");
	write_side(&text, &diff->sides[VT__AFTER], "after ");
	if (write_unseen(&text, diff))
		return vt__stream_error(out);
	write_peaks(&text, diff);
	error = write_rows(&text, diff, false, "findings");
	if (!error)
		error = write_rows(&text, diff, true, "what the peaks were made of");
	write_verdict(&text, diff);
	vt__frames_release(&text.frames);
	return error ? error : vt__stream_error(out);
}
