/*
 * Looks up what a process held of a card.
 */
#include "config.h"

#include "reports/compare/card_levels.h"

#include <errno.h>
#include <stdlib.h>

#include "reports/findings/statement.h"

static int by_time(const void *left, const void *right)
{
	const struct vt__card_beside *a = left, *b = right;

	return a->time_ns < b->time_ns ? -1 : a->time_ns > b->time_ns;
}

/* Of each account of the device that has a statement. */
static int add_beside(struct vt__card_levels *levels)
{
	const struct vt__process *process = levels->of->process;
	const uint32_t count = vt__recording_statements(process->recording);
	struct vt__statement *statement = malloc(sizeof(*statement));
	struct vt__balance balance;

	levels->beside = calloc(count + 1u, sizeof(*levels->beside));
	if (!statement || !levels->beside) {
		free(statement);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_account *account = vt__recording_account(
			process->recording,
			vt__recording_statement(process->recording, i)->account);

		if (account->device != levels->of->device)
			continue;
		vt__statement_of(process, i, statement);
		vt__balance_of(account, &balance);
		levels->beside[levels->beside_count++] = (struct vt__card_beside){
			account->time_ns,
			statement->held > balance.tracked ? statement->held - balance.tracked : 0};
	}
	free(statement);
	qsort(levels->beside, levels->beside_count, sizeof(*levels->beside), by_time);
	return 0;
}

int vt__card_levels_make(const struct vt__card_process *of, struct vt__card_levels *out)
{
	const struct vt__recording *recording = of->process->recording;
	int error;

	*out = (struct vt__card_levels){
		.of = of,
		.device = vt__recording_device(recording, of->device),
		.start_ns = vt__recording_header(recording)->start_monotonic_ns,
	};
	error = vt__history_make(recording, of->device, &out->history);
	return error ? error : add_beside(out);
}

void vt__card_levels_release(struct vt__card_levels *levels)
{
	vt__history_release(&levels->history);
	free(levels->beside);
	*levels = (struct vt__card_levels){.of = NULL};
}

/* The last point that begins at the moment or before. */
static size_t point_at(const struct vt__history *history, uint64_t time_ns)
{
	size_t low = 0, high = history->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (history->points[middle].begin_ns <= time_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint64_t live_at(const struct vt__card_levels *levels, uint64_t time_ns)
{
	const struct vt__history *history = &levels->history;
	const size_t end = point_at(history, time_ns);
	const struct vt_format_level *level;

	if (!history->count)
		return levels->device->buckets[VT_BUCKET_VRAM].peak_bytes;
	if (!end)
		return 0;
	level = &history->points[end - 1].levels[VT_BUCKET_VRAM];
	if (time_ns == level->most_time_ns)
		return level->most;
	if (time_ns > level->most_time_ns)
		return level->last;
	return end > 1 ? history->points[end - 2].levels[VT_BUCKET_VRAM].last : level->least;
}

/* Of the latest account, or of the first where there was none yet. */
static uint64_t beside_at(const struct vt__card_levels *levels, uint64_t time_ns)
{
	uint64_t bytes = levels->beside_count ? levels->beside[0].bytes : 0;

	for (size_t i = 0; i < levels->beside_count && levels->beside[i].time_ns <= time_ns; i++)
		bytes = levels->beside[i].bytes;
	return bytes;
}

static uint64_t add(uint64_t a, uint64_t b)
{
	return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

uint64_t vt__card_level_at(const struct vt__card_levels *levels, uint64_t time_ns)
{
	if (time_ns < levels->start_ns || time_ns > levels->of->end_ns)
		return 0;
	return add(live_at(levels, time_ns), beside_at(levels, time_ns));
}

uint64_t vt__card_level_at_end(const struct vt__card_levels *levels)
{
	return add(levels->device->buckets[VT_BUCKET_VRAM].live_bytes,
		   beside_at(levels, UINT64_MAX));
}
