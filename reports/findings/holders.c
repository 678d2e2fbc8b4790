/*
 * Sums up who held memory when an allocation was refused.
 */
#include "config.h"

#include "reports/findings/holders.h"

#include <errno.h>
#include <stdlib.h>

static int compare(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int by_finding(const void *left, const void *right)
{
	const struct vt_format_holder *a = left, *b = right;

	return compare(a->finding, b->finding);
}

int vt__find_holders(struct vt__process *process)
{
	const uint32_t count = vt__recording_holders(process->recording);

	if (!count)
		return 0;
	process->holders = calloc(count, sizeof(*process->holders));
	if (!process->holders)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_holder *holder = vt__recording_holder(process->recording, i);

		/* Without its site it was half entered when its process was killed. */
		if (vt__recording_site(process->recording, holder->site))
			process->holders[process->holder_count++] = *holder;
	}
	qsort(process->holders, process->holder_count, sizeof(*process->holders), by_finding);
	return 0;
}

/* The holders of a finding: from the number returned, `count` of them. */
static size_t range_of(const struct vt__process *process, uint32_t finding, size_t *count)
{
	const struct vt_format_holder *holders = process->holders;
	size_t low = 0, high = process->holder_count, end;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (holders[middle].finding < finding)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < process->holder_count && holders[end].finding == finding; end++)
		;
	*count = end - low;
	return low;
}

bool vt__has_holders(const struct vt__process *process, const struct vt__finding_row *row)
{
	size_t count = 0;

	if (row->record)
		(void)range_of(process, row->number, &count);
	return count;
}

static int by_key(const void *left, const void *right)
{
	const struct vt__holder *a = left, *b = right;

	if (a->bucket != b->bucket)
		return compare(a->bucket, b->bucket);
	return a->site != b->site ? compare(a->site, b->site) : compare(a->purpose, b->purpose);
}

static int by_size(const void *left, const void *right)
{
	const struct vt__holder *a = left, *b = right;

	if (a->sum.bytes != b->sum.bytes)
		return a->sum.bytes > b->sum.bytes ? -1 : 1;
	return by_key(left, right);
}

static int by_bucket_and_size(const void *left, const void *right)
{
	const struct vt__holder *a = left, *b = right;

	return a->bucket != b->bucket ? compare(a->bucket, b->bucket) : by_size(left, right);
}

static size_t merge(struct vt__holder *rows, size_t count)
{
	size_t last = 0;

	qsort(rows, count, sizeof(*rows), by_key);
	for (size_t i = 1; i < count; i++) {
		if (by_key(&rows[last], &rows[i])) {
			rows[++last] = rows[i];
			continue;
		}
		rows[last].sum.bytes += rows[i].sum.bytes;
		rows[last].sum.count += rows[i].sum.count;
	}
	return last + 1;
}

int vt__holders_of(const struct vt__process *process, const struct vt__finding_row *row,
		   enum vt__holders_by by, struct vt__holder **out, size_t *count)
{
	const bool by_site = by == VT__HOLDERS_BY_SITE;
	struct vt__holder *rows;
	bool said = by_site;
	size_t first, found = 0;

	first = row->record ? range_of(process, row->number, &found) : 0;
	*out = NULL;
	*count = 0;
	if (!found)
		return 0;
	rows = calloc(found, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	for (size_t i = 0; i < found; i++) {
		const struct vt_format_holder *holder = &process->holders[first + i];

		said |= holder->purpose != VT_FORMAT_NONE;
		rows[i] = (struct vt__holder){
			.bucket = vt__bucket_of(
				vt__recording_site(process->recording, holder->site)->kind),
			.site = by_site ? holder->site : VT_FORMAT_NONE,
			.purpose = by_site ? VT_FORMAT_NONE : holder->purpose,
			.sum = {holder->bytes, holder->count},
		};
	}
	if (!said) {
		free(rows);
		return 0;
	}
	*count = merge(rows, found);
	qsort(rows, *count, sizeof(*rows), by_site ? by_size : by_bucket_and_size);
	*out = rows;
	return 0;
}
