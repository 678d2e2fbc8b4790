/*
 * Reads timelines, courses, times of marks, and events.
 */
#include "config.h"

#include "reports/findings/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reports/findings/analysis.h"
#include "reports/text/units.h"

double vt__history_seconds(const struct vt__recording *recording, uint64_t time_ns)
{
	const uint64_t start = vt__recording_header(recording)->start_monotonic_ns;

	return time_ns >= start ? (double)(time_ns - start) / 1e9
				: -((double)(start - time_ns) / 1e9);
}

/* ---- The points ------------------------------------------------------------------ */

static const struct vt_format_timeline *timeline_of(const struct vt__recording *recording,
						    uint32_t device)
{
	const struct vt_format_device *record = vt__recording_device(recording, device);
	const struct vt_format_timeline *timeline =
		record && record->open.timeline_plus_1
			? vt__recording_timeline(recording, record->open.timeline_plus_1 - 1)
			: NULL;

	return timeline && timeline->device == device ? timeline : NULL;
}

static uint64_t later(uint64_t left, uint64_t right)
{
	return left > right ? left : right;
}

/* The last moment that is known of: now, while the process runs. */
static uint64_t end_of(const struct vt__recording *recording, uint64_t open_ns)
{
	const struct vt_format_header *header = vt__recording_header(recording);
	uint64_t end = later(open_ns, header->end_monotonic_ns);
	struct timespec now;

	if (header->end_monotonic_ns)
		return end;
	if (vt__recording_state(recording) == VT__PROCESS_RUNNING &&
	    !clock_gettime(CLOCK_MONOTONIC, &now))
		return later(end, (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec);
	for (uint32_t i = 0; i < vt__recording_sites(recording); i++)
		end = later(end, vt__recording_site(recording, i)->last_time_ns);
	return end;
}

static void copy_points(const struct vt__recording *recording, uint32_t device,
			const struct vt_format_timeline *timeline, struct vt__history *out)
{
	const struct vt_format_device *record = vt__recording_device(recording, device);
	struct vt__history_point *open = &out->points[timeline->count];

	for (uint32_t i = 0; i < timeline->count; i++) {
		struct vt__history_point *point = &out->points[i];

		point->begin_ns = timeline->points[i].time_ns;
		point->end_ns = i + 1 < timeline->count ? timeline->points[i + 1].time_ns
							: timeline->open_ns;
		memcpy(point->levels, timeline->points[i].levels, sizeof(point->levels));
	}
	open->begin_ns = timeline->open_ns;
	open->end_ns = end_of(recording, timeline->open_ns);
	for (uint32_t i = 0; i < VT_FORMAT_LEVELS; i++)
		open->levels[i] = (struct vt_format_level){
			.most = record->open.most[i],
			.most_time_ns = record->open.most_time_ns[i],
			.least = record->open.least[i],
			.last = record->buckets[i].live_bytes,
		};
}

/* ---- The courses ------------------------------------------------------------------- */

static int most_first(const void *left, const void *right)
{
	const struct vt__history_course *a = left, *b = right;

	if (a->most != b->most)
		return a->most < b->most ? 1 : -1;
	return a->site_number < b->site_number ? -1 : a->site_number > b->site_number;
}

/* Before the site was there it held nothing; before it was followed nobody knows. */
static void copy_course(const struct vt__history *history, const struct vt_format_course *course,
			struct vt__history_course *out)
{
	const size_t open = history->count - 1;

	for (size_t i = 0; i < open; i++) {
		if (i >= course->first)
			out->bytes[i] = course->bytes[i];
		else if (out->site->first_time_ns >= history->points[i].end_ns)
			out->bytes[i] = 0;
		else
			out->bytes[i] = VT_FORMAT_LEVEL_UNKNOWN;
	}
	out->bytes[open] = out->site->total.live_bytes;
	out->most = later(course->most, out->bytes[open]);
}

static int add_courses(const struct vt__recording *recording, uint32_t timeline,
		       struct vt__history *out)
{
	const uint32_t all = vt__recording_courses(recording);
	size_t count = 0;

	for (uint32_t i = 0; i < all; i++)
		count += vt__recording_course(recording, i)->timeline == timeline;
	if (!count)
		return 0;
	out->courses = calloc(count, sizeof(*out->courses));
	out->values = calloc(count * out->count, sizeof(*out->values));
	if (!out->courses || !out->values)
		return -ENOMEM;
	for (uint32_t i = 0; i < all; i++) {
		const struct vt_format_course *course = vt__recording_course(recording, i);
		struct vt__history_course *to = &out->courses[out->course_count];

		if (course->timeline != timeline)
			continue;
		to->site = vt__recording_site(recording, course->site);
		to->site_number = course->site;
		to->bytes = out->values + out->count * out->course_count++;
		copy_course(out, course, to);
	}
	qsort(out->courses, out->course_count, sizeof(*out->courses), most_first);
	return 0;
}

int vt__history_make(const struct vt__recording *recording, uint32_t device,
		     struct vt__history *out)
{
	const struct vt_format_timeline *timeline = timeline_of(recording, device);
	int error;

	memset(out, 0, sizeof(*out));
	if (!timeline)
		return 0;
	out->period_ns = timeline->period_ns;
	out->count = (size_t)timeline->count + 1;
	out->points = calloc(out->count, sizeof(*out->points));
	if (!out->points) {
		out->count = 0;
		return -ENOMEM;
	}
	copy_points(recording, device, timeline, out);
	error = add_courses(recording,
			    vt__recording_device(recording, device)->open.timeline_plus_1 - 1, out);
	if (error)
		vt__history_release(out);
	return error;
}

bool vt__history_is_used(const struct vt__history *history, size_t level)
{
	for (size_t i = 0; i < history->count; i++)
		if (history->points[i].levels[level].most)
			return true;
	return false;
}

void vt__history_release(struct vt__history *history)
{
	free(history->points);
	free(history->courses);
	free(history->values);
	memset(history, 0, sizeof(*history));
}

/* ---- Marks ------------------------------------------------------------------------- */

static int by_time(const void *left, const void *right)
{
	const struct vt__history_mark *a = left, *b = right;

	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

int vt__history_marks(const struct vt__recording *recording, struct vt__history_mark **out,
		      size_t *count)
{
	const uint32_t all = vt__recording_mark_times(recording);
	size_t most = 0;

	*out = NULL;
	*count = 0;
	for (uint32_t i = 0; i < all; i++)
		most += vt__recording_mark_time(recording, i)->count;
	if (!most)
		return 0;
	*out = calloc(most, sizeof(**out));
	if (!*out)
		return -ENOMEM;
	for (uint32_t i = 0; i < all; i++) {
		const struct vt_format_mark_times *times = vt__recording_mark_time(recording, i);

		for (uint32_t j = 0; j < times->count; j++)
			(*out)[(*count)++] = (struct vt__history_mark){
				.series = vt__recording_mark(recording, times->mark),
				.number = ((uint64_t)j << times->stride_log2) + 1,
				.time_ns = times->times_ns[j],
			};
	}
	qsort(*out, *count, sizeof(**out), by_time);
	return 0;
}

/* ---- Events ------------------------------------------------------------------------ */

static const struct {
	const char *name, *words;
} events[VT_EVENT_COUNT] = {
#define VT_EVENT(id, json, text) [VT_EVENT_##id] = {json, text},
	VT_EVENTS(VT_EVENT)
#undef VT_EVENT
};

const char *vt__event_name(uint32_t what)
{
	return what < VT_EVENT_COUNT ? events[what].name : NULL;
}

const char *vt__event_words(uint32_t what)
{
	return what < VT_EVENT_COUNT ? events[what].words : NULL;
}

uint64_t vt__history_events(const struct vt__recording *recording, uint64_t *dropped)
{
	const struct vt_format_event_ring *ring = vt__recording_event_ring(recording, 0);
	const uint64_t kept = ring ? vt__recording_events(recording) : 0;

	*dropped = ring ? ring->written - kept : 0;
	return kept;
}

const struct vt_format_event *vt__history_event(const struct vt__recording *recording,
						uint64_t number)
{
	const struct vt_format_event_ring *ring = vt__recording_event_ring(recording, 0);
	const uint64_t kept = ring ? vt__recording_events(recording) : 0;

	if (number >= kept)
		return NULL;
	return vt__recording_event(recording, (uint32_t)((ring->written + number) % kept));
}
