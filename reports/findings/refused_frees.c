/*
 * Joins live allocations with the refused frees that they met last.
 */
#include "config.h"

#include "reports/findings/refused_frees.h"

#include <errno.h>
#include <stdlib.h>

static int by_site_and_live(const void *left, const void *right)
{
	const struct vt__refused_row *a = left, *b = right;

	if (a->record->site != b->record->site)
		return a->record->site < b->record->site ? -1 : 1;
	if (a->live != b->live)
		return a->live > b->live ? -1 : 1;
	return a->record < b->record ? -1 : a->record > b->record;
}

/* A torn recording may name the refused free of another site: that counts for none. */
static const struct vt_format_refused_free *met_by(const struct vt__recording *recording,
						   const struct vt_format_allocation *allocation)
{
	const struct vt_format_refused_free *record;

	if (allocation->state != VT_ALLOCATION_LIVE || !allocation->link)
		return NULL;
	record = vt__recording_refused_free(recording, allocation->link - 1);
	return record && record->site == allocation->site ? record : NULL;
}

int vt__find_refused(struct vt__process *process)
{
	const struct vt__recording *recording = process->recording;
	const uint32_t allocations = vt__recording_allocations(recording);
	const uint32_t records = vt__recording_refused_frees(recording);
	struct vt__refused_row *rows;

	if (!records)
		return 0;
	rows = calloc(records, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	for (uint32_t i = 0; i < allocations; i++) {
		const struct vt_format_allocation *allocation = vt__recording_allocation(recording,
											 i);
		const struct vt_format_refused_free *record = met_by(recording, allocation);

		if (!record)
			continue;
		rows[allocation->link - 1].record = record;
		rows[allocation->link - 1].live++;
	}
	process->refused = rows;
	for (uint32_t i = 0; i < records; i++)
		if (rows[i].live)
			rows[process->refused_count++] = rows[i];
	if (process->refused_count)
		qsort(rows, process->refused_count, sizeof(*rows), by_site_and_live);
	return 0;
}

const struct vt__refused_row *vt__refused_of(const struct vt__process *process, uint32_t site,
					     size_t *count)
{
	const struct vt__refused_row *rows = process->refused;
	size_t low = 0, high = process->refused_count, first;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (rows[middle].record->site < site)
			low = middle + 1;
		else
			high = middle;
	}
	for (first = low; low < process->refused_count && rows[low].record->site == site; low++)
		;
	*count = low - first;
	return *count ? &rows[first] : NULL;
}
