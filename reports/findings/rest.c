/*
 * Judges what nobody owns for growth.
 */
#include "config.h"

#include "reports/findings/rest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WINDOWS_LEAST 8u /* that have a level */

static unsigned asked(const int64_t windows[VT_FORMAT_WINDOWS])
{
	unsigned count = 0;

	for (unsigned i = 0; i < VT_FORMAT_WINDOWS; i++)
		count += windows[i] != VT_FORMAT_REST_EMPTY;
	return count;
}

/* To the end of the marks, or nearly. */
static bool is_covered(const struct vt_format_rest *record,
		       const int64_t windows[VT_FORMAT_WINDOWS])
{
	const uint32_t last = (record->last_mark - 1) >> record->stride_log2;
	unsigned end = 0;

	for (unsigned i = 0; i < VT_FORMAT_WINDOWS; i++)
		end = windows[i] != VT_FORMAT_REST_EMPTY ? i : end;
	return asked(windows) >= WINDOWS_LEAST && last < VT_FORMAT_WINDOWS && end * 4 >= last * 3;
}

/* What other processes had at last: at the end, if somebody asked then. */
static uint64_t others_at_last(const struct vt__process *process,
			       const struct vt_format_rest *record)
{
	uint64_t last = record->other_last_bytes;

	for (uint32_t i = 0; i < vt__recording_accounts(process->recording); i++) {
		const struct vt_format_account *account = vt__recording_account(process->recording,
										i);

		if (account->moment == VT_MOMENT_END && account->device == record->device &&
		    vt__used_by_others(account) != VT_FORMAT_UNKNOWN)
			last = vt__used_by_others(account);
	}
	return last;
}

/* Levels are no less than nothing: all are raised by what the least is below it. */
static void make_levels(const struct vt_format_rest *record,
			const int64_t windows[VT_FORMAT_WINDOWS], struct vt__levels *out)
{
	uint64_t least = 0;

	memset(out, 0, sizeof(*out));
	out->last_mark = record->last_mark;
	for (unsigned i = 0; i < VT_FORMAT_WINDOWS; i++)
		if (windows[i] < 0 && 0 - (uint64_t)windows[i] > least)
			least = 0 - (uint64_t)windows[i];
	for (unsigned i = 0; i < VT_FORMAT_WINDOWS; i++) {
		const uint64_t first = ((uint64_t)i << record->stride_log2) + 1;

		if (windows[i] == VT_FORMAT_REST_EMPTY || first > record->last_mark)
			continue;
		out->marks[out->count] = first < record->first_mark ? record->first_mark
								    : (uint32_t)first;
		out->allocations[out->count] = 1;
		out->bytes[out->count++] = (uint64_t)windows[i] + least;
	}
}

static void set_ends(const int64_t windows[VT_FORMAT_WINDOWS], struct vt__rest_row *row)
{
	bool any = false;

	for (unsigned i = 0; i < VT_FORMAT_WINDOWS; i++) {
		if (windows[i] == VT_FORMAT_REST_EMPTY)
			continue;
		row->first_bytes = any ? row->first_bytes : windows[i];
		row->last_bytes = windows[i];
		any = true;
	}
}

/* The driver's number may be anything in a damaged file. */
static int64_t difference(uint64_t a, uint64_t b)
{
	return a >> 62 || b >> 62 ? 0 : (int64_t)a - (int64_t)b;
}

static void untold(struct vt__rest_row *row, const char *reason)
{
	row->verdict = VT__REST_UNTOLD;
	row->reason = reason;
}

/* Part of what others took that is likely to be theirs over the marks that are judged. */
static int64_t likely_others(const struct vt__rest_row *row, const struct vt__growth *growth)
{
	const double judged = growth->last_mark - growth->first_mark + 1;
	const double all = row->record->last_mark - row->record->first_mark + 1;

	return (int64_t)((double)row->others_moved * (judged < all ? judged / all : 1));
}

static void set_growth(struct vt__rest_row *row, const struct vt__growth *growth, int64_t rise)
{
	const uint64_t whole = growth->last_bytes - growth->first_bytes;

	row->verdict = VT__REST_GROWS;
	row->growth = *growth;
	if ((uint64_t)rise >= whole)
		return;
	row->growth.bytes_per_mark *= (double)rise / (double)whole;
	row->growth.per_mark = row->growth.bytes_per_mark;
	row->growth.last_bytes = growth->first_bytes + (uint64_t)rise;
}

/* What others took may all be in the rise; then it is no growth for sure. */
static void judge_rise(struct vt__rest_row *row, const struct vt__growth *growth)
{
	const int64_t rise = difference(growth->last_bytes, growth->first_bytes);
	const bool with_others = row->word == VT__WORD_DEVICE && row->others_moved > 0;
	const int64_t likely = with_others ? rise - likely_others(row, growth) : rise;

	if (likely < VT__REST_LEAST)
		return;
	if (row->word == VT__WORD_DEVICE && !row->others_known)
		untold(row, "it grows, and NVML did not tell what of it is other processes'");
	else if (with_others && rise - row->others_moved < VT__REST_LEAST)
		untold(row, "it grows, and other processes may have taken all of it");
	else if (row->record->managed_bytes >= (uint64_t)likely)
		untold(row, "it grows, and may be pages of managed memory, which come to the "
			    "device when they are touched");
	else
		set_growth(row, growth, likely);
}

static void judge(const struct vt__process *process, struct vt__rest_row *row)
{
	const struct vt_format_rest *record = row->record;
	const bool by_process = is_covered(record, record->by_process);
	const int64_t *windows = by_process ? record->by_process : record->by_device;
	const uint64_t last = others_at_last(process, record);
	struct vt__levels levels;
	struct vt__growth growth;

	row->word = by_process ? VT__WORD_PROCESS : VT__WORD_DEVICE;
	row->others_known = record->other_first_bytes != VT_FORMAT_UNKNOWN &&
			    last != VT_FORMAT_UNKNOWN;
	if (row->others_known)
		row->others_moved = difference(last, record->other_first_bytes);
	set_ends(windows, row);
	make_levels(record, windows, &levels);
	if (levels.count < WINDOWS_LEAST) {
		row->verdict = VT__REST_UNASKED;
		row->reason = "at too few of the marks somebody could be asked";
	} else if (vt__growth_judge(&levels, &growth)) {
		judge_rise(row, &growth);
	} else if (!by_process && row->others_moved <= -(int64_t)VT__REST_LEAST) {
		untold(row, "other processes gave memory back meanwhile, which may hide that it "
			    "grows");
	}
}

static void add_row(struct vt__process *process, const struct vt__rest_row *row)
{
	const struct vt__growth *growth = &row->growth;

	process->findings[process->finding_count++] = (struct vt__finding_row){
		.finding_class = VT__CLASS_UNATTRIBUTED_GROWTH,
		.sum = {growth->last_bytes - growth->first_bytes, 1},
		.kind = VT_FORMAT_NONE,
		.device = row->record->device,
		.stack = VT_FORMAT_NONE,
		.api = vt__recording_string(process->recording, VT_FORMAT_NONE),
		.growth = growth,
	};
}

int vt__add_rest(struct vt__process *process)
{
	const struct vt_format_mark *followed = vt__followed_marks(process->recording);
	const uint32_t count = vt__recording_rests(process->recording);

	if (!count || !followed || vt__growth_obstacle(followed))
		return 0;
	process->rests = calloc(count, sizeof(*process->rests));
	if (!process->rests)
		return -ENOMEM;
	process->rest_count = count;
	for (uint32_t i = 0; i < count; i++) {
		struct vt__rest_row *row = &process->rests[i];

		row->record = vt__recording_rest(process->recording, i);
		judge(process, row);
		row->growth.mark = followed;
		if (row->verdict == VT__REST_GROWS)
			add_row(process, row);
	}
	return 0;
}

const struct vt__rest_row *vt__rest_untold(const struct vt__process *process)
{
	for (size_t i = 0; i < process->rest_count; i++)
		if (process->rests[i].verdict == VT__REST_UNTOLD)
			return &process->rests[i];
	return NULL;
}
