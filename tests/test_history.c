/*
 * What the reader makes of timelines, courses, marks and events, and of such as are wrong.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/findings/history.h"
#include "tests/make_recording.h"
#include "tests/reader_sample.h"

#define START 5000000000u

/* A device that held 100, 300, 200 at the ends of two points and now, its site 0 all of it but
 * 10, and a site that came later. */
static struct made *make(void)
{
	struct made *made = made_new();
	const uint32_t api = made_string(made, "cuMemAlloc_v2");
	struct vt_format_timeline *timeline = calloc(1, sizeof(*timeline));
	struct vt_format_course course = {.most = 290, .bytes = {90, 290}};
	struct vt_format_course late = {.site = 1, .first = 1, .most = 5, .bytes = {0, 5}};
	struct vt_format_mark_times times = {
		.stride_log2 = 2, .count = 2, .times_ns = {START + 5, START + 25}};
	struct vt_format_mark mark = {.count = 7};
	struct vt_format_device *device;

	assert_non_null(timeline);
	made_device(made, 0, "GPU", 1000);
	made_stack(made, &(uint64_t){VT_FORMAT_MAKE_FRAME(VT_FORMAT_NO_MODULE, 16)}, 1);
	made_site(made, 0, 0, api, VT_KIND_LINEAR);
	made_site(made, 0, 0, api, VT_KIND_PITCHED);
	made_allocation(made, 0, 0x1000, 350);
	made_freed(made, 0);
	made_allocation(made, 0, 0x1000, 200);
	device = made_record(made, VT_FORMAT_DEVICE, 0);
	device->open = (struct vt_format_open_point){
		.most = {350}, .least = {200}, .most_time_ns = {START + 31}, .timeline_plus_1 = 1};
	*timeline = (struct vt_format_timeline){.count = 2, .period_ns = 10, .open_ns = START + 30};
	timeline->points[0] = (struct vt_format_point){START, {{110, START + 7, 0, 100}}};
	timeline->points[1] = (struct vt_format_point){START + 11, {{300, START + 20, 50, 300}}};
	made_add(made, VT_FORMAT_TIMELINE, timeline);
	made_add(made, VT_FORMAT_COURSE, &course);
	made_add(made, VT_FORMAT_COURSE, &late);
	mark.name = made_string(made, "step");
	made_add(made, VT_FORMAT_MARK, &mark);
	made_add(made, VT_FORMAT_MARK_TIME, &times);
	for (uint64_t i = 0; i < 3; i++)
		made_add(made, VT_FORMAT_EVENT,
			 &(struct vt_format_event){.address = (i + 4) / 3 * 3 + i,
						   .stack = VT_FORMAT_NONE});
	made_add(made, VT_FORMAT_EVENT_RING, &(struct vt_format_event_ring){5, 3});
	free(timeline);
	return made;
}

static struct vt__recording *open_made(struct made *made)
{
	struct vt__recording *recording;

	assert_int_equal(made_write(made, reader_path), 0);
	if (vt__recording_open(reader_path, &recording, reader_message))
		fail_msg("%s", reader_message);
	return recording;
}

static void points_and_courses_are_in_order(void **state)
{
	struct made *made = make();
	struct vt__recording *recording = open_made(made);
	struct vt__history history;

	(void)state;
	assert_int_equal(vt__recording_header(recording)->losses[VT_LOSS_TAKEN_AWAY], 0);
	assert_int_equal(vt__history_make(recording, 0, &history), 0);
	assert_int_equal(history.count, 3);
	assert_int_equal(history.points[0].end_ns, START + 11);
	assert_int_equal(history.points[1].end_ns, START + 30);
	assert_int_equal(history.points[1].levels[0].most, 300);
	assert_int_equal(history.points[2].levels[0].most, 350);
	assert_int_equal(history.points[2].levels[0].last, 200);
	assert_int_equal(history.points[2].end_ns,
			 vt__recording_header(recording)->end_monotonic_ns);
	assert_int_equal(history.course_count, 2);
	assert_int_equal(history.courses[0].site_number, 0);
	assert_int_equal(history.courses[0].bytes[0], 90);
	assert_int_equal(history.courses[0].bytes[2], 200);
	assert_int_equal(history.courses[1].bytes[1], 5);
	vt__history_release(&history);
	assert_int_equal(vt__history_make(recording, 7, &history), 0);
	assert_int_equal(history.count, 0);
	vt__recording_close(recording);
	made_free(made);
}

/* What a site held before it was looked at is known only if it was not there. */
static void what_is_not_known_is_said(void **state)
{
	struct made *made = make();
	struct vt__recording *recording;
	struct vt__history history;

	(void)state;
	((struct vt_format_site *)made_record(made, VT_FORMAT_SITE, 1))->first_time_ns = START + 5;
	recording = open_made(made);
	assert_int_equal(vt__history_make(recording, 0, &history), 0);
	assert_int_equal(history.courses[1].bytes[0], VT_FORMAT_LEVEL_UNKNOWN);
	vt__history_release(&history);
	vt__recording_close(recording);
	((struct vt_format_site *)made_record(made, VT_FORMAT_SITE, 1))->first_time_ns = START + 15;
	recording = open_made(made);
	assert_int_equal(vt__history_make(recording, 0, &history), 0);
	assert_int_equal(history.courses[1].bytes[0], 0);
	vt__history_release(&history);
	vt__recording_close(recording);
	made_free(made);
}

static void marks_and_events_come_by_time(void **state)
{
	struct made *made = make();
	struct vt__recording *recording = open_made(made);
	struct vt__history_mark *marks;
	uint64_t dropped;
	size_t count;

	(void)state;
	assert_int_equal(vt__history_marks(recording, &marks, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(marks[0].number, 1);
	assert_int_equal(marks[1].number, 5);
	assert_int_equal(marks[1].time_ns, START + 25);
	free(marks);
	assert_int_equal(vt__history_events(recording, &dropped), 3);
	assert_int_equal(dropped, 2);
	/* five were written into three places: the oldest is in the last one */
	assert_ptr_equal(vt__history_event(recording, 0), vt__recording_event(recording, 2));
	assert_ptr_equal(vt__history_event(recording, 2), vt__recording_event(recording, 1));
	assert_null(vt__history_event(recording, 3));
	vt__recording_close(recording);
	made_free(made);
}

/* ---- Wrong ones --------------------------------------------------------------------- */

static const struct wrong {
	enum vt_format_type type;
	size_t offset;
	size_t bytes;
	uint64_t value;
	const char *said; /* NULL: no single record is wrong, but their sums */
} wrong[] = {
#define AT(record, field) offsetof(struct vt_format_##record, field)
	{VT_FORMAT_DEVICE, AT(device, open.timeline_plus_1), 4, 2, "a timeline that is not there"},
	{VT_FORMAT_TIMELINE, AT(timeline, device), 4, 1, "a device that is not there"},
	{VT_FORMAT_TIMELINE, AT(timeline, count), 4, VT_FORMAT_POINTS + 1, "more points than"},
	{VT_FORMAT_TIMELINE, AT(timeline, open_ns), 8, START + 10, "points that are not in order"},
	{VT_FORMAT_TIMELINE, AT(timeline, points[0].time_ns), 8, START + 12, "not in order"},
	{VT_FORMAT_TIMELINE, AT(timeline, points[1].levels[0].least), 8, 301, "not within it"},
	{VT_FORMAT_TIMELINE, AT(timeline, points[1].levels[0].last), 8, 301, "not within it"},
	{VT_FORMAT_COURSE, AT(course, site), 4, 2, "a site that is not there"},
	{VT_FORMAT_COURSE, AT(course, timeline), 4, 1, "a timeline that is not there"},
	{VT_FORMAT_COURSE, AT(course, first), 4, VT_FORMAT_POINTS, "a point that does not exist"},
	{VT_FORMAT_MARK_TIME, AT(mark_times, mark), 4, 1, "a mark that is not there"},
	{VT_FORMAT_MARK_TIME, AT(mark_times, count), 4, VT_FORMAT_MARK_TIMES + 1, "more times"},
	{VT_FORMAT_MARK_TIME, AT(mark_times, stride_log2), 4, 64, "an absurd stride"},
	{VT_FORMAT_MARK_TIME, AT(mark_times, times_ns[1]), 8, 1, "times that are not in order"},
	{VT_FORMAT_EVENT, AT(event, site), 4, 2, "a site that is not there"},
	{VT_FORMAT_EVENT, AT(event, stack), 4, 1, "a stack that is not there"},
	{VT_FORMAT_EVENT, AT(event, what), 4, VT_EVENT_COUNT, "a kind that does not exist"},
	{VT_FORMAT_EVENT_RING, AT(event_ring, written), 8, 2, "events that are not there"},
	{VT_FORMAT_EVENT_RING, AT(event_ring, most), 8, 4, "events that are not there"},
	{VT_FORMAT_DEVICE, AT(device, open.most[0]), 8, 351, NULL},
	{VT_FORMAT_DEVICE, AT(device, open.least[0]), 8, 201, NULL},
	{VT_FORMAT_TIMELINE, AT(timeline, points[0].levels[0].most), 8, 351, NULL},
	{VT_FORMAT_COURSE, AT(course, bytes[1]), 8, 296, NULL},
	{VT_FORMAT_COURSE, AT(course, bytes[0]), 8, UINT64_MAX, NULL},
#undef AT
};

static void what_is_wrong_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct made *made = make();
		unsigned char *record = made_record(made, wrong[i].type, 0);
		struct vt__recording *recording;

		memcpy(record + wrong[i].offset, &wrong[i].value, wrong[i].bytes);
		if (wrong[i].said) {
			assert_int_equal(made_write(made, reader_path), 0);
			if (vt__recording_open(reader_path, &recording, reader_message) !=
				    -EINVAL ||
			    !strstr(reader_message, wrong[i].said))
				fail_msg("case %zu: expected \"%s\", got \"%s\"", i, wrong[i].said,
					 reader_message);
		} else {
			recording = open_made(made);
			if (!vt__recording_header(recording)->losses[VT_LOSS_TAKEN_AWAY])
				fail_msg("case %zu was not noticed", i);
			vt__recording_close(recording);
		}
		made_free(made);
	}
}

/* A torn copy is read without what is wrong. */
static void a_torn_one_leaves_out_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct made *made = make();
		unsigned char *record = made_record(made, wrong[i].type, 0);
		struct vt__recording *recording;
		struct vt__history_mark *marks;
		struct vt__history history;
		uint64_t dropped;
		size_t count;

		memcpy(record + wrong[i].offset, &wrong[i].value, wrong[i].bytes);
		made_header(made)->sequence++;
		made_header(made)->state = VT_FORMAT_RUNNING;
		recording = open_made(made);
		assert_true(vt__recording_torn(recording));
		assert_int_equal(vt__history_make(recording, 0, &history), 0);
		vt__history_release(&history);
		assert_int_equal(vt__history_marks(recording, &marks, &count), 0);
		free(marks);
		for (uint64_t j = vt__history_events(recording, &dropped); j--;)
			assert_non_null(vt__history_event(recording, j));
		vt__recording_close(recording);
		made_free(made);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_and_courses_are_in_order),
		cmocka_unit_test(what_is_not_known_is_said),
		cmocka_unit_test(marks_and_events_come_by_time),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(a_torn_one_leaves_out_what_is_wrong),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, reader_make_folder, reader_remove_folder);
}
