/*
 * Finds memory by an address, in all that a recording has of it.
 */
#include "config.h"

#include "reports/findings/whereabouts.h"

#include "reports/findings/history.h"

struct search {
	uint64_t address;
	struct vt__whereabouts *out;
	size_t count;
	struct vt__whereabouts nearest; /* of what has it not inside */
	bool has_nearest;
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

static bool is_known(const struct search *search, const struct vt__whereabouts *found)
{
	for (size_t i = 0; i < search->count; i++)
		if (search->out[i].start == found->start && search->out[i].bytes == found->bytes &&
		    search->out[i].freed == found->freed && search->out[i].site == found->site)
			return true;
	return false;
}

/* Of equally near ones the first that was looked at stays: what is live, or was freed last. */
static void look_at(struct search *search, const struct vt__whereabouts *memory)
{
	struct vt__whereabouts found = *memory;
	const uint64_t offset = search->address - found.start;

	if (!found.bytes)
		return;
	if (search->address >= found.start && offset < found.bytes) {
		found.where = VT__WHERE_INSIDE;
		found.distance = offset;
		if (search->count < VT__WHEREABOUTS_MOST && !is_known(search, &found))
			search->out[search->count++] = found;
		return;
	}
	found.where = search->address < found.start ? VT__WHERE_BEFORE : VT__WHERE_PAST;
	found.distance = search->address < found.start ? found.start - search->address
						       : offset - found.bytes;
	if (search->has_nearest && search->nearest.distance <= found.distance)
		return;
	search->nearest = found;
	search->has_nearest = true;
}

static void look_at_live(const struct vt__recording *recording, struct search *search)
{
	const uint32_t count = vt__recording_allocations(recording);

	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_allocation *live = vt__recording_allocation(recording, i);
		const struct vt_format_site *site;

		if (live->state != VT_ALLOCATION_LIVE)
			continue;
		site = vt__recording_site(recording, live->site);
		if (site && is_place(site->kind))
			look_at(search, &(struct vt__whereabouts){.start = live->address,
								  .bytes = live->bytes,
								  .site = live->site,
								  .free_stack = VT_FORMAT_NONE});
	}
}

/* Frees that were kept with a fault, the latest first. */
static void look_at_freed(const struct vt__recording *recording, struct search *search)
{
	const uint32_t count = vt__recording_freeds(recording);

	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_freed *freed = vt__recording_freed(recording, i);

		look_at(search, &(struct vt__whereabouts){.start = freed->address,
							  .bytes = freed->bytes,
							  .site = freed->site,
							  .freed = true,
							  .reset = freed->how == VT_FREED_BY_RESET,
							  .fenced = freed->flags & VT_FREED_FENCED,
							  .free_stack = freed->free_stack});
	}
}

/* Frees among the events, where those were asked for. */
static void look_at_events(const struct vt__recording *recording, struct search *search)
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
		look_at(search, &(struct vt__whereabouts){.start = event->address,
							  .bytes = event->bytes,
							  .site = event->site,
							  .freed = true,
							  .reset = event->what == VT_EVENT_RESET,
							  .free_stack = event->stack});
	}
}

size_t vt__whereabouts(const struct vt__process *process, uint64_t address,
		       struct vt__whereabouts out[VT__WHEREABOUTS_MOST])
{
	struct search search = {.address = address, .out = out};

	look_at_live(process->recording, &search);
	look_at_freed(process->recording, &search);
	look_at_events(process->recording, &search);
	if (!search.count && search.has_nearest)
		out[search.count++] = search.nearest;
	return search.count;
}
