/*
 * Closes the points of timelines, thins them, and enters what sites hold at their ends.
 */
#include "config.h"

#include "ledger/timeline.h"

#include <string.h>

#include "recording/kinds.h"

/* ---- Courses of call sites ---------------------------------------------------- */

static bool is_followed(const struct vt__timeline *timeline, uint32_t site)
{
	for (uint32_t i = 0; i < timeline->course_count; i++)
		if (timeline->courses[i].site == site)
			return true;
	return false;
}

/* Its place, if there is one, goes to another only that held more. */
static struct vt__course_slot *least_slot(struct vt__timeline *timeline)
{
	struct vt__course_slot *least = &timeline->courses[0];

	for (uint32_t i = 1; i < timeline->course_count; i++)
		if (timeline->courses[i].most < least->most)
			least = &timeline->courses[i];
	return least;
}

/* What is past half of the limit belongs to live allocations. */
static bool has_room(const struct vt__timelines *timelines, const struct vt__recording *recording)
{
	return !timelines->bytes_most || recording->file.bytes <= timelines->bytes_most / 2;
}

static struct vt__course_slot *add_slot(const struct vt__timelines *timelines,
					struct vt__timeline *timeline,
					struct vt__recording *recording)
{
	struct vt__course_slot *slot = &timeline->courses[timeline->course_count];

	slot->record = has_room(timelines, recording)
			       ? vt__recording_reserve(recording, VT_FORMAT_COURSE, 1)
			       : VT_FORMAT_NONE;
	if (slot->record == VT_FORMAT_NONE) {
		vt__recording_lose(recording, VT_LOSS_TIMELINE);
		timeline->full = true;
		return NULL;
	}
	timeline->course_count++;
	return slot;
}

/* A site that holds more than the least of those that are followed is followed in its place. */
static void follow(const struct vt__timelines *timelines, struct vt__timeline *timeline,
		   struct vt__recording *recording, uint32_t site, uint64_t bytes)
{
	const bool fresh = timeline->course_count < VT_FORMAT_COURSES_MOST;
	struct vt__course_slot *slot = fresh ? add_slot(timelines, timeline, recording)
					     : least_slot(timeline);
	struct vt_format_course *record;

	if (!slot)
		return;
	slot->site = site;
	slot->most = bytes;
	record = vt__recording_at(recording, VT_FORMAT_COURSE, slot->record);
	record->site = site;
	record->timeline = timeline->record_plus_1 - 1;
	record->first = timeline->count;
	record->most = bytes;
	memset(record->bytes, 0, sizeof(record->bytes));
	record->bytes[timeline->count] = bytes;
	if (fresh)
		vt__recording_commit(recording, VT_FORMAT_COURSE, 1);
}

static uint32_t looks(const struct vt__timeline *timeline, uint32_t sites)
{
	const uint64_t most = VT__TIMELINE_LOOKS * (timeline->period_ns / VT__TIMELINE_PERIOD_NS);
	const uint32_t bound = most < VT__TIMELINE_LOOKS_MOST ? (uint32_t)most
							      : VT__TIMELINE_LOOKS_MOST;

	return sites < bound ? sites : bound;
}

/* Sites that came to hold much since they were looked at last. */
static void look_for_more(const struct vt__timelines *timelines, struct vt__timeline *timeline,
			  struct vt__recording *recording)
{
	const uint32_t sites = recording->columns[VT_FORMAT_SITE].used;
	uint64_t floor = timeline->course_count == VT_FORMAT_COURSES_MOST
				 ? least_slot(timeline)->most
				 : 0;

	for (uint32_t i = looks(timeline, sites); i && !timeline->full; i--) {
		const uint32_t number = timeline->next_look < sites ? timeline->next_look : 0;
		const struct vt_format_site *site = vt__recording_at(recording, VT_FORMAT_SITE,
								     number);

		timeline->next_look = number + 1;
		if (site->total.live_bytes <= floor || site->device != timeline->device ||
		    vt__bucket_of(site->kind) >= VT_FORMAT_LEVELS || is_followed(timeline, number))
			continue;
		follow(timelines, timeline, recording, number, site->total.live_bytes);
		if (timeline->course_count == VT_FORMAT_COURSES_MOST)
			floor = least_slot(timeline)->most;
	}
}

static void enter_courses(const struct vt__timelines *timelines, struct vt__timeline *timeline,
			  struct vt__recording *recording)
{
	for (uint32_t i = 0; i < timeline->course_count; i++) {
		struct vt__course_slot *slot = &timeline->courses[i];
		const struct vt_format_site *site = vt__recording_at(recording, VT_FORMAT_SITE,
								     slot->site);
		struct vt_format_course *record = vt__recording_at(recording, VT_FORMAT_COURSE,
								   slot->record);

		record->bytes[timeline->count] = site->total.live_bytes;
		if (site->total.live_bytes > slot->most)
			record->most = slot->most = site->total.live_bytes;
	}
	look_for_more(timelines, timeline, recording);
}

/* ---- Points ------------------------------------------------------------------ */

static void merge(struct vt_format_point *to, const struct vt_format_point *first,
		  const struct vt_format_point *second)
{
	struct vt_format_point both = *first;

	for (unsigned i = 0; i < VT_FORMAT_LEVELS; i++) {
		const struct vt_format_level *later = &second->levels[i];
		struct vt_format_level *level = &both.levels[i];

		if (later->most > level->most) {
			level->most = later->most;
			level->most_time_ns = later->most_time_ns;
		}
		if (later->least < level->least)
			level->least = later->least;
		level->last = later->last;
	}
	*to = both;
}

/* Pairs of points become one. */
static void fold(struct vt__timeline *timeline, struct vt__recording *recording,
		 struct vt_format_timeline *record)
{
	const uint32_t half = VT_FORMAT_POINTS / 2;

	for (uint32_t i = 0; i < half; i++)
		merge(&record->points[i], &record->points[2 * i], &record->points[2 * i + 1]);
	memset(&record->points[half], 0, half * sizeof(record->points[0]));
	for (uint32_t j = 0; j < timeline->course_count; j++) {
		struct vt_format_course *course = vt__recording_at(recording, VT_FORMAT_COURSE,
								   timeline->courses[j].record);

		for (uint32_t i = 0; i < half; i++)
			course->bytes[i] = course->bytes[2 * i + 1];
		memset(&course->bytes[half], 0, half * sizeof(course->bytes[0]));
		course->first /= 2;
	}
	timeline->count = record->count = half;
	timeline->period_ns *= 2;
	record->period_ns = timeline->period_ns;
}

static bool has_changed(const struct vt_format_device *device)
{
	for (unsigned i = 0; i < VT_FORMAT_LEVELS; i++)
		if (device->open.most[i] != device->open.least[i])
			return true;
	return false;
}

static void open_point(struct vt__timeline *timeline, struct vt_format_timeline *record,
		       struct vt_format_device *device, uint64_t now_ns)
{
	for (unsigned i = 0; i < VT_BUCKET_COUNT; i++)
		device->open.most[i] = device->open.least[i] = device->buckets[i].live_bytes;
	for (unsigned i = 0; i < VT_FORMAT_LEVELS; i++)
		device->open.most_time_ns[i] = now_ns;
	timeline->open_ns = record->open_ns = now_ns;
}

static void close_point(const struct vt__timelines *timelines, struct vt__timeline *timeline,
			struct vt__recording *recording, struct vt_format_device *device,
			uint64_t now_ns)
{
	struct vt_format_timeline *record = vt__recording_at(recording, VT_FORMAT_TIMELINE,
							     timeline->record_plus_1 - 1);
	struct vt_format_point *point;

	if (timeline->count == VT_FORMAT_POINTS)
		fold(timeline, recording, record);
	point = &record->points[timeline->count];
	point->time_ns = timeline->open_ns;
	for (unsigned i = 0; i < VT_FORMAT_LEVELS; i++)
		point->levels[i] = (struct vt_format_level){
			.most = device->open.most[i],
			.most_time_ns = device->open.most_time_ns[i],
			.least = device->open.least[i],
			.last = device->buckets[i].live_bytes,
		};
	enter_courses(timelines, timeline, recording);
	record->count = ++timeline->count;
	open_point(timeline, record, device, now_ns);
}

void vt__timelines_tick(struct vt__timelines *timelines, struct vt__store *store, int32_t ordinal,
			uint64_t now_ns)
{
	uint64_t due = UINT64_MAX;

	for (int32_t i = 0; i <= VT__DEVICES_MOST; i++) {
		struct vt__timeline *timeline = &timelines->of[i];
		struct vt_format_device *device;
		uint64_t next;

		if (!timeline->record_plus_1 || timeline->record_plus_1 == VT_FORMAT_NONE)
			continue;
		device = vt__store_at(store, VT_FORMAT_DEVICE, timeline->device);
		if (now_ns >= timeline->open_ns + timeline->period_ns &&
		    (i == ordinal + 1 || has_changed(device)))
			close_point(timelines, timeline, &store->recording, device, now_ns);
		next = timeline->open_ns + timeline->period_ns;
		if (next <= now_ns) /* nothing happened: it stays open for another period */
			next = now_ns + timeline->period_ns;
		if (next < due)
			due = next;
	}
	timelines->due_ns = due;
}

void vt__timelines_begin(struct vt__timelines *timelines, struct vt__store *store, int32_t ordinal,
			 uint32_t device, uint64_t now_ns)
{
	struct vt__timeline *timeline = &timelines->of[ordinal + 1];
	struct vt_format_device *device_record = vt__store_at(store, VT_FORMAT_DEVICE, device);
	struct vt_format_timeline *record;
	uint32_t number = vt__recording_reserve(&store->recording, VT_FORMAT_TIMELINE, 1);

	timeline->record_plus_1 = VT_FORMAT_NONE;
	if (number == VT_FORMAT_NONE) {
		vt__recording_lose(&store->recording, VT_LOSS_TIMELINE);
		return;
	}
	timeline->record_plus_1 = number + 1;
	timeline->device = device;
	timeline->period_ns = VT__TIMELINE_PERIOD_NS;
	record = vt__store_at(store, VT_FORMAT_TIMELINE, number);
	record->device = device;
	record->period_ns = timeline->period_ns;
	open_point(timeline, record, device_record, now_ns);
	device_record->open.timeline_plus_1 = number + 1;
	vt__recording_commit(&store->recording, VT_FORMAT_TIMELINE, 1);
	if (now_ns + timeline->period_ns < timelines->due_ns)
		timelines->due_ns = now_ns + timeline->period_ns;
}
