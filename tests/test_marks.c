/* Marks: what changed since, nested, of the whole tracker and of a thread. */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <vramtrack/tracker.h>

#include "library/account.h"

static const void *at(uintptr_t address)
{
	return (const void *)address;
}

static int make(void **state)
{
	vt_tracker *tracker;

	if (vt_tracker_create(&tracker) != VT_OK)
		return -1;
	*state = tracker;
	return 0;
}

static int destroy(void **state)
{
	vt_tracker_destroy(*state);
	return 0;
}

static void put(vt_tracker *tracker, uintptr_t address, size_t bytes)
{
	assert_int_equal(
		vt_tracker_record(tracker, at(address), bytes, VT_PURPOSE_UNKNOWN, NULL, 0), VT_OK);
}

static void take(vt_tracker *tracker, uintptr_t address)
{
	assert_int_equal(vt_tracker_unrecord(tracker, at(address)), VT_OK);
}

static void is(const vt_mark_result *result, int64_t bytes, int64_t count, size_t peak,
	       size_t allocations, size_t frees)
{
	assert_true(result->change_bytes == bytes);
	assert_true(result->change_count == count);
	assert_int_equal(result->peak_bytes, peak);
	assert_int_equal(result->allocations, allocations);
	assert_int_equal(result->frees, frees);
}

static void a_mark_tells_what_changed(void **state)
{
	vt_tracker *tracker = *state;
	vt_mark_result result;

	put(tracker, 1, 100);
	assert_int_equal(vt_tracker_push_mark(tracker), VT_OK);
	put(tracker, 2, 50);
	put(tracker, 3, 7);
	take(tracker, 2);
	take(tracker, 1);
	assert_int_equal(vt_tracker_pop_mark(tracker, &result), VT_OK);
	is(&result, -93, 0, 57, 2, 2);
}

static void never_above_is_no_peak(void **state)
{
	vt_tracker *tracker = *state;
	vt_mark_result result;

	put(tracker, 1, 100);
	assert_int_equal(vt_tracker_push_mark(tracker), VT_OK);
	take(tracker, 1);
	put(tracker, 2, 99);
	assert_int_equal(vt_tracker_pop_mark(tracker, &result), VT_OK);
	is(&result, -1, 0, 0, 1, 1);
}

static void a_change_of_size_is_no_allocation(void **state)
{
	vt_tracker *tracker = *state;
	struct vt__account *account = vt__account_retain(tracker);
	vt_mark_result whole, of_thread;

	put(tracker, 1, 100);
	assert_int_equal(vt_tracker_push_mark(tracker), VT_OK);
	assert_int_equal(vt_tracker_push_thread_mark(tracker), VT_OK);
	assert_int_equal(vt__account_change(account, at(1), at(2), 300), VT_OK);
	assert_int_equal(vt__account_change(account, at(2), at(2), 250), VT_OK);
	assert_int_equal(vt__account_change(account, at(77), at(78), 1), VT_OK);
	assert_int_equal(vt_tracker_pop_thread_mark(tracker, &of_thread), VT_OK);
	assert_int_equal(vt_tracker_pop_mark(tracker, &whole), VT_OK);
	is(&whole, 150, 0, 200, 0, 0);
	is(&of_thread, 150, 0, 200, 0, 0);
	vt__account_release(account);
}

static void recording_again_is_a_free_and_an_allocation(void **state)
{
	vt_tracker *tracker = *state;
	vt_mark_result whole, of_thread;

	put(tracker, 1, 100);
	assert_int_equal(vt_tracker_push_mark(tracker), VT_OK);
	assert_int_equal(vt_tracker_push_thread_mark(tracker), VT_OK);
	put(tracker, 1, 130);
	assert_int_equal(vt_tracker_pop_thread_mark(tracker, &of_thread), VT_OK);
	assert_int_equal(vt_tracker_pop_mark(tracker, &whole), VT_OK);
	is(&whole, 30, 0, 30, 1, 1);
	is(&of_thread, 30, 0, 30, 1, 1);
}

static void without_a_mark_there_is_none_to_take_off(void **state)
{
	vt_tracker *tracker = *state;
	vt_mark_result result = {.allocations = 77};

	assert_int_equal(vt_tracker_pop_mark(tracker, &result), VT_ERROR_NOT_FOUND);
	assert_int_equal(vt_tracker_pop_thread_mark(tracker, &result), VT_ERROR_NOT_FOUND);
	assert_int_equal(result.allocations, 77);
	assert_int_equal(vt_tracker_push_mark(NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_tracker_pop_mark(NULL, &result), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_tracker_push_thread_mark(NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_tracker_pop_thread_mark(NULL, &result), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_tracker_push_mark(tracker), VT_OK);
	assert_int_equal(vt_tracker_push_thread_mark(tracker), VT_OK);
	assert_int_equal(vt_tracker_pop_mark(tracker, NULL), VT_OK);
	assert_int_equal(vt_tracker_pop_thread_mark(tracker, NULL), VT_OK);
}

/* ---- Threads ------------------------------------------------------------------------ */

static void *put_two_take_one(void *tracker)
{
	put(tracker, 11, 1000);
	put(tracker, 12, 2000);
	take(tracker, 1);
	return NULL;
}

static void a_thread_mark_sees_its_thread(void **state)
{
	vt_tracker *tracker = *state;
	vt_mark_result whole, of_thread;
	pthread_t thread;

	put(tracker, 1, 100);
	assert_int_equal(vt_tracker_push_mark(tracker), VT_OK);
	assert_int_equal(vt_tracker_push_thread_mark(tracker), VT_OK);
	put(tracker, 2, 5);
	assert_int_equal(pthread_create(&thread, NULL, put_two_take_one, tracker), 0);
	pthread_join(thread, NULL);
	take(tracker, 12); /* what another thread made */
	assert_int_equal(vt_tracker_pop_thread_mark(tracker, &of_thread), VT_OK);
	assert_int_equal(vt_tracker_pop_mark(tracker, &whole), VT_OK);
	is(&of_thread, 5 - 2000, 0, 5, 1, 1);
	is(&whole, 905, 1, 3005, 3, 2);
}

static void thread_marks_belong_to_their_tracker(void **state)
{
	vt_tracker *tracker = *state, *other;
	vt_mark_result result;

	assert_int_equal(vt_tracker_create(&other), VT_OK);
	assert_int_equal(vt_tracker_push_thread_mark(tracker), VT_OK);
	assert_int_equal(vt_tracker_push_thread_mark(other), VT_OK);
	put(tracker, 1, 10);
	put(other, 1, 20);
	assert_int_equal(vt_tracker_pop_thread_mark(tracker, &result), VT_OK);
	is(&result, 10, 1, 10, 1, 0);
	assert_int_equal(vt_tracker_pop_thread_mark(other, &result), VT_OK);
	is(&result, 20, 1, 20, 1, 0);
	vt_tracker_destroy(other);
}

/* A tracker made where another was has no marks of it. */
static void marks_end_with_their_tracker(void **state)
{
	vt_mark_result result;

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		vt_tracker *tracker;

		assert_int_equal(vt_tracker_create(&tracker), VT_OK);
		assert_int_equal(vt_tracker_pop_thread_mark(tracker, &result), VT_ERROR_NOT_FOUND);
		assert_int_equal(vt_tracker_pop_mark(tracker, &result), VT_ERROR_NOT_FOUND);
		assert_int_equal(vt_tracker_push_thread_mark(tracker), VT_OK);
		assert_int_equal(vt_tracker_push_mark(tracker), VT_OK);
		vt_tracker_destroy(tracker);
	}
}

/* ---- Nested, against a model that looks at every mark after every change ----------------- */

#define DEPTH 24u
#define SLOTS 32u
#define STEPS 30000u

static struct {
	struct {
		int64_t bytes, peak;
		size_t allocations, frees;
	} marks[DEPTH];
	unsigned depth;
	int64_t bytes;
	size_t allocations, frees;
	size_t slots[SLOTS]; /* 0: nothing there */
} model;

static void model_note(void)
{
	for (unsigned i = 0; i < model.depth; i++)
		if (model.bytes > model.marks[i].peak)
			model.marks[i].peak = model.bytes;
}

static void model_take(vt_tracker *tracker, unsigned slot)
{
	take(tracker, 1 + slot);
	model.bytes -= (int64_t)model.slots[slot];
	model.frees++;
	model.slots[slot] = 0;
}

static void model_put(vt_tracker *tracker, unsigned slot)
{
	model.slots[slot] = 1 + (size_t)rand() % 500;
	put(tracker, 1 + slot, model.slots[slot]);
	model.bytes += (int64_t)model.slots[slot];
	model.allocations++;
	model_note();
}

static void model_push(vt_tracker *tracker)
{
	if (model.depth == DEPTH)
		return;
	assert_int_equal(vt_tracker_push_mark(tracker), VT_OK);
	assert_int_equal(vt_tracker_push_thread_mark(tracker), VT_OK);
	model.marks[model.depth].bytes = model.bytes;
	model.marks[model.depth].peak = model.bytes;
	model.marks[model.depth].allocations = model.allocations;
	model.marks[model.depth].frees = model.frees;
	model.depth++;
}

static void model_pop(vt_tracker *tracker)
{
	vt_mark_result whole, of_thread;
	unsigned i;

	if (!model.depth)
		return;
	i = --model.depth;
	assert_int_equal(vt_tracker_pop_mark(tracker, &whole), VT_OK);
	assert_int_equal(vt_tracker_pop_thread_mark(tracker, &of_thread), VT_OK);
	is(&whole, model.bytes - model.marks[i].bytes,
	   (int64_t)(model.allocations - model.marks[i].allocations) -
		   (int64_t)(model.frees - model.marks[i].frees),
	   (size_t)(model.marks[i].peak - model.marks[i].bytes),
	   model.allocations - model.marks[i].allocations, model.frees - model.marks[i].frees);
	assert_memory_equal(&whole, &of_thread, sizeof(whole));
}

static void nested_marks_agree_with_the_model(void **state)
{
	vt_tracker *tracker = *state;

	srand(7);
	for (unsigned step = 0; step < STEPS; step++) {
		unsigned slot = (unsigned)rand() % SLOTS, what = (unsigned)rand() % 10;

		if (what == 0)
			model_push(tracker);
		else if (what == 1)
			model_pop(tracker);
		else if (model.slots[slot])
			model_take(tracker, slot);
		else
			model_put(tracker, slot);
	}
	while (model.depth)
		model_pop(tracker);
}

#define MARKS_TEST(name) cmocka_unit_test_setup_teardown(name, make, destroy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MARKS_TEST(a_mark_tells_what_changed),
		MARKS_TEST(never_above_is_no_peak),
		MARKS_TEST(a_change_of_size_is_no_allocation),
		MARKS_TEST(recording_again_is_a_free_and_an_allocation),
		MARKS_TEST(without_a_mark_there_is_none_to_take_off),
		MARKS_TEST(a_thread_mark_sees_its_thread),
		MARKS_TEST(thread_marks_belong_to_their_tracker),
		MARKS_TEST(marks_end_with_their_tracker),
		MARKS_TEST(nested_marks_agree_with_the_model),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
