/*
 * Checks timelines, courses of sites, times of marks, what nobody owned at marks, and events.
 */
#include "config.h"

#include "reports/recording/record_check_time.h"

#include <stdlib.h>

/* ---- Each record --------------------------------------------------------------- */

static bool level_ok(const struct vt_format_level *level)
{
	return level->least <= level->last && level->last <= level->most;
}

const char *vt__check_timeline(const struct vt__recording *recording,
			       const struct vt_format_timeline *timeline)
{
	uint64_t before = 0;

	CHECK(timeline->device < vt__recording_devices(recording),
	      "has a device that is not there");
	CHECK(timeline->count <= VT_FORMAT_POINTS, "has more points than there is room for");
	for (uint32_t i = 0; i < timeline->count; i++) {
		const struct vt_format_point *point = &timeline->points[i];

		CHECK(point->time_ns >= before, "has points that are not in order");
		before = point->time_ns;
		for (uint32_t j = 0; j < VT_FORMAT_LEVELS; j++)
			CHECK(level_ok(&point->levels[j]),
			      "has a point whose end is not within it");
	}
	CHECK(timeline->open_ns >= before, "has points that are not in order");
	return NULL;
}

const char *vt__check_course(const struct vt__recording *recording,
			     const struct vt_format_course *course)
{
	CHECK(course->site < vt__recording_sites(recording), "has a site that is not there");
	CHECK(course->timeline < vt__recording_timelines(recording),
	      "has a timeline that is not there");
	CHECK(course->first < VT_FORMAT_POINTS, "begins with a point that does not exist");
	return NULL;
}

const char *vt__check_mark_time(const struct vt__recording *recording,
				const struct vt_format_mark_times *times)
{
	CHECK(times->mark < vt__recording_marks(recording), "has a mark that is not there");
	CHECK(times->count <= VT_FORMAT_MARK_TIMES, "has more times than there is room for");
	CHECK(times->stride_log2 < 64, "has an absurd stride");
	for (uint32_t i = 1; i < times->count; i++)
		CHECK(times->times_ns[i - 1] <= times->times_ns[i],
		      "has times that are not in order");
	return NULL;
}

const char *vt__check_rest(const struct vt__recording *recording, const struct vt_format_rest *rest)
{
	CHECK(rest->device < vt__recording_devices(recording), "has a device that is not there");
	CHECK(rest->stride_log2 < 32, "has an absurd stride");
	CHECK(rest->first_mark && rest->first_mark <= rest->last_mark,
	      "has marks that are not in order");
	return NULL;
}

const char *vt__check_event(const struct vt__recording *recording,
			    const struct vt_format_event *event)
{
	CHECK(event->site < vt__recording_sites(recording), "has a site that is not there");
	CHECK(event->stack == VT_FORMAT_NONE || event->stack < vt__recording_stacks(recording),
	      "has a stack that is not there");
	CHECK(event->what < VT_EVENT_COUNT, "is of a kind that does not exist");
	return NULL;
}

const char *vt__check_event_ring(const struct vt__recording *recording,
				 const struct vt_format_event_ring *ring)
{
	const uint32_t events = vt__recording_events(recording);

	CHECK(vt__recording_event_rings(recording) == 1, "is one of many: there is one at most");
	CHECK(events == (ring->written < ring->most ? ring->written : ring->most),
	      "tells of events that are not there");
	return NULL;
}

/* ---- All of them ---------------------------------------------------------------- */

/* The most of the points is the device's peak, and the open one has what is live. */
static bool device_agrees(const struct vt__recording *recording,
			  const struct vt_format_device *device)
{
	const struct vt_format_timeline *timeline;

	if (!device->open.timeline_plus_1)
		return true;
	timeline = vt__recording_timeline(recording, device->open.timeline_plus_1 - 1);
	if (vt__recording_device(recording, timeline->device) != device)
		return false;
	for (uint32_t i = 0; i < VT_FORMAT_LEVELS; i++) {
		const uint64_t live = device->buckets[i].live_bytes;
		uint64_t most = device->open.most[i];

		if (live > most || live < device->open.least[i])
			return false;
		for (uint32_t j = 0; j < timeline->count; j++)
			if (timeline->points[j].levels[i].most > most)
				most = timeline->points[j].levels[i].most;
		if (most != device->buckets[i].peak_bytes)
			return false;
	}
	return true;
}

/* What sites held together at the ends of points, by timeline, point and bucket. */
typedef uint64_t held_at[VT_FORMAT_POINTS][VT_FORMAT_LEVELS];

static uint32_t level_of(uint32_t kind)
{
	static const uint8_t buckets[VT_KIND_COUNT] = {
#define VT_KIND(id, json, words, bucket, with_context) [VT_KIND_##id] = VT_BUCKET_##bucket,
		VT_KINDS(VT_KIND)
#undef VT_KIND
	};

	return buckets[kind];
}

static bool add_course(const struct vt__recording *recording, const struct vt_format_course *course,
		       held_at *held)
{
	const struct vt_format_timeline *timeline = vt__recording_timeline(recording,
									   course->timeline);
	const struct vt_format_site *site = vt__recording_site(recording, course->site);
	const uint32_t level = level_of(site->kind);

	if (level >= VT_FORMAT_LEVELS || site->device != timeline->device)
		return false;
	for (uint32_t i = course->first; i < timeline->count; i++)
		if (__builtin_add_overflow((*held)[i][level], course->bytes[i], &(*held)[i][level]))
			return false;
	return true;
}

static bool courses_agree(const struct vt__recording *recording)
{
	const uint32_t timelines = vt__recording_timelines(recording);
	held_at *held = calloc((size_t)timelines + 1, sizeof(*held));
	bool agree = true;

	if (!held) /* nothing is known, and nothing is claimed */
		return true;
	for (uint32_t i = 0; i < vt__recording_courses(recording) && agree; i++) {
		const struct vt_format_course *course = vt__recording_course(recording, i);

		agree = add_course(recording, course, &held[course->timeline]);
	}
	for (uint32_t i = 0; i < timelines && agree; i++) {
		const struct vt_format_timeline *timeline = vt__recording_timeline(recording, i);

		for (uint32_t j = 0; j < timeline->count * VT_FORMAT_LEVELS && agree; j++) {
			const uint32_t point = j / VT_FORMAT_LEVELS, level = j % VT_FORMAT_LEVELS;

			agree = held[i][point][level] <= timeline->points[point].levels[level].last;
		}
	}
	free(held);
	return agree;
}

bool vt__timelines_agree(const struct vt__recording *recording)
{
	for (uint32_t i = 0; i < vt__recording_devices(recording); i++)
		if (!device_agrees(recording, vt__recording_device(recording, i)))
			return false;
	return courses_agree(recording);
}
