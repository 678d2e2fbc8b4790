/*
 * Keeps the times of marks, and thins them.
 */
#include "config.h"

#include "ledger/mark_times.h"

#include <string.h>

static void begin(struct vt__mark_times *times, struct vt__store *store, uint32_t series)
{
	uint32_t number = vt__recording_reserve(&store->recording, VT_FORMAT_MARK_TIME, 1);
	struct vt_format_mark_times *record;

	times->record_plus_1 = VT_FORMAT_NONE;
	if (number == VT_FORMAT_NONE) {
		vt__recording_lose(&store->recording, VT_LOSS_MARKS);
		return;
	}
	record = vt__store_at(store, VT_FORMAT_MARK_TIME, number);
	record->mark = series;
	vt__recording_commit(&store->recording, VT_FORMAT_MARK_TIME, 1);
	times->record_plus_1 = number + 1;
}

/* Every other one stays: the first, the third, ... */
static void fold(struct vt__mark_times *times, struct vt_format_mark_times *record)
{
	const uint32_t half = VT_FORMAT_MARK_TIMES / 2;

	for (uint32_t i = 0; i < half; i++)
		record->times_ns[i] = record->times_ns[2 * i];
	memset(&record->times_ns[half], 0, half * sizeof(record->times_ns[0]));
	times->count = record->count = half;
	times->stride_log2 = record->stride_log2 = times->stride_log2 + 1;
}

static bool is_kept(const struct vt__mark_times *times, uint64_t number)
{
	return !((number - 1) & ((1ull << times->stride_log2) - 1));
}

void vt__mark_times_enter(struct vt__mark_times *times, struct vt__store *store, uint32_t series,
			  uint64_t number, uint64_t now_ns)
{
	struct vt_format_mark_times *record;

	if (!is_kept(times, number))
		return;
	if (!times->record_plus_1)
		begin(times, store, series);
	if (times->record_plus_1 == VT_FORMAT_NONE)
		return;
	record = vt__store_at(store, VT_FORMAT_MARK_TIME, times->record_plus_1 - 1);
	if (times->count == VT_FORMAT_MARK_TIMES)
		fold(times, record);
	if (!is_kept(times, number))
		return;
	record->times_ns[times->count] = now_ns;
	record->count = ++times->count;
}
