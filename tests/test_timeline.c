/*
 * Timelines, courses, times of marks and events in the ledger, compared with a plain model that
 * remembers everything.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/events.h"
#include "ledger/mark_times.h"
#include "ledger/timeline.h"
#include "ledger/totals.h"

#define OPERATIONS 1000000u
#define SITES 300u
#define SLOTS 4096u /* live allocations at a time */

static char folder[64];
static struct vt__store store;
static struct vt__timelines timelines;

/* The same for the same seed: a test that fails fails again. */
static uint64_t seed = 20261129;
static uint64_t below(uint64_t end)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 16) % end;
}

static int set_up(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/vramtrack-timeline.XXXXXX");
	assert_non_null(mkdtemp(folder));
	memset(&store, 0, sizeof(store));
	memset(&timelines, 0, sizeof(timelines));
	timelines.due_ns = UINT64_MAX;
	assert_int_equal(vt__recording_create(&store.recording, folder, "test", 1), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(store.recording.file.path);
	rmdir(folder);
	return 0;
}

static uint32_t make(enum vt_format_type type)
{
	const uint32_t number = vt__recording_reserve(&store.recording, type, 1);

	assert_int_not_equal(number, VT_FORMAT_NONE);
	vt__recording_commit(&store.recording, type, 1);
	return number;
}

static struct vt_format_device *device(void)
{
	return vt__store_at(&store, VT_FORMAT_DEVICE, 0);
}

static struct vt_format_site *site(uint32_t number)
{
	return vt__store_at(&store, VT_FORMAT_SITE, number);
}

static struct vt_format_timeline *timeline(void)
{
	return vt__store_at(&store, VT_FORMAT_TIMELINE, 0);
}

static void make_device_and_sites(uint64_t now_ns)
{
	make(VT_FORMAT_DEVICE);
	for (uint32_t i = 0; i < SITES; i++)
		site(make(VT_FORMAT_SITE))->kind = i % 7 == 6 ? VT_KIND_PINNED : VT_KIND_LINEAR;
	vt__timelines_begin(&timelines, &store, 0, 0, now_ns);
}

/* ---- The model ------------------------------------------------------------------ */

/* What was live after each operation, and when that was. */
static struct step {
	uint64_t time_ns;
	uint64_t live[2]; /* VRAM, HOST */
} * steps;
static uint32_t step_count;

static struct live {
	uint32_t site;
	uint64_t bytes; /* 0: none */
} live[SLOTS];

static const enum vt_bucket levels[2] = {VT_BUCKET_VRAM, VT_BUCKET_HOST};

static void note(uint64_t now_ns)
{
	steps[step_count].time_ns = now_ns;
	for (unsigned i = 0; i < 2; i++)
		steps[step_count].live[i] = device()->buckets[levels[i]].live_bytes;
	step_count++;
}

static void allocated(struct vt_format_site *of, uint64_t bytes, uint64_t now_ns)
{
	struct vt__site_places places;

	vt__totals_places(&places, device(), of);
	vt__totals_allocated(&places, bytes, now_ns);
}

static void freed(struct vt_format_site *of, uint64_t bytes)
{
	struct vt__site_places places;

	vt__totals_places(&places, device(), of);
	vt__totals_freed(&places, bytes);
}

/* One allocation or free; memory grows and shrinks in waves. */
static void operate(uint64_t now_ns)
{
	struct live *slot = &live[below(SLOTS)];
	const bool wave = (step_count / 50000) % 2;

	if (slot->bytes && below(3) > wave) {
		freed(site(slot->site), slot->bytes);
		slot->bytes = 0;
	} else if (!slot->bytes) {
		if (now_ns >= timelines.due_ns)
			vt__timelines_tick(&timelines, &store, 0, now_ns);
		slot->site = (uint32_t)(below(4) ? below(10) : below(SITES));
		slot->bytes = 1 + below(1 << 20) * (1 + slot->site % 5);
		allocated(site(slot->site), slot->bytes, now_ns);
	}
	note(now_ns);
}

/* A point has the most and the least of the operations in it and what was before them. */
static void compare_point(uint64_t begin_ns, uint64_t end_ns, unsigned level,
			  const struct vt_format_level *seen, uint32_t *at)
{
	uint64_t most = *at ? steps[*at - 1].live[level] : 0, least = most, last = most;
	uint64_t most_time = begin_ns;

	for (; *at < step_count && steps[*at].time_ns < end_ns; (*at)++) {
		last = steps[*at].live[level];
		if (last > most) {
			most = last;
			most_time = steps[*at].time_ns;
		}
		if (last < least)
			least = last;
	}
	assert_int_equal(seen->most, most);
	assert_int_equal(seen->least, least);
	assert_int_equal(seen->last, last);
	assert_int_equal(seen->most_time_ns, most_time);
}

static void compare_level(unsigned level)
{
	const enum vt_bucket bucket = levels[level];
	const struct vt_format_timeline *seen = timeline();
	uint64_t most = device()->open.most[bucket];
	uint32_t at = 0;

	for (uint32_t i = 0; i < seen->count; i++) {
		const uint64_t end_ns = i + 1 < seen->count ? seen->points[i + 1].time_ns
							    : seen->open_ns;

		compare_point(seen->points[i].time_ns, end_ns, level,
			      &seen->points[i].levels[bucket], &at);
		if (seen->points[i].levels[bucket].most > most)
			most = seen->points[i].levels[bucket].most;
	}
	compare_point(seen->open_ns, UINT64_MAX, level,
		      &(struct vt_format_level){
			      device()->open.most[bucket], device()->open.most_time_ns[bucket],
			      device()->open.least[bucket], device()->buckets[bucket].live_bytes},
		      &at);
	assert_int_equal(most, device()->buckets[bucket].peak_bytes);
}

static void a_million_operations_are_as_in_the_model(void **state)
{
	uint64_t now_ns = 5000000000u;

	(void)state;
	steps = calloc(OPERATIONS, sizeof(*steps));
	assert_non_null(steps);
	step_count = 0;
	memset(live, 0, sizeof(live));
	make_device_and_sites(now_ns);
	while (step_count < OPERATIONS) {
		now_ns += 1 + below(step_count % 100000 == 0 ? 3000000000u : 100000u);
		operate(now_ns);
		if (step_count % 300001 == 0 || step_count == 500)
			compare_level(0);
	}
	compare_level(0);
	compare_level(1);
	assert_in_range(timeline()->count, VT_FORMAT_POINTS / 2 - 1, VT_FORMAT_POINTS);
	assert_true(timeline()->period_ns > 8 * VT__TIMELINE_PERIOD_NS);
	free(steps);
}

/* ---- Courses --------------------------------------------------------------------- */

/* Enough for a point. */
static uint64_t later(uint64_t now_ns)
{
	return now_ns + timeline()->period_ns;
}

static const struct vt_format_course *course_of(uint32_t number)
{
	for (uint32_t i = 0; i < store.recording.columns[VT_FORMAT_COURSE].used; i++) {
		const struct vt_format_course *course = vt__store_at(&store, VT_FORMAT_COURSE, i);

		if (course->site == number)
			return course;
	}
	return NULL;
}

static void courses_are_what_sites_held_at_the_ends(void **state)
{
	static uint64_t held[10 * VT_FORMAT_POINTS][2];
	const unsigned ends = 3 * VT_FORMAT_POINTS + 17;
	uint64_t now_ns = 1000;
	unsigned each;

	(void)state;
	make_device_and_sites(now_ns);
	for (unsigned i = 0; i < ends; i++) {
		allocated(site(3), 1000 + i, now_ns);
		if (i >= 50)
			allocated(site(299), 5 * i, now_ns);
		held[i][0] = site(3)->total.live_bytes;
		held[i][1] = site(299)->total.live_bytes;
		now_ns += VT__TIMELINE_PERIOD_NS;
		vt__timelines_tick(&timelines, &store, 0, now_ns);
	}
	each = (unsigned)(timeline()->period_ns / VT__TIMELINE_PERIOD_NS);
	assert_true(each > 1);
	for (uint32_t i = 0; i < timeline()->count; i++) {
		const uint64_t end_ns = i + 1 < timeline()->count
						? timeline()->points[i + 1].time_ns
						: timeline()->open_ns;
		const unsigned end = (unsigned)((end_ns - 1000) / VT__TIMELINE_PERIOD_NS) - 1;

		assert_int_equal(course_of(3)->bytes[i], held[end][0]);
		if (i >= course_of(299)->first)
			assert_int_equal(course_of(299)->bytes[i], held[end][1]);
	}
	assert_int_equal(course_of(3)->first, 0);
	assert_in_range(course_of(299)->first, 50 / each, 52 / each + 1);
}

static void the_sites_that_hold_most_are_followed(void **state)
{
	uint64_t now_ns = 1000;

	(void)state;
	make_device_and_sites(now_ns);
	for (uint32_t i = 0; i < SITES; i++)
		allocated(site(i), 10 + i, now_ns);
	for (unsigned i = 0; i < 4; i++) {
		allocated(site(0), 1, now_ns);
		now_ns = later(now_ns);
		vt__timelines_tick(&timelines, &store, 0, now_ns);
	}
	assert_int_equal(store.recording.columns[VT_FORMAT_COURSE].used, VT_FORMAT_COURSES_MOST);
	for (uint32_t i = SITES - VT_FORMAT_COURSES_MOST; i < SITES; i++)
		assert_non_null(course_of(i));
	/* one that held much and gave it back stays */
	freed(site(SITES - 1), 10 + SITES - 1);
	allocated(site(5), 1000, now_ns);
	for (unsigned i = 0; i < 4; i++) {
		allocated(site(0), 1, now_ns);
		now_ns = later(now_ns);
		vt__timelines_tick(&timelines, &store, 0, now_ns);
	}
	assert_non_null(course_of(SITES - 1));
	assert_non_null(course_of(5));
	assert_null(course_of(SITES - VT_FORMAT_COURSES_MOST));
}

static void a_recording_past_half_its_limit_gets_no_more_courses(void **state)
{
	uint64_t now_ns = 1000;

	(void)state;
	timelines.bytes_most = store.recording.file.bytes;
	make_device_and_sites(now_ns);
	allocated(site(3), 1000, now_ns);
	for (unsigned i = 0; i < 5; i++) {
		allocated(site(3), 1000, now_ns);
		now_ns = later(now_ns);
		vt__timelines_tick(&timelines, &store, 0, now_ns);
	}
	assert_int_equal(store.recording.columns[VT_FORMAT_COURSE].used, 0);
	assert_int_equal(store.recording.header->losses[VT_LOSS_TIMELINE], 1);
	assert_int_equal(timeline()->count, 5);
}

/* Nothing that is read in the file leads out of it. */
static void zeros_in_the_file_mislead_nobody(void **state)
{
	uint64_t now_ns = 1000;

	(void)state;
	make_device_and_sites(now_ns);
	for (unsigned i = 0; i < 2 * VT_FORMAT_POINTS; i++) {
		allocated(site(i % SITES), 1000, now_ns);
		now_ns = later(now_ns);
		vt__timelines_tick(&timelines, &store, 0, now_ns);
		if (i == VT_FORMAT_POINTS - 3)
			memset(timeline(), 0, sizeof(*timeline()));
		if (i == VT_FORMAT_POINTS + 3)
			memset(timeline(), 0xff, sizeof(*timeline()));
	}
	assert_in_range(timelines.of[1].count, 1, VT_FORMAT_POINTS);
}

/* ---- Idle devices ------------------------------------------------------------------ */

static void a_device_in_which_nothing_happens_takes_no_points(void **state)
{
	uint64_t now_ns = 1000;

	(void)state;
	make_device_and_sites(now_ns);
	allocated(site(1), 64, now_ns);
	now_ns = later(now_ns);
	for (unsigned i = 0; i < 100; i++) {
		vt__timelines_tick(&timelines, &store, -2, now_ns);
		assert_int_equal(timeline()->count, 1);
		assert_true(timelines.due_ns > now_ns);
		now_ns = timelines.due_ns;
	}
	/* what was idle is one point of its own before something happens */
	vt__timelines_tick(&timelines, &store, 0, now_ns);
	allocated(site(1), 64, now_ns);
	assert_int_equal(timeline()->count, 2);
	assert_int_equal(timeline()->points[1].levels[0].most, 64);
	assert_int_equal(timeline()->open_ns, now_ns);
}

/* ---- Times of marks ------------------------------------------------------------------ */

static void times_of_marks_are_thinned_evenly(void **state)
{
	struct vt__mark_times times = {0};
	const struct vt_format_mark_times *seen;

	(void)state;
	for (uint64_t number = 1; number <= 10000; number++) {
		vt__mark_times_enter(&times, &store, 7, number, number * 10);
		seen = vt__store_at(&store, VT_FORMAT_MARK_TIME, 0);
		assert_in_range(seen->count, 1, VT_FORMAT_MARK_TIMES);
		assert_int_equal(seen->mark, 7);
	}
	assert_true(seen->count > VT_FORMAT_MARK_TIMES / 2);
	for (uint32_t i = 0; i < seen->count; i++)
		assert_int_equal(seen->times_ns[i], (((uint64_t)i << seen->stride_log2) + 1) * 10);
	assert_true((uint64_t)seen->count << seen->stride_log2 >= 10000);
}

/* ---- Events ---------------------------------------------------------------------------- */

static void the_last_events_stay(void **state)
{
	const struct vt_format_event_ring *ring;
	struct vt__events events = {0};
	const uint32_t most = 1000;

	(void)state;
	vt__events_open(&events, most * sizeof(struct vt_format_event) + 39);
	assert_true(events.wanted);
	for (uint64_t i = 0; i < 3456; i++) {
		vt__events_enter(&events, &store, &(struct vt_format_event){.address = i});
		ring = vt__store_at(&store, VT_FORMAT_EVENT_RING, 0);
		assert_int_equal(ring->written, i + 1);
		assert_int_equal(store.recording.columns[VT_FORMAT_EVENT].used,
				 i < most ? i + 1 : most);
	}
	assert_int_equal(ring->most, most);
	for (uint32_t i = 0; i < most; i++) {
		const struct vt_format_event *event = vt__store_at(
			&store, VT_FORMAT_EVENT, (uint32_t)((ring->written + i) % most));

		assert_int_equal(event->address, 3456 - most + i);
	}
}

static void without_room_no_events_are_wanted(void **state)
{
	struct vt__events events = {0};

	(void)state;
	vt__events_open(&events, sizeof(struct vt_format_event) - 1);
	assert_false(events.wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_million_operations_are_as_in_the_model, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(courses_are_what_sites_held_at_the_ends, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_sites_that_hold_most_are_followed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			a_recording_past_half_its_limit_gets_no_more_courses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(zeros_in_the_file_mislead_nobody, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_device_in_which_nothing_happens_takes_no_points,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(times_of_marks_are_thinned_evenly, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_last_events_stay, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_room_no_events_are_wanted, set_up,
						tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
