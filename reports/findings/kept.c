/*
 * The live allocations of a process in the order of their making.
 */
#include "config.h"

#include "reports/findings/kept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int by_bytes(const void *left, const void *right)
{
	const struct vt__kept *a = left, *b = right;

	if (a->allocation->bytes != b->allocation->bytes)
		return a->allocation->bytes > b->allocation->bytes ? -1 : 1;
	return a->allocation < b->allocation ? -1 : a->allocation > b->allocation;
}

static int by_time(const void *left, const void *right)
{
	const struct vt__kept *a = left, *b = right;

	if (a->allocation->time_ns != b->allocation->time_ns)
		return a->allocation->time_ns < b->allocation->time_ns ? -1 : 1;
	return a->allocation < b->allocation ? -1 : a->allocation > b->allocation;
}

/* False: it is none, or what it refers to is not there. */
static bool find_kept(const struct vt__process *process, uint32_t number, struct vt__kept *out)
{
	out->allocation = vt__recording_allocation(process->recording, number);
	if (out->allocation->state != VT_ALLOCATION_LIVE)
		return false;
	out->site = vt__recording_site(process->recording, out->allocation->site);
	return out->site && out->site->device < process->device_count &&
	       out->site->kind < VT_KIND_COUNT;
}

static void sum_rest(struct vt__kept_list *list, size_t most)
{
	for (size_t i = most; i < list->count; i++) {
		const struct vt__kept *kept = &list->items[i];
		struct vt__sum *rest = &list->rest[(size_t)kept->site->device * VT_BUCKET_COUNT +
						   vt__bucket_of(kept->site->kind)];

		rest->bytes += kept->allocation->bytes;
		rest->count++;
	}
	if (list->count > most)
		list->count = most;
}

int vt__kept_of(const struct vt__process *process, size_t most, struct vt__kept_list *out)
{
	const uint32_t count = vt__recording_allocations(process->recording);
	struct vt__kept_list list = {
		.items = calloc(count + 1u, sizeof(*list.items)),
		.rest = calloc(process->device_count * VT_BUCKET_COUNT + 1, sizeof(*list.rest)),
	};

	if (!list.items || !list.rest) {
		vt__kept_release(&list);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < count; i++)
		list.count += find_kept(process, i, &list.items[list.count]);
	if (list.count > most)
		qsort(list.items, list.count, sizeof(*list.items), by_bytes);
	sum_rest(&list, most);
	qsort(list.items, list.count, sizeof(*list.items), by_time);
	*out = list;
	return 0;
}

void vt__kept_release(struct vt__kept_list *list)
{
	free(list->items);
	free(list->rest);
	memset(list, 0, sizeof(*list));
}
