/*
 * What the library says and does where the program has no host memory left.
 *
 * Linked with malloc(), calloc() and realloc() of its own (-Wl,--wrap), of which one after the
 * other fails.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <cuda_runtime_api.h>

#include <vramtrack/narration.h>
#include <vramtrack/tracker.h>

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *memory, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *memory, size_t bytes);

/* Calls until the one that fails, and that one; 0: none does. */
static unsigned until_failure;

static bool fails(void)
{
	return until_failure && --until_failure == 0;
}

void *__wrap_malloc(size_t bytes)
{
	return fails() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
	return fails() ? NULL : __real_calloc(count, bytes);
}

void *__wrap_realloc(void *memory, size_t bytes)
{
	return fails() ? NULL : __real_realloc(memory, bytes);
}

/* Of a call that asks for memory so many times: each of them fails once, then none does. */
static void assert_fails(vt_status call(vt_tracker *tracker), vt_tracker *tracker, unsigned times,
			 const char *words)
{
	for (unsigned nth = 1; nth <= times; nth++) {
		until_failure = nth;
		assert_int_equal(call(tracker), VT_ERROR_OUT_OF_HOST_MEMORY);
		assert_int_equal(until_failure, 0);
		assert_non_null(strstr(vt_last_error()->text, words));
	}
	until_failure = times + 1;
	assert_int_equal(call(tracker), VT_OK);
	assert_int_equal(until_failure, 1);
	until_failure = 0;
}

static vt_tracker *make(unsigned allocations, void *const *addresses)
{
	vt_tracker *tracker = NULL;

	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	for (unsigned i = 0; i < allocations; i++)
		assert_int_equal(vt_tracker_record(tracker, addresses[i], 100 * (i + 1),
						   VT_PURPOSE_UNKNOWN, NULL, 0),
				 VT_OK);
	return tracker;
}

/* ---- Leaks ---------------------------------------------------------------------------- */

static struct {
	unsigned leaks;
	uint64_t bytes;
	char label[64];
} heard;

static void hear(const vt_event *event, void *closure)
{
	(void)closure;
	if (event->kind != VT_EVENT_LEAK)
		return;
	heard.leaks++;
	heard.bytes += event->bytes;
	strncpy(heard.label, event->label, sizeof(heard.label) - 1);
}

static void *const made_up[] = {(void *)0x1000, (void *)0x2000, (void *)0x3000};

/* Not one by one, but told. */
static void test_leaks_are_told_as_a_sum(void **state)
{
	vt_tracker *tracker = make(3, made_up);

	(void)state;
	memset(&heard, 0, sizeof(heard));
	vt_set_narrator(hear, NULL);
	until_failure = 1;
	vt_tracker_destroy(tracker);
	assert_int_equal(until_failure, 0);
	assert_int_equal(heard.leaks, 1);
	assert_int_equal(heard.bytes, 600);
	assert_string_equal(heard.label, "all allocations of a tracker");
	/* And of a tracker without any, nothing. */
	tracker = make(0, NULL);
	until_failure = 1;
	vt_tracker_destroy(tracker);
	assert_int_equal(heard.leaks, 1);
	until_failure = 0;
	vt_set_narrator(NULL, NULL);
}

static void test_leaks_of_all_trackers_are_counted(void **state)
{
	vt_tracker *three = make(3, made_up), *one = make(1, made_up), *none = make(0, NULL);

	(void)state;
	memset(&heard, 0, sizeof(heard));
	vt_set_narrator(hear, NULL);
	until_failure = 1;
	assert_int_equal(vt_report_leaks(), 4);
	assert_int_equal(until_failure, 0);
	assert_int_equal(heard.leaks, 0);
	/* With memory each is told as well. */
	assert_int_equal(vt_report_leaks(), 4);
	assert_int_equal(heard.leaks, 4);
	vt_set_narrator(NULL, NULL);
	vt_tracker_destroy(three);
	vt_tracker_destroy(one);
	vt_tracker_destroy(none);
}

/* ---- Marks ---------------------------------------------------------------------------- */

static vt_status push(vt_tracker *tracker)
{
	return vt_tracker_push_mark(tracker);
}

static vt_status push_in_thread(vt_tracker *tracker)
{
	return vt_tracker_push_thread_mark(tracker);
}

static void test_a_mark_without_memory_is_not_there(void **state)
{
	vt_tracker *tracker = make(0, NULL);
	vt_mark_result result;

	(void)state;
	assert_fails(push, tracker, 1, "no host memory for a mark");
	assert_int_equal(vt_tracker_record(tracker, made_up[0], 100, VT_PURPOSE_UNKNOWN, NULL, 0),
			 VT_OK);
	assert_int_equal(vt_tracker_pop_mark(tracker, &result), VT_OK);
	assert_int_equal(result.change_bytes, 100);
	assert_int_equal(vt_tracker_pop_mark(tracker, &result), VT_ERROR_NOT_FOUND);
	assert_int_equal(vt_tracker_unrecord(tracker, made_up[0]), VT_OK);
	vt_tracker_destroy(tracker);
}

static void test_a_mark_of_a_thread_without_memory_is_not_there(void **state)
{
	vt_tracker *tracker = make(0, NULL);

	(void)state;
	/* The thread's marks, which stay, and then room in them. */
	until_failure = 1;
	assert_int_equal(push_in_thread(tracker), VT_ERROR_OUT_OF_HOST_MEMORY);
	until_failure = 2;
	assert_int_equal(push_in_thread(tracker), VT_ERROR_OUT_OF_HOST_MEMORY);
	assert_fails(push_in_thread, tracker, 1, "no host memory for a mark");
	assert_int_equal(vt_tracker_pop_thread_mark(tracker, NULL), VT_OK);
	assert_int_equal(vt_tracker_pop_thread_mark(tracker, NULL), VT_ERROR_NOT_FOUND);
	vt_tracker_destroy(tracker);
}

/* ---- Residency ------------------------------------------------------------------------ */

static vt_status verify(vt_tracker *tracker)
{
	return vt_tracker_verify_residency(tracker);
}

static void test_residency_is_not_claimed_without_memory_to_look(void **state)
{
	void *buffer = NULL;
	vt_tracker *tracker;

	(void)state;
	assert_int_equal(cudaMalloc(&buffer, 100), cudaSuccess);
	tracker = make(1, &buffer);
	assert_fails(verify, tracker, 2, "no host memory to look at the allocations");
	assert_int_equal(vt_tracker_unrecord(tracker, buffer), VT_OK);
	vt_tracker_destroy(tracker);
	assert_int_equal(cudaFree(buffer), cudaSuccess);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leaks_are_told_as_a_sum),
		cmocka_unit_test(test_leaks_of_all_trackers_are_counted),
		cmocka_unit_test(test_a_mark_without_memory_is_not_there),
		cmocka_unit_test(test_a_mark_of_a_thread_without_memory_is_not_there),
		cmocka_unit_test(test_residency_is_not_claimed_without_memory_to_look),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("no_memory", tests, NULL, NULL);
}
