/*
 * The timeline of each device, and of the call sites that hold most of it
 * (recording/format_timeline.h).
 *
 * What costs anything is done when a point is closed. An allocation only compares its time with
 * the time when something is due, and the device's live bytes with the most of the open point.
 *
 * Numbers that lead anywhere are kept here too: somebody may write over the file.
 *
 * Not thread-safe: the ledger's lock covers it. Within a change of the recording.
 */
#ifndef VT_LEDGER_TIMELINE_H
#define VT_LEDGER_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "ledger/devices.h"
#include "recording/format.h"
#include "recording/store.h"

#define VT__TIMELINE_PERIOD_NS 10000000u /* of the first points */

/* Call sites that are looked at, in turn, when a point is closed: so many for each first period
 * that a point lasts, which keeps the share of time that it takes. */
#define VT__TIMELINE_LOOKS 256u
#define VT__TIMELINE_LOOKS_MOST 16384u

struct vt__course_slot {
	uint32_t site;
	uint32_t record;
	uint64_t most; /* of the values entered */
};

struct vt__timeline {
	uint32_t record_plus_1; /* 0: not begun; VT_FORMAT_NONE: could not be kept */
	uint32_t device;        /* number of its record */
	uint32_t count;         /* points closed */
	uint32_t course_count;
	uint32_t next_look; /* site that is looked at next */
	bool full;          /* the recording has no room for more courses */
	uint64_t period_ns;
	uint64_t open_ns;
	struct vt__course_slot courses[VT_FORMAT_COURSES_MOST];
};

struct vt__timelines {
	uint64_t due_ns; /* when the first open point has its length; UINT64_MAX: none is open */
	uint64_t bytes_most;                          /* limit of the recording; 0: none */
	struct vt__timeline of[VT__DEVICES_MOST + 1]; /* by ordinal + 1 */
};

/* Closes the points that are long enough; of the device `ordinal`, which is about to change, also
 * one in which nothing happened. */
VT__SELDOM void vt__timelines_tick(struct vt__timelines *timelines, struct vt__store *store,
				   int32_t ordinal, uint64_t now_ns);

/* The device has a record since now. */
VT__SELDOM void vt__timelines_begin(struct vt__timelines *timelines, struct vt__store *store,
				    int32_t ordinal, uint32_t device, uint64_t now_ns);

static inline bool vt__timelines_has(const struct vt__timelines *timelines, int32_t ordinal)
{
	return timelines->of[ordinal + 1].record_plus_1 != 0;
}

#endif
