/* A tracker: records, sums and what is live. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <vramtrack/tracker.h>

#include "library/account.h"

static const void *at(uintptr_t address)
{
	return (const void *)address;
}

static vt_tracker *make(void)
{
	vt_tracker *tracker = NULL;

	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	assert_non_null(tracker);
	return tracker;
}

static void put(vt_tracker *tracker, uintptr_t address, size_t bytes, vt_purpose purpose)
{
	assert_int_equal(vt_tracker_record(tracker, at(address), bytes, purpose, NULL, 0), VT_OK);
}

/* ---- Records and sums ------------------------------------------------------------- */

static void sums_follow_records(void **state)
{
	vt_tracker *tracker = make();

	(void)state;
	assert_int_equal(vt_tracker_record(tracker, at(0x1000), 100, VT_PURPOSE_KV_CACHE, "a", 0),
			 VT_OK);
	assert_int_equal(vt_tracker_record(tracker, at(0x2000), 20, VT_PURPOSE_KV_CACHE, "b", 1),
			 VT_OK);
	assert_int_equal(
		vt_tracker_record(tracker, at(0x3000), 3, VT_PURPOSE_MODEL_WEIGHTS, "a", -1),
		VT_OK);
	assert_int_equal(vt_tracker_record(tracker, NULL, 0, VT_PURPOSE_UNKNOWN, NULL, 70), VT_OK);
	assert_int_equal(vt_tracker_total(tracker), 123);
	assert_int_equal(vt_tracker_count(tracker), 4);
	assert_int_equal(vt_tracker_total_by_purpose(tracker, VT_PURPOSE_KV_CACHE), 120);
	assert_int_equal(vt_tracker_count_by_purpose(tracker, VT_PURPOSE_KV_CACHE), 2);
	assert_int_equal(vt_tracker_count_by_purpose(tracker, VT_PURPOSE_UNKNOWN), 1);
	assert_int_equal(vt_tracker_total_by_device(tracker, 0), 100);
	assert_int_equal(vt_tracker_total_by_device(tracker, 1), 20);
	assert_int_equal(vt_tracker_total_by_device(tracker, -1), 3);
	assert_int_equal(vt_tracker_total_by_device(tracker, 500), 0);
	assert_int_equal(vt_tracker_total_by_device(tracker, -7), 0);
	assert_int_equal(vt_tracker_total_by_label(tracker, "a"), 103);
	assert_int_equal(vt_tracker_total_by_label(tracker, "none such"), 0);
	assert_int_equal(vt_tracker_total_by_label(tracker, NULL), 0);
	assert_int_equal(vt_tracker_unrecord(tracker, at(0x1000)), VT_OK);
	assert_int_equal(vt_tracker_total(tracker), 23);
	assert_int_equal(vt_tracker_total_by_label(tracker, "a"), 3);
	assert_int_equal(vt_tracker_unrecord(tracker, NULL), VT_OK);
	assert_int_equal(vt_tracker_count(tracker), 2);
	vt_tracker_destroy(tracker);
}

static void recording_again_replaces(void **state)
{
	vt_tracker *tracker = make();

	(void)state;
	put(tracker, 0x1000, 100, VT_PURPOSE_KV_CACHE);
	put(tracker, 0x1000, 7, VT_PURPOSE_MODEL_WEIGHTS);
	assert_int_equal(vt_tracker_total(tracker), 7);
	assert_int_equal(vt_tracker_count(tracker), 1);
	assert_int_equal(vt_tracker_peak(tracker), 100);
	assert_int_equal(vt_tracker_total_by_purpose(tracker, VT_PURPOSE_KV_CACHE), 0);
	assert_int_equal(vt_tracker_unrecord(tracker, at(0x1000)), VT_OK);
	assert_int_equal(vt_tracker_unrecord(tracker, at(0x1000)), VT_ERROR_NOT_FOUND);
	assert_string_equal(vt_last_error_text(), "nothing is recorded at 0x1000");
	vt_tracker_destroy(tracker);
}

static void trackers_are_apart(void **state)
{
	vt_tracker *one = make(), *other = make();

	(void)state;
	put(one, 0x1000, 1, VT_PURPOSE_UNKNOWN);
	put(other, 0x1000, 2, VT_PURPOSE_UNKNOWN);
	vt_tracker_destroy(one);
	assert_int_equal(vt_tracker_total(other), 2);
	vt_tracker_destroy(other);
}

static void refuses_bad_arguments(void **state)
{
	vt_tracker *tracker = make();

	(void)state;
	assert_int_equal(vt_tracker_create(NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_tracker_record(NULL, at(1), 1, VT_PURPOSE_UNKNOWN, NULL, 0),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_tracker_record(tracker, at(1), 1, (vt_purpose)4, NULL, 0),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_tracker_record(tracker, at(1), 1, VT_PURPOSE_UNKNOWN, NULL, -2),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_tracker_record(tracker, at(1), 1, VT_PURPOSE_UNKNOWN, NULL, 1 << 30),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_tracker_unrecord(NULL, at(1)), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_tracker_total(NULL), 0);
	assert_int_equal(vt_tracker_total_by_label(NULL, "a"), 0);
	assert_int_equal(vt_tracker_count(tracker), 0);
	vt_tracker_destroy(NULL);
	vt_tracker_destroy(tracker);
}

/* Whatever the sizes, no sum wraps. */
static void refuses_what_would_overflow(void **state)
{
	vt_tracker *tracker = make();

	(void)state;
	assert_int_equal(vt_tracker_record(tracker, at(1), SIZE_MAX, VT_PURPOSE_UNKNOWN, NULL, 0),
			 VT_ERROR_INVALID_ARGUMENT);
	put(tracker, 0x1000, INT64_MAX - 5, VT_PURPOSE_UNKNOWN);
	assert_int_equal(vt_tracker_record(tracker, at(2), 6, VT_PURPOSE_UNKNOWN, NULL, 0),
			 VT_ERROR_INVALID_ARGUMENT);
	put(tracker, 0x2000, 5, VT_PURPOSE_UNKNOWN);
	assert_true(vt_tracker_total(tracker) == INT64_MAX);
	vt_tracker_destroy(tracker);
}

/* 127 bytes are kept, and no character is cut. */
static int look_at_label(const vt_live_allocation *allocation, void *closure)
{
	*(size_t *)closure = strlen(allocation->label);
	return 0;
}

static void long_labels_are_cut(void **state)
{
	vt_tracker *tracker = make();
	char label[200];
	size_t length = 0;

	(void)state;
	memset(label, 'x', sizeof(label));
	memcpy(label + 126, "\xc3\xa4", 2);
	label[199] = '\0';
	assert_int_equal(vt_tracker_record(tracker, at(1), 9, VT_PURPOSE_UNKNOWN, label, 0), VT_OK);
	assert_int_equal(vt_tracker_each_live(tracker, look_at_label, &length), 0);
	assert_int_equal(length, 126);
	assert_int_equal(vt_tracker_total_by_label(tracker, label), 9);
	vt_tracker_destroy(tracker);
}

/* ---- What is live --------------------------------------------------------------------- */

struct seen {
	vt_tracker *tracker;
	uintptr_t addresses[8];
	const void *innermost;
	size_t count;
};

static int see(const vt_live_allocation *allocation, void *closure)
{
	struct seen *seen = closure;

	seen->addresses[seen->count++] = (uintptr_t)allocation->address;
	if (allocation->frame_count)
		seen->innermost = allocation->frames[0];
	/* The tracker may be used inside; the copy stays. */
	(void)vt_tracker_unrecord(seen->tracker, at(0x3000));
	put(seen->tracker, 0x9000, 1, VT_PURPOSE_UNKNOWN);
	return seen->count == 3 ? 42 : 0;
}

static void each_live_is_oldest_first_and_stops(void **state)
{
	vt_tracker *tracker = make();
	struct seen seen = {.tracker = tracker};
	struct vt__account *account = vt__account_retain(tracker);

	(void)state;
	for (uintptr_t i = 1; i < 5; i++)
		put(tracker, i * 0x1000, i, VT_PURPOSE_UNKNOWN);
	/* Keeps its age where it goes. */
	assert_int_equal(vt__account_change(account, at(0x1000), at(0x8000), 99), VT_OK);
	assert_int_equal(vt_tracker_each_live(tracker, see, &seen), 42);
	assert_int_equal(seen.addresses[0], 0x8000);
	assert_int_equal(seen.addresses[1], 0x2000);
	assert_int_equal(seen.addresses[2], 0x3000);
	assert_int_equal(vt_tracker_each_live(NULL, see, &seen), 0);
	vt__account_release(account);
	vt_tracker_destroy(tracker);
}

static void stack_begins_at_the_caller(void **state)
{
	vt_tracker *tracker = make();
	struct seen seen = {.tracker = tracker};
	uintptr_t here = (uintptr_t)&stack_begins_at_the_caller;

	(void)state;
	assert_int_equal(vt_tracker_record(tracker, at(1), 1, VT_PURPOSE_UNKNOWN, NULL, 0), VT_OK);
	assert_int_equal(vt_tracker_each_live(tracker, see, &seen), 0);
	assert_in_range((uintptr_t)seen.innermost, here, here + 4096);
	vt_tracker_destroy(tracker);
}

/* Labels and stacks that nothing uses are forgotten in the end; those in use stay. */
static void many_labels_come_and_go(void **state)
{
	vt_tracker *tracker = make();
	char label[32];

	(void)state;
	assert_int_equal(vt_tracker_record(tracker, at(1), 5, VT_PURPOSE_UNKNOWN, "stays", 0),
			 VT_OK);
	for (unsigned i = 0; i < 10000; i++) {
		snprintf(label, sizeof(label), "request %u", i);
		assert_int_equal(vt_tracker_record(tracker, at(2), 3, VT_PURPOSE_UNKNOWN, label, 0),
				 VT_OK);
		assert_int_equal(vt_tracker_total_by_label(tracker, label), 3);
		assert_int_equal(vt_tracker_unrecord(tracker, at(2)), VT_OK);
		assert_int_equal(vt_tracker_total_by_label(tracker, label), 0);
	}
	assert_int_equal(vt_tracker_total_by_label(tracker, "stays"), 5);
	vt_tracker_destroy(tracker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_follow_records),
		cmocka_unit_test(recording_again_replaces),
		cmocka_unit_test(trackers_are_apart),
		cmocka_unit_test(refuses_bad_arguments),
		cmocka_unit_test(refuses_what_would_overflow),
		cmocka_unit_test(long_labels_are_cut),
		cmocka_unit_test(each_live_is_oldest_first_and_stops),
		cmocka_unit_test(stack_begins_at_the_caller),
		cmocka_unit_test(many_labels_come_and_go),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
