/*
 * Writes events into their ring.
 */
#include "config.h"

#include "ledger/events.h"

#include "base/clock.h"

#define EVENTS_MOST (1u << 30) /* records of a type are numbered with 31 bits */

void vt__events_open(struct vt__events *events, uint64_t bytes)
{
	const uint64_t most = bytes / sizeof(struct vt_format_event);

	events->most = most < EVENTS_MOST ? (uint32_t)most : EVENTS_MOST;
	events->wanted = events->most != 0;
}

static struct vt_format_event_ring *ring_of(struct vt__events *events, struct vt__store *store)
{
	struct vt__recording *recording = &store->recording;

	if (!events->written && !recording->columns[VT_FORMAT_EVENT_RING].used) {
		if (vt__recording_reserve(recording, VT_FORMAT_EVENT_RING, 1) == VT_FORMAT_NONE)
			return NULL;
		vt__recording_commit(recording, VT_FORMAT_EVENT_RING, 1);
	}
	return vt__store_at(store, VT_FORMAT_EVENT_RING, 0);
}

/* Where the recording does not grow, the ring is as long as it came to be. */
static uint32_t room_for_one(struct vt__events *events, struct vt__recording *recording)
{
	if (events->records < events->most) {
		if (vt__recording_reserve(recording, VT_FORMAT_EVENT, 1) != VT_FORMAT_NONE) {
			vt__recording_commit(recording, VT_FORMAT_EVENT, 1);
			return events->records++;
		}
		vt__recording_lose(recording, VT_LOSS_TIMELINE);
		events->most = events->records;
		events->wanted = events->most != 0;
	}
	if (!events->most)
		return VT_FORMAT_NONE;
	if (events->next >= events->most)
		events->next = 0;
	return events->next++;
}

void vt__events_enter(struct vt__events *events, struct vt__store *store,
		      const struct vt_format_event *event)
{
	struct vt_format_event_ring *ring = ring_of(events, store);
	const uint32_t number = ring ? room_for_one(events, &store->recording) : VT_FORMAT_NONE;
	struct vt_format_event *record;

	if (number == VT_FORMAT_NONE) {
		events->wanted = false;
		return;
	}
	record = vt__store_at(store, VT_FORMAT_EVENT, number);
	*record = *event;
	record->time_ns = vt__clock_ns(CLOCK_MONOTONIC);
	ring->written = ++events->written;
	ring->most = events->most;
}
