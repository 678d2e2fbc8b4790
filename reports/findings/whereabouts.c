/*
 * Finds memory by an address, in all that a recording has of it.
 */
#include "config.h"

#include "reports/findings/whereabouts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/history.h"

/* `last`: the highest address; of equal ones, or at equal distance, the first that was looked at
 * counts: what is live, or was freed last. */
struct place {
	struct vt__whereabouts memory;
	uint64_t last;
	size_t order;
	size_t highest; /* of those up to here: the place whose `last` is highest */
};

struct vt__whereabouts_index {
	struct place *places; /* by address */
	size_t count, room;
	int error;
};

/* Whether the record's address is a place, and not a handle. */
static bool is_place(uint32_t kind)
{
	switch (kind) {
	case VT_KIND_VMM:
	case VT_KIND_VMM_HOST:
	case VT_KIND_VMM_IMPORTED:
	case VT_KIND_RESERVATION:
	case VT_KIND_ARRAY:
	case VT_KIND_MIPMAP:
		return false;
	default:
		return kind < VT_KIND_COUNT && vt__bucket_of(kind) != VT_BUCKET_HELD;
	}
}

static void add(struct vt__whereabouts_index *index, const struct vt__whereabouts *memory)
{
	const size_t room = index->room ? 2 * index->room : 256;
	struct place *places = index->places;

	if (!memory->bytes || index->error)
		return;
	if (index->count == index->room) {
		places = reallocarray(places, room, sizeof(*places));
		if (!places) {
			index->error = -ENOMEM;
			return;
		}
		index->places = places;
		index->room = room;
	}
	places[index->count] = (struct place){
		.memory = *memory,
		.last = memory->bytes - 1 > UINT64_MAX - memory->start
				? UINT64_MAX
				: memory->start + (memory->bytes - 1),
		.order = index->count,
	};
	index->count++;
}

static void add_live(const struct vt__recording *recording, struct vt__whereabouts_index *index)
{
	const uint32_t count = vt__recording_allocations(recording);

	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_allocation *live = vt__recording_allocation(recording, i);
		const struct vt_format_site *site;

		if (live->state != VT_ALLOCATION_LIVE)
			continue;
		site = vt__recording_site(recording, live->site);
		if (site && is_place(site->kind))
			add(index, &(struct vt__whereabouts){.start = live->address,
							     .bytes = live->bytes,
							     .site = live->site,
							     .free_stack = VT_FORMAT_NONE});
	}
}

/* Frees that were kept with a fault, the latest first. */
static void add_freed(const struct vt__recording *recording, struct vt__whereabouts_index *index)
{
	const uint32_t count = vt__recording_freeds(recording);

	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_freed *freed = vt__recording_freed(recording, i);

		add(index, &(struct vt__whereabouts){.start = freed->address,
						     .bytes = freed->bytes,
						     .site = freed->site,
						     .freed = true,
						     .reset = freed->how == VT_FREED_BY_RESET,
						     .fenced = freed->flags & VT_FREED_FENCED,
						     .free_stack = freed->free_stack});
	}
}

/* Frees among the events, where those were asked for. */
static void add_events(const struct vt__recording *recording, struct vt__whereabouts_index *index)
{
	uint64_t dropped, count = vt__history_events(recording, &dropped);

	while (count--) {
		const struct vt_format_event *event = vt__history_event(recording, count);
		const struct vt_format_site *site = event ? vt__recording_site(recording,
									       event->site)
							  : NULL;

		if (!site || !is_place(site->kind) ||
		    (event->what != VT_EVENT_FREED && event->what != VT_EVENT_RESET))
			continue;
		add(index, &(struct vt__whereabouts){.start = event->address,
						     .bytes = event->bytes,
						     .site = event->site,
						     .freed = true,
						     .reset = event->what == VT_EVENT_RESET,
						     .free_stack = event->stack});
	}
}

static int compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* Those that say the same together. */
static int by_address(const void *left, const void *right)
{
	const struct place *a = left, *b = right;
	int order = compare(a->memory.start, b->memory.start);

	if (!order)
		order = compare(a->memory.bytes, b->memory.bytes);
	if (!order)
		order = compare(a->memory.freed, b->memory.freed);
	if (!order)
		order = compare(a->memory.site, b->memory.site);
	return order ? order : compare(a->order, b->order);
}

static bool is_same(const struct vt__whereabouts *a, const struct vt__whereabouts *b)
{
	return a->start == b->start && a->bytes == b->bytes && a->freed == b->freed &&
	       a->site == b->site;
}

static void sort(struct vt__whereabouts_index *index)
{
	struct place *places = index->places;
	size_t kept = 0;

	if (index->count)
		qsort(places, index->count, sizeof(*places), by_address);
	for (size_t i = 0; i < index->count; i++) {
		const struct place *before = kept ? &places[kept - 1] : NULL;
		const struct place *highest = before ? &places[before->highest] : NULL;

		if (before && is_same(&before->memory, &places[i].memory))
			continue;
		places[kept] = places[i];
		if (highest &&
		    (highest->last > places[kept].last ||
		     (highest->last == places[kept].last && highest->order < places[kept].order)))
			places[kept].highest = before->highest;
		else
			places[kept].highest = kept;
		kept++;
	}
	index->count = kept;
}

struct vt__whereabouts_index *vt__whereabouts_index_new(const struct vt__process *process)
{
	struct vt__whereabouts_index *index = calloc(1, sizeof(*index));

	if (!index)
		return NULL;
	add_live(process->recording, index);
	add_freed(process->recording, index);
	add_events(process->recording, index);
	if (index->error) {
		vt__whereabouts_index_free(index);
		return NULL;
	}
	sort(index);
	return index;
}

void vt__whereabouts_index_free(struct vt__whereabouts_index *index)
{
	if (index)
		free(index->places);
	free(index);
}

/* How many begin at the address or below. */
static size_t count_up_to(const struct vt__whereabouts_index *index, uint64_t address)
{
	size_t low = 0, high = index->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (index->places[middle].memory.start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Keeps the first that were looked at, in that order. Returns how many there are. */
static size_t keep(const struct place *found[VT__WHEREABOUTS_MOST], size_t count,
		   const struct place *place)
{
	size_t at = count;

	while (at && found[at - 1]->order > place->order)
		at--;
	if (at == VT__WHEREABOUTS_MOST)
		return count;
	if (count < VT__WHEREABOUTS_MOST)
		count++;
	memmove(&found[at + 1], &found[at], (count - at - 1) * sizeof(*found));
	found[at] = place;
	return count;
}

/* The nearest of what ends below the address, where nothing has it inside, or begins above it. */
static bool find_nearest(const struct vt__whereabouts_index *index, size_t below, uint64_t address,
			 struct vt__whereabouts *out)
{
	const struct place *past = below ? &index->places[index->places[below - 1].highest] : NULL;
	const struct place *before = below < index->count ? &index->places[below] : NULL;
	const uint64_t to_past = past ? address - past->last - 1 : 0;
	const uint64_t to_before = before ? before->memory.start - address : 0;

	if (!past && !before)
		return false;
	for (size_t i = below;
	     before && i < index->count && index->places[i].memory.start == before->memory.start;
	     i++)
		if (index->places[i].order < before->order)
			before = &index->places[i];
	if (before && past &&
	    (to_past < to_before || (to_past == to_before && past->order < before->order)))
		before = NULL;
	*out = before ? before->memory : past->memory;
	out->where = before ? VT__WHERE_BEFORE : VT__WHERE_PAST;
	out->distance = before ? to_before : to_past;
	return true;
}

size_t vt__whereabouts(const struct vt__whereabouts_index *index, uint64_t address,
		       struct vt__whereabouts out[VT__WHEREABOUTS_MOST])
{
	const size_t below = count_up_to(index, address);
	const struct place *found[VT__WHEREABOUTS_MOST];
	size_t count = 0;

	for (size_t i = below; i; i--) {
		const struct place *place = &index->places[i - 1];

		if (index->places[place->highest].last < address)
			break;
		if (place->last >= address)
			count = keep(found, count, place);
	}
	for (size_t i = 0; i < count; i++) {
		out[i] = found[i]->memory;
		out[i].where = VT__WHERE_INSIDE;
		out[i].distance = address - out[i].start;
	}
	return count ? count : find_nearest(index, below, address, out);
}
