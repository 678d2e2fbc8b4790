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

static void add_to_rest(struct vt__kept_list *list, const struct vt__kept *kept)
{
	struct vt__sum *rest = &list->rest[(size_t)kept->site->device * VT_BUCKET_COUNT +
					   vt__bucket_of(kept->site->kind)];

	rest->bytes += kept->allocation->bytes;
	rest->count++;
}

/* Leaves so many, the largest; the last of them is the smallest. */
static void cut(struct vt__kept_list *list, size_t most)
{
	if (list->count <= most)
		return;
	qsort(list->items, list->count, sizeof(*list->items), by_bytes);
	while (list->count > most)
		add_to_rest(list, &list->items[--list->count]);
}

/* Of many allocations few are looked at twice: once there are enough, those that are smaller than
 * the smallest are told from it at once. */
static void collect(const struct vt__process *process, size_t most, size_t room,
		    struct vt__kept_list *list)
{
	const uint32_t count = vt__recording_allocations(process->recording);
	struct vt__kept kept, least = {.allocation = NULL};

	for (uint32_t i = 0; i < count; i++) {
		if (!find_kept(process, i, &kept))
			continue;
		if (!most || (least.allocation && by_bytes(&kept, &least) > 0)) {
			add_to_rest(list, &kept);
			continue;
		}
		list->items[list->count++] = kept;
		if (list->count == room) {
			cut(list, most);
			least = list->items[most - 1];
		}
	}
	cut(list, most);
}

int vt__kept_of(const struct vt__process *process, size_t most, struct vt__kept_list *out)
{
	const size_t count = vt__recording_allocations(process->recording);
	const size_t room = count / 2 > most ? 2 * most + 1 : count + 1;
	struct vt__kept_list list = {
		.items = calloc(room, sizeof(*list.items)),
		.rest = calloc(process->device_count * VT_BUCKET_COUNT + 1, sizeof(*list.rest)),
	};

	if (!list.items || !list.rest) {
		vt__kept_release(&list);
		return -ENOMEM;
	}
	collect(process, most, room, &list);
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
