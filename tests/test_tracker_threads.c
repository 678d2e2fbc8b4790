/* Sixteen threads on one tracker: sums stay exact, and reports may run beside. */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <vramtrack/tracker.h>

#define THREADS 16u
#define ROUNDS 400u
#define EACH 16u /* records of a thread at once */

static vt_tracker *tracker;
static unsigned wrong; /* atomic: assertions are for the main thread */
static int stop;       /* atomic */

static void expect(int is_right)
{
	if (!is_right)
		__atomic_add_fetch(&wrong, 1, __ATOMIC_RELAXED);
}

static const void *address_of(uintptr_t thread, uintptr_t number)
{
	return (const void *)((thread + 1) << 32 | number << 8);
}

static void put_and_take(uintptr_t thread)
{
	const char *label = thread % 2 ? "odd" : "even";

	for (uintptr_t i = 0; i < EACH; i++)
		expect(vt_tracker_record(tracker, address_of(thread, i), thread * 10 + i,
					 (vt_purpose)(i % VT_PURPOSE_COUNT), label,
					 (int)(thread % 3)) == VT_OK);
	for (uintptr_t i = 0; i < EACH; i++)
		expect(vt_tracker_unrecord(tracker, address_of(thread, i)) == VT_OK);
}

/* Ends with one record left. */
static void *work(void *argument)
{
	uintptr_t thread = (uintptr_t)argument;
	vt_mark_result result = {0};

	expect(vt_tracker_push_thread_mark(tracker) == VT_OK);
	for (unsigned round = 0; round < ROUNDS; round++)
		put_and_take(thread);
	expect(vt_tracker_pop_thread_mark(tracker, &result) == VT_OK);
	expect(result.change_bytes == 0 && result.allocations == ROUNDS * EACH &&
	       result.frees == ROUNDS * EACH);
	expect(result.peak_bytes == thread * 10 * EACH + EACH * (EACH - 1) / 2);
	expect(vt_tracker_record(tracker, address_of(thread, 0), 1000 + thread,
				 (vt_purpose)(thread % VT_PURPOSE_COUNT), "left",
				 (int)(thread % 3)) == VT_OK);
	/* Left behind on purpose: the thread's end frees it. */
	expect(vt_tracker_push_thread_mark(tracker) == VT_OK);
	return NULL;
}

static void *look(void *argument)
{
	(void)argument;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		char *text = vt_tracker_report_json(tracker);
		vt_breakdown breakdown[VT_PURPOSE_COUNT];

		expect(text != NULL);
		vt_free(text);
		expect(vt_tracker_breakdown(tracker, breakdown) <= VT_PURPOSE_COUNT);
		expect(vt_tracker_total(tracker) <= vt_tracker_peak(tracker));
	}
	return NULL;
}

static size_t left_by(unsigned modulus, unsigned rest)
{
	size_t bytes = 0;

	for (unsigned thread = 0; thread < THREADS; thread++)
		bytes += thread % modulus == rest ? 1000 + thread : 0;
	return bytes;
}

static void sums_are_exact(void **state)
{
	pthread_t threads[THREADS], looker;
	vt_mark_result result;

	(void)state;
	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	assert_int_equal(vt_tracker_push_mark(tracker), VT_OK);
	assert_int_equal(pthread_create(&looker, NULL, look, NULL), 0);
	for (uintptr_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, (void *)i), 0);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	pthread_join(looker, NULL);
	assert_int_equal(__atomic_load_n(&wrong, __ATOMIC_RELAXED), 0);

	assert_int_equal(vt_tracker_count(tracker), THREADS);
	assert_int_equal(vt_tracker_total(tracker), left_by(1, 0));
	for (unsigned i = 0; i < VT_PURPOSE_COUNT; i++)
		assert_int_equal(vt_tracker_total_by_purpose(tracker, (vt_purpose)i),
				 left_by(VT_PURPOSE_COUNT, i));
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(vt_tracker_total_by_device(tracker, (int)i), left_by(3, i));
	assert_int_equal(vt_tracker_total_by_label(tracker, "left"), left_by(1, 0));
	assert_int_equal(vt_tracker_total_by_label(tracker, "odd"), 0);
	assert_int_equal(vt_tracker_pop_mark(tracker, &result), VT_OK);
	assert_int_equal(result.change_bytes, left_by(1, 0));
	assert_int_equal(result.allocations, THREADS * (ROUNDS * EACH + 1));
	assert_int_equal(result.frees, THREADS * ROUNDS * EACH);
	assert_int_equal(result.peak_bytes, vt_tracker_peak(tracker));
	vt_tracker_destroy(tracker);
}

/* Threads race for the last of a budget: it is never passed. */
static unsigned admitted; /* atomic */

static void *race(void *argument)
{
	uintptr_t thread = (uintptr_t)argument;

	for (uintptr_t i = 0; i < ROUNDS; i++) {
		vt_status status = vt_tracker_record(tracker, address_of(thread, i), 10,
						     VT_PURPOSE_UNKNOWN, NULL, 0);

		if (status == VT_OK)
			__atomic_add_fetch(&admitted, 1, __ATOMIC_RELAXED);
		else
			expect(status == VT_ERROR_BUDGET);
		expect(vt_tracker_total(tracker) <= 10005);
	}
	return NULL;
}

static void a_budget_is_never_passed(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	vt_tracker_set_budget(tracker, 10005, NULL, NULL);
	for (uintptr_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, race, (void *)i), 0);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(__atomic_load_n(&wrong, __ATOMIC_RELAXED), 0);
	assert_int_equal(admitted, 1000);
	assert_int_equal(vt_tracker_peak(tracker), 10000);
	vt_tracker_destroy(tracker);
}

/* Each its own tracker, all at once: none sees another's. */
static void *live_alone(void *argument)
{
	uintptr_t thread = (uintptr_t)argument;

	for (unsigned round = 0; round < 50; round++) {
		vt_tracker *own = NULL;

		expect(vt_tracker_create(&own) == VT_OK);
		for (uintptr_t i = 0; i < EACH; i++)
			expect(vt_tracker_record(own, address_of(0, i), thread, VT_PURPOSE_KV_CACHE,
						 "own", 0) == VT_OK);
		expect(vt_tracker_total(own) == thread * EACH);
		expect(vt_tracker_count(own) == EACH);
		(void)vt_report_leaks();
		vt_tracker_destroy(own);
	}
	return NULL;
}

static void many_trackers_at_once(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	for (uintptr_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, live_alone, (void *)i), 0);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(__atomic_load_n(&wrong, __ATOMIC_RELAXED), 0);
	assert_int_equal(vt_report_leaks(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_are_exact),
		cmocka_unit_test(a_budget_is_never_passed),
		cmocka_unit_test(many_trackers_at_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
