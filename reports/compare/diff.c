/*
 * Compares two runs by the identities of their call sites and findings.
 */
#include "config.h"

#include "reports/compare/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/coverage.h"
#include "reports/findings/describe.h"
#include "reports/findings/each_process.h"

const char *const vt__change_names[VT__CHANGE_COUNT] = {
#define VT__CHANGE(id, name) name,
	VT__CHANGES(VT__CHANGE)
#undef VT__CHANGE
};

/* The side that is being read, and every peak that was seen. */
struct reading {
	struct vt__diff *diff;
	enum vt__side side;
	size_t peak_room;
};

/* ---- Reading ----------------------------------------------------------------------- */

static int add_peak(struct reading *reading, const struct vt__diff_peak *peak)
{
	struct vt__diff *diff = reading->diff;

	if (diff->peak_count == reading->peak_room) {
		const size_t room = reading->peak_room ? reading->peak_room * 2 : 64;
		struct vt__diff_peak *grown = reallocarray(diff->peaks, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		diff->peaks = grown;
		reading->peak_room = room;
	}
	diff->peaks[diff->peak_count++] = *peak;
	return 0;
}

static int add_peaks(struct reading *reading, const struct vt__process *process)
{
	int error = 0;

	for (size_t i = 0; i < process->peak_count && !error; i++) {
		struct vt__diff_peak peak = {
			.ordinal = process->devices[process->peaks[i].device].record->ordinal,
			.bucket = process->peaks[i].bucket,
		};

		peak.sides[reading->side] = process->peaks[i].bytes;
		if (process->peaks[i].bytes)
			error = add_peak(reading, &peak);
	}
	return error;
}

static int add_process(struct vt__process *process, void *closure)
{
	struct reading *reading = closure;
	struct vt__diff_side *side = &reading->diff->sides[reading->side];
	const struct vt_format_header *header = vt__recording_header(process->recording);
	struct vt__coverage coverage;
	int error;

	side->processes++;
	vt__coverage_of(process, &coverage);
	side->uncovered += coverage.covered == VT__COVERED_NO;
	if (vt__recording_state(process->recording) == VT__PROCESS_RUNNING)
		side->running++;
	else
		side->unwatched += coverage.covered == VT__COVERED_UNKNOWN;
	for (uint32_t loss = 0; loss < VT_FORMAT_LOSSES_MAX; loss++)
		if (vt__loss_counts(loss))
			side->lost += header->losses[loss];
	for (size_t i = 0; i < process->finding_count; i++)
		side->findings += vt__class_words[process->findings[i].finding_class].is_finding;
	error = add_peaks(reading, process);
	return error ? error : vt__merge_add(reading->diff->merge, process, reading->side);
}

/* A recording may stand on both sides; on one side it counts once. */
static int read_side(struct reading *reading, struct vt__symbolizer *symbolizer)
{
	struct vt__diff_side *side = &reading->diff->sides[reading->side];
	struct vt__walk walk = {.symbolizer = symbolizer};
	const int error = vt__each_process(&walk, side->paths, side->path_count, add_process,
					   reading);

	side->unreadable = walk.unreadable;
	vt__duplicates_free(walk.duplicates);
	return error;
}

/* ---- Comparing ------------------------------------------------------------------------ */

enum vt__change vt__change_of(uint64_t before, uint64_t after, const struct vt__diff_limits *limits)
{
	const uint64_t change = before < after ? after - before : before - after;

	if (!change || change < limits->least_bytes)
		return VT__CHANGE_SAME;
	if (!before)
		return VT__CHANGE_NEW;
	if (!after)
		return VT__CHANGE_GONE;
	if ((double)change <= (double)before * (double)limits->percent / 100.0)
		return VT__CHANGE_SAME;
	return before < after ? VT__CHANGE_GROWN : VT__CHANGE_SHRUNK;
}

bool vt__diff_row_counts(const struct vt__diff_row *row)
{
	return row->site->what < VT__CLASS_COUNT && !vt__class_words[row->site->what].of_sites;
}

static bool is_growth(enum vt__change change)
{
	return change == VT__CHANGE_NEW || change == VT__CHANGE_GROWN;
}

/* What was not seen of a side could only add to what it has less of. */
static enum vt__change judge(struct vt__diff *diff, enum vt__change change, bool counts)
{
	const enum vt__side less = is_growth(change) ? VT__BEFORE : VT__AFTER;
	const bool is_unsure = change != VT__CHANGE_SAME && vt__diff_is_partial(&diff->sides[less]);

	if (counts && is_growth(change))
		*(is_unsure ? &diff->growth_unsure : &diff->growth) = true;
	return is_unsure ? VT__CHANGE_UNSURE : change;
}

static enum vt__change change_of_row(const struct vt__diff *diff, const struct vt__diff_row *row)
{
	const struct vt__diff_limits none = {.percent = diff->limits.percent};

	if (vt__diff_row_counts(row))
		return vt__change_of(row->sides[VT__BEFORE].count, row->sides[VT__AFTER].count,
				     &none);
	return vt__change_of(row->sides[VT__BEFORE].bytes, row->sides[VT__AFTER].bytes,
			     &diff->limits);
}

static uint64_t size_of_change(const struct vt__diff_row *row)
{
	const uint64_t before = row->sides[VT__BEFORE].bytes, after = row->sides[VT__AFTER].bytes;

	return before < after ? after - before : before - after;
}

static int largest_first(const void *left, const void *right)
{
	const struct vt__diff_row *a = left, *b = right;
	const uint64_t first = size_of_change(a), second = size_of_change(b);

	if (first != second)
		return first > second ? -1 : 1;
	if (a->site->what != b->site->what)
		return a->site->what < b->site->what ? -1 : 1;
	return memcmp(a->site->identity, b->site->identity, sizeof(a->site->identity));
}

static int largest_of_same(const void *left, const void *right)
{
	const struct vt__diff_row *a = left, *b = right;
	const uint64_t first = a->sides[VT__AFTER].bytes, second = b->sides[VT__AFTER].bytes;

	if (first != second)
		return first > second ? -1 : 1;
	return largest_first(left, right);
}

static void sort_rows(struct vt__diff *diff)
{
	struct vt__diff_row *same = diff->rows + diff->row_count;

	if (diff->row_count)
		qsort(diff->rows, diff->row_count, sizeof(*diff->rows), largest_first);
	if (diff->same_count)
		qsort(same, diff->same_count, sizeof(*same), largest_of_same);
	diff->same = same;
}

static int compare_rows(struct vt__diff *diff)
{
	size_t count;
	const struct vt__merged *const *sites = vt__merged_rows(diff->merge, &count);

	diff->rows = calloc(count + 1, sizeof(*diff->rows));
	if (!diff->rows)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		struct vt__diff_row row = {.site = sites[i]};
		const bool is_finding = sites[i]->what < VT__CLASS_COUNT &&
					vt__class_words[sites[i]->what].is_finding;

		for (size_t part = 0; part < sites[i]->part_count; part++)
			row.sides[sites[i]->parts[part].column] = sites[i]->parts[part].sum;
		row.change = judge(diff, change_of_row(diff, &row), is_finding);
		if (is_finding)
			diff->counts[row.change]++;
		if (row.change != VT__CHANGE_SAME)
			diff->rows[diff->row_count++] = row;
		else
			diff->rows[count - ++diff->same_count] = row;
	}
	sort_rows(diff);
	return 0;
}

static int by_account(const void *left, const void *right)
{
	const struct vt__diff_peak *a = left, *b = right;

	if (a->ordinal != b->ordinal)
		return a->ordinal < b->ordinal ? -1 : 1;
	return a->bucket < b->bucket ? -1 : a->bucket > b->bucket;
}

static void compare_peaks(struct vt__diff *diff)
{
	struct vt__diff_peak *peaks = diff->peaks;
	size_t last = 0;

	if (!diff->peak_count)
		return;
	qsort(peaks, diff->peak_count, sizeof(*peaks), by_account);
	for (size_t i = 1; i < diff->peak_count; i++) {
		if (by_account(&peaks[last], &peaks[i])) {
			peaks[++last] = peaks[i];
			continue;
		}
		for (int side = 0; side < VT__SIDE_COUNT; side++)
			if (peaks[i].sides[side] > peaks[last].sides[side])
				peaks[last].sides[side] = peaks[i].sides[side];
	}
	diff->peak_count = last + 1;
	for (size_t i = 0; i < diff->peak_count; i++) {
		peaks[i].change = judge(diff,
					vt__change_of(peaks[i].sides[VT__BEFORE],
						      peaks[i].sides[VT__AFTER], &diff->limits),
					true);
	}
}

int vt__diff_make(struct vt__diff *diff, struct vt__symbolizer *symbolizer)
{
	struct reading reading = {.diff = diff, .side = VT__BEFORE};
	int error;

	diff->merge = vt__merge_new(symbolizer);
	if (!diff->merge)
		return -ENOMEM;
	error = read_side(&reading, symbolizer);
	reading.side = VT__AFTER;
	if (!error)
		error = read_side(&reading, symbolizer);
	if (error)
		return error;
	diff->growth_unsure = vt__diff_is_partial(&diff->sides[VT__AFTER]);
	if (vt__diff_is_unseen(&diff->sides[VT__BEFORE]) ||
	    vt__diff_is_unseen(&diff->sides[VT__AFTER])) {
		diff->peak_count = 0;
		return 0;
	}
	error = compare_rows(diff);
	if (!error)
		compare_peaks(diff);
	return error;
}

void vt__diff_release(struct vt__diff *diff)
{
	vt__merge_free(diff->merge);
	free(diff->rows);
	free(diff->peaks);
}
