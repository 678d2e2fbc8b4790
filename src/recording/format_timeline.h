/*
 * The part of the recording's format about time: what each device, and the call sites that held
 * most of it, held when; and when marks were.
 *
 * A device's timeline is a row of points, each a stretch of time that begins where the one before
 * it ended. A point has the most and the least that was live in it, exactly, and what was live at
 * its end. The point that is still open is in the device's record (vt_format_device.open). Time is
 * read at allocations: so is a point closed, at the first allocation or mark that comes when it is
 * at least `period_ns` long. When there are VT_FORMAT_POINTS, pairs become one and the period
 * doubles.
 *
 * A course is what one call site held at the end of each point. Those sites have one that were
 * seen to hold the most at such a moment.
 *
 * The times of marks: of every 2^stride_log2-th of a series of marks, thinned likewise.
 *
 * Events, only where they were asked for: each allocation and free, in a ring. Event number n
 * (from 0 on) is record n % most of those that are used; what was before the last `most` is gone.
 */
#ifndef VT_LEDGER_FORMAT_TIMELINE_H
#define VT_LEDGER_FORMAT_TIMELINE_H

#include <stdint.h>

#define VT_FORMAT_POINTS 192u
#define VT_FORMAT_LEVELS 3u /* buckets that have a timeline: the first ones */
#define VT_FORMAT_LEVEL_UNKNOWN UINT64_MAX
#define VT_FORMAT_COURSES_MOST 32u /* of a device */
#define VT_FORMAT_MARK_TIMES 64u

/* The live bytes of a bucket in a stretch of time. */
struct vt_format_level {
	uint64_t most;
	uint64_t most_time_ns; /* when it was first come to */
	uint64_t least;
	uint64_t last; /* at the end */
};

struct vt_format_point {
	uint64_t time_ns; /* when it begins */
	struct vt_format_level levels[VT_FORMAT_LEVELS];
};

struct vt_format_timeline {
	uint32_t device; /* number of the device record */
	uint32_t count;  /* points that are closed */
	uint64_t period_ns;
	uint64_t open_ns; /* when the open point begins */
	struct vt_format_point points[VT_FORMAT_POINTS];
};

/* The point of a device that is open; least and most of the buckets without levels, too. */
struct vt_format_open_point {
	uint64_t most[8]; /* VT_BUCKET_COUNT */
	uint64_t least[8];
	uint64_t most_time_ns[VT_FORMAT_LEVELS];
	uint32_t timeline_plus_1; /* number of its TIMELINE record + 1; 0: none */
	uint32_t reserved;
};

struct vt_format_course {
	uint32_t site;
	uint32_t timeline; /* number of the TIMELINE record whose points it follows */
	uint32_t first;    /* point that it begins with: what was before was not looked at */
	uint32_t reserved;
	uint64_t most;                    /* of the values seen */
	uint64_t bytes[VT_FORMAT_POINTS]; /* at the end of each closed point */
};

struct vt_format_mark_times {
	uint32_t mark; /* number of the MARK record */
	uint32_t stride_log2;
	uint32_t count;
	uint32_t reserved;
	uint64_t times_ns[VT_FORMAT_MARK_TIMES]; /* i: of mark (i << stride_log2) + 1 */
};

/* VT_EVENT(identifier, name in JSON, words in text) */
#define VT_EVENTS(VT_EVENT)                                                                        \
	VT_EVENT(ALLOCATED, "allocated", "allocated")                                              \
	VT_EVENT(FREED, "freed", "freed")                                                          \
	VT_EVENT(RESTORED, "restored", "not freed after all: the driver refused")                  \
	VT_EVENT(RESET, "freed_by_reset", "freed by the end of its context")                       \
	VT_EVENT(UNSEEN, "free_unseen", "freed unseen: its address was given out again")

enum vt_event {
#define VT_EVENT(id, json, words) VT_EVENT_##id,
	VT_EVENTS(VT_EVENT)
#undef VT_EVENT
	VT_EVENT_COUNT
};

struct vt_format_event {
	uint64_t time_ns;
	uint64_t address;
	uint64_t bytes;
	uint32_t site;   /* that allocated it */
	uint32_t thread; /* kernel thread id */
	uint32_t stack;  /* of a free: where from; else VT_FORMAT_NONE */
	uint32_t what;   /* enum vt_event */
};

/* The ring of events: one record, or none. */
struct vt_format_event_ring {
	uint64_t written; /* events so far */
	uint64_t most;    /* that are kept */
};

_Static_assert(sizeof(struct vt_format_point) == 8 + 32 * VT_FORMAT_LEVELS, "no hidden padding");
_Static_assert(sizeof(struct vt_format_open_point) == 160, "no hidden padding");
_Static_assert(sizeof(struct vt_format_event) == 40, "no hidden padding");
_Static_assert(VT_FORMAT_POINTS % 2 == 0 && VT_FORMAT_MARK_TIMES % 2 == 0, "pairs become one");

#endif
