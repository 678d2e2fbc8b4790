/*
 * What was held when: a device's timeline, the courses of its call sites, the times of marks, and
 * the events, where they were asked for. What is here is of one recording, checked, in order.
 *
 * Times are those of the recording: nanoseconds of CLOCK_MONOTONIC; vt__history_seconds() makes
 * them seconds since the recorder began.
 */
#ifndef VT_REPORTS_HISTORY_H
#define VT_REPORTS_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reports/recording/reader.h"

/* A stretch of time. Levels are of VT_BUCKET_VRAM, MANAGED and HOST, in this order. */
struct vt__history_point {
	uint64_t begin_ns;
	uint64_t end_ns; /* the next one's begin */
	struct vt_format_level levels[VT_FORMAT_LEVELS];
};

/* What a call site held at the end of each point. */
struct vt__history_course {
	const struct vt_format_site *site;
	uint32_t site_number;
	uint64_t most;   /* of the values that are known */
	uint64_t *bytes; /* of each point; VT_FORMAT_LEVEL_UNKNOWN: was not looked at yet */
};

/* Sites that held the most have a course, 32 of a device at most. Those of one bucket never add
 * up to more than the device had at that time; the rest is of all others. */
struct vt__history {
	uint64_t period_ns; /* a point is at least so long */
	size_t count;       /* 0: there is no timeline, as in recordings of version 2 */
	struct vt__history_point *points; /* oldest first; the last one has no end yet: now */
	size_t course_count;
	struct vt__history_course *courses; /* most first */
	uint64_t *values;                   /* of the courses; their memory */
};

/* The history of a device, by the number of its record; to be released. 0 or -ENOMEM. */
int vt__history_make(const struct vt__recording *recording, uint32_t device,
		     struct vt__history *out);
void vt__history_release(struct vt__history *history);

/* Whether anything was ever live in a bucket that has levels. */
bool vt__history_is_used(const struct vt__history *history, size_t level);

/* One mark, of those whose times are kept: all, or every 2nd, 4th, ... of its series. */
struct vt__history_mark {
	const struct vt_format_mark *series; /* its name and marker */
	uint64_t number;                     /* in the series, from 1 on */
	uint64_t time_ns;
};

/* All of them by time; the caller frees `out`, which is NULL if there are none. 0 or -ENOMEM. */
int vt__history_marks(const struct vt__recording *recording, struct vt__history_mark **out,
		      size_t *count);

/* Events that are kept (option timeline=events), and how many older ones are not. */
uint64_t vt__history_events(const struct vt__recording *recording, uint64_t *dropped);

/* Number `number` of those that are kept, the oldest first; NULL: there is none. */
const struct vt_format_event *vt__history_event(const struct vt__recording *recording,
						uint64_t number);

/* Name in JSON and words of what an event is; NULL for one newer than this. */
const char *vt__event_name(uint32_t what);
const char *vt__event_words(uint32_t what);

/* Seconds from the start of the recorder; less than 0: before it. */
double vt__history_seconds(const struct vt__recording *recording, uint64_t time_ns);

#endif
