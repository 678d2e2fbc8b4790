/*
 * Sums live memory by purpose and label.
 *
 * Texts are told apart by their number in the recording, where each is kept
 * once: nothing is compared byte by byte.
 */
#include "config.h"

#include "reports/findings/purposes.h"

#include <errno.h>
#include <stdlib.h>

static bool is_named(const struct vt_format_allocation *allocation)
{
	return allocation->purpose != VT_FORMAT_NONE || allocation->label != VT_FORMAT_NONE;
}

/* The live allocation `number`, and its site; NULL if it is none, or an object
 * that has no bytes, or its site is not there. */
static const struct vt_format_allocation *find_live(const struct vt__recording *recording,
						    uint32_t number,
						    const struct vt_format_site **site)
{
	const struct vt_format_allocation *allocation = vt__recording_allocation(recording, number);

	if (allocation->state != VT_ALLOCATION_LIVE)
		return NULL;
	*site = vt__recording_site(recording, allocation->site);
	return *site && vt__bucket_of((*site)->kind) != VT_BUCKET_HELD ? allocation : NULL;
}

static int compare(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int by_size(struct vt__sum a, struct vt__sum b)
{
	if (a.bytes != b.bytes)
		return a.bytes > b.bytes ? -1 : 1;
	return a.count > b.count ? -1 : a.count < b.count;
}

/* ---- Parts of call sites ------------------------------------------------------ */

static int by_names(const void *left, const void *right)
{
	const struct vt__part *a = left, *b = right;

	if (a->site != b->site)
		return compare(a->site, b->site);
	if (a->purpose != b->purpose)
		return compare(a->purpose, b->purpose);
	return compare(a->label, b->label);
}

static int by_site_and_size(const void *left, const void *right)
{
	const struct vt__part *a = left, *b = right;

	if (a->site != b->site)
		return compare(a->site, b->site);
	return by_size(a->sum, b->sum) ? by_size(a->sum, b->sum) : by_names(a, b);
}

/* Equal names of a site become one part; returns how many are left. */
static size_t merge_parts(struct vt__part *parts, size_t count)
{
	size_t last = 0;

	qsort(parts, count, sizeof(*parts), by_names);
	for (size_t i = 1; i < count; i++) {
		if (by_names(&parts[last], &parts[i])) {
			parts[++last] = parts[i];
			continue;
		}
		parts[last].sum.bytes += parts[i].sum.bytes;
		parts[last].sum.count += parts[i].sum.count;
	}
	qsort(parts, last + 1, sizeof(*parts), by_site_and_size);
	return last + 1;
}

/* Marks the sites with a name in them; returns their live allocations. */
static size_t mark_sites(const struct vt__recording *recording, bool *named)
{
	const uint32_t allocations = vt__recording_allocations(recording);
	const struct vt_format_allocation *allocation;
	const struct vt_format_site *site;
	size_t count = 0;

	for (uint32_t i = 0; i < allocations; i++) {
		allocation = find_live(recording, i, &site);
		if (allocation && is_named(allocation)) {
			named[allocation->site] = true;
			count++;
		}
	}
	for (uint32_t i = 0; count && i < allocations; i++) {
		allocation = find_live(recording, i, &site);
		count += allocation && !is_named(allocation) && named[allocation->site];
	}
	return count;
}

static int make_parts(struct vt__process *process, const bool *named, size_t count)
{
	const struct vt__recording *recording = process->recording;
	const uint32_t allocations = vt__recording_allocations(recording);
	const struct vt_format_allocation *allocation;
	const struct vt_format_site *site;

	process->parts = calloc(count, sizeof(*process->parts));
	if (!process->parts)
		return -ENOMEM;
	for (uint32_t i = 0; i < allocations; i++) {
		allocation = find_live(recording, i, &site);
		if (allocation && named[allocation->site])
			process->parts[process->part_count++] = (struct vt__part){
				.site = allocation->site,
				.purpose = allocation->purpose,
				.label = allocation->label,
				.sum = {allocation->bytes, 1},
			};
	}
	process->part_count = merge_parts(process->parts, process->part_count);
	return 0;
}

const struct vt__part *vt__parts_of(const struct vt__process *process, uint32_t site, size_t *count)
{
	const struct vt__part *parts = process->parts;
	size_t low = 0, high = process->part_count, first;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (parts[middle].site < site)
			low = middle + 1;
		else
			high = middle;
	}
	for (first = low; low < process->part_count && parts[low].site == site; low++)
		;
	*count = low - first;
	return *count ? &parts[first] : NULL;
}

/* ---- Purposes of the process ---------------------------------------------------- */

static int by_bucket_and_purpose(const void *left, const void *right)
{
	const struct vt__purpose_row *a = left, *b = right;

	if (a->bucket != b->bucket)
		return compare(a->bucket, b->bucket);
	return compare(a->purpose, b->purpose);
}

static int by_bucket_and_size(const void *left, const void *right)
{
	const struct vt__purpose_row *a = left, *b = right;

	if (a->bucket != b->bucket)
		return compare(a->bucket, b->bucket);
	return by_size(a->sum, b->sum) ? by_size(a->sum, b->sum) : by_bucket_and_purpose(a, b);
}

static size_t merge_purposes(struct vt__purpose_row *rows, size_t count)
{
	size_t last = 0;

	qsort(rows, count, sizeof(*rows), by_bucket_and_purpose);
	for (size_t i = 1; i < count; i++) {
		if (by_bucket_and_purpose(&rows[last], &rows[i])) {
			rows[++last] = rows[i];
			continue;
		}
		rows[last].sum.bytes += rows[i].sum.bytes;
		rows[last].sum.count += rows[i].sum.count;
	}
	qsort(rows, last + 1, sizeof(*rows), by_bucket_and_size);
	return last + 1;
}

/* What no part tells of: the allocations of sites without names. */
static void sum_unnamed(const struct vt__recording *recording, const bool *named,
			struct vt__purpose_row rows[VT_BUCKET_COUNT])
{
	const uint32_t allocations = vt__recording_allocations(recording);

	for (uint32_t i = 0; i < VT_BUCKET_COUNT; i++)
		rows[i] = (struct vt__purpose_row){.bucket = i, .purpose = VT_FORMAT_NONE};
	for (uint32_t i = 0; i < allocations; i++) {
		const struct vt_format_site *site;
		const struct vt_format_allocation *allocation = find_live(recording, i, &site);

		if (!allocation || named[allocation->site])
			continue;
		rows[vt__bucket_of(site->kind)].sum.bytes += allocation->bytes;
		rows[vt__bucket_of(site->kind)].sum.count++;
	}
}

/* Rows only where a purpose is known: labels alone make none. */
static int make_purposes(struct vt__process *process, const bool *named)
{
	struct vt__purpose_row *rows, unnamed[VT_BUCKET_COUNT];
	size_t i, count = 0;

	for (i = 0; i < process->part_count && process->parts[i].purpose == VT_FORMAT_NONE; i++)
		;
	if (i == process->part_count)
		return 0;
	rows = calloc(process->part_count + VT_BUCKET_COUNT, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	for (i = 0; i < process->part_count; i++) {
		const struct vt__part *part = &process->parts[i];

		rows[count++] = (struct vt__purpose_row){
			.bucket = vt__bucket_of(
				vt__recording_site(process->recording, part->site)->kind),
			.purpose = part->purpose,
			.sum = part->sum,
		};
	}
	sum_unnamed(process->recording, named, unnamed);
	for (i = 0; i < VT_BUCKET_COUNT; i++)
		if (unnamed[i].sum.count)
			rows[count++] = unnamed[i];
	process->purposes = rows;
	process->purpose_count = merge_purposes(rows, count);
	return 0;
}

int vt__find_purposes(struct vt__process *process)
{
	bool *named = calloc(vt__recording_sites(process->recording) + 1u, sizeof(*named));
	size_t count;
	int error = 0;

	if (!named)
		return -ENOMEM;
	count = mark_sites(process->recording, named);
	if (count)
		error = make_parts(process, named, count);
	if (count && !error)
		error = make_purposes(process, named);
	free(named);
	return error;
}
