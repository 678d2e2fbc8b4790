/*
 * Joins references with the live physical memory that they keep, by call site.
 */
#include "config.h"

#include "reports/findings/references.h"

#include <errno.h>
#include <stdlib.h>

const char *vt__reference_name(enum vt_reference_how how)
{
	static const char *const names[] = {
#define VT_REFERENCE(id, json) [VT_REFERENCE_##id] = json,
		VT_REFERENCES(VT_REFERENCE)
#undef VT_REFERENCE
	};

	return how < VT_REFERENCE_COUNT ? names[how] : NULL;
}

/* ---- Physical memory ---------------------------------------------------------- */

struct object {
	uint64_t number;
	uint32_t site;
};

static int by_number(const void *left, const void *right)
{
	const struct object *a = left, *b = right;

	return a->number < b->number ? -1 : a->number > b->number;
}

static bool is_physical(uint32_t kind)
{
	return kind == VT_KIND_VMM || kind == VT_KIND_VMM_HOST || kind == VT_KIND_VMM_IMPORTED ||
	       kind == VT_KIND_MULTICAST;
}

/* The live objects, sorted; NULL if out of memory. */
static struct object *find_objects(const struct vt__recording *recording, size_t *count)
{
	const uint32_t allocations = vt__recording_allocations(recording);
	struct object *objects = calloc(allocations + 1u, sizeof(*objects));

	*count = 0;
	for (uint32_t i = 0; objects && i < allocations; i++) {
		const struct vt_format_allocation *allocation = vt__recording_allocation(recording,
											 i);
		const struct vt_format_site *site;

		if (allocation->state != VT_ALLOCATION_LIVE)
			continue;
		site = vt__recording_site(recording, allocation->site);
		if (site && is_physical(site->kind))
			objects[(*count)++] = (struct object){allocation->address,
							      allocation->site};
	}
	if (objects && *count)
		qsort(objects, *count, sizeof(*objects), by_number);
	return objects;
}

/* ---- Rows ---------------------------------------------------------------------- */

static int compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int by_place(const void *left, const void *right)
{
	const struct vt__reference_row *a = left, *b = right;

	if (a->site != b->site)
		return compare(a->site, b->site);
	return a->how != b->how ? compare(a->how, b->how) : compare(a->stack, b->stack);
}

static int by_site_and_count(const void *left, const void *right)
{
	const struct vt__reference_row *a = left, *b = right;

	if (a->site != b->site)
		return compare(a->site, b->site);
	if (a->how != b->how)
		return compare(a->how, b->how);
	return a->count != b->count ? compare(b->count, a->count) : compare(a->stack, b->stack);
}

/* Those of one place become one row; returns how many are left. */
static size_t merge(struct vt__reference_row *rows, size_t count)
{
	size_t last = 0;

	if (!count)
		return 0;
	qsort(rows, count, sizeof(*rows), by_place);
	for (size_t i = 1; i < count; i++) {
		if (by_place(&rows[last], &rows[i])) {
			rows[++last] = rows[i];
			continue;
		}
		rows[last].count += rows[i].count;
		rows[last].bytes += rows[i].bytes;
		if (rows[i].start < rows[last].start)
			rows[last].start = rows[i].start;
	}
	qsort(rows, last + 1, sizeof(*rows), by_site_and_count);
	return last + 1;
}

static size_t fill(const struct vt__recording *recording, const struct object *objects,
		   size_t object_count, struct vt__reference_row *rows)
{
	const uint32_t count = vt__recording_references(recording);
	size_t filled = 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_reference *record = vt__recording_reference(recording, i);
		const struct object key = {.number = record->object};
		const struct object *object;

		if (record->how == VT_REFERENCE_NONE)
			continue;
		object = object_count ? bsearch(&key, objects, object_count, sizeof(key), by_number)
				      : NULL;
		if (object)
			rows[filled++] = (struct vt__reference_row){
				.site = object->site,
				.how = record->how,
				.stack = record->stack,
				.count = record->count,
				.start = record->start,
				.bytes = record->bytes,
			};
	}
	return filled;
}

int vt__find_references(struct vt__process *process)
{
	const struct vt__recording *recording = process->recording;
	const uint32_t count = vt__recording_references(recording);
	struct object *objects;
	size_t object_count;

	if (!count)
		return 0;
	process->references = calloc(count, sizeof(*process->references));
	objects = find_objects(recording, &object_count);
	if (process->references && objects)
		process->reference_count = merge(
			process->references,
			fill(recording, objects, object_count, process->references));
	free(objects);
	return process->references && objects ? 0 : -ENOMEM;
}

const struct vt__reference_row *vt__references_of(const struct vt__process *process, uint32_t site,
						  size_t *count)
{
	const struct vt__reference_row *rows = process->references;
	size_t low = 0, high = process->reference_count, first;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (rows[middle].site < site)
			low = middle + 1;
		else
			high = middle;
	}
	for (first = low; low < process->reference_count && rows[low].site == site; low++)
		;
	*count = low - first;
	return *count ? &rows[first] : NULL;
}
