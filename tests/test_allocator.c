/* Allocators: memory by its address, with a tracker's accounts, from several threads. */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vramtrack/vramtrack.h>

#include "tests/source_fixture.h"

static vt_allocator *made(vt_tracker *tracker, vt_purpose purpose, const char *label)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_allocator *allocator = NULL;

	options.tracker = tracker;
	options.purpose = purpose;
	options.label = label;
	assert_int_equal(vt_allocator_create(&allocator, &options), VT_OK);
	return allocator;
}

static void *taken(vt_allocator *allocator, size_t bytes)
{
	void *memory = NULL;

	assert_int_equal(vt_allocator_allocate(allocator, &memory, bytes, 0, -1, NULL), VT_OK);
	assert_non_null(memory);
	return memory;
}

static void test_memory_is_accounted_and_freed_by_its_address(void **state)
{
	vt_tracker *tracker;
	vt_allocator *allocator;
	void *first, *second;
	const size_t before = used_bytes();

	(void)state;
	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	allocator = made(tracker, VT_PURPOSE_KV_CACHE, "blocks");
	first = taken(allocator, 3 * MIB);
	second = taken(allocator, MIB);
	assert_ptr_not_equal(first, second);
	assert_int_equal(vt_tracker_total_by_purpose(tracker, VT_PURPOSE_KV_CACHE), 4 * MIB);
	assert_int_equal(vt_tracker_total_by_label(tracker, "blocks"), 4 * MIB);
	assert_int_equal(vt_allocator_bytes(allocator), 4 * MIB);
	assert_int_equal(vt_allocator_count(allocator), 2);
	assert_int_equal(vt_allocator_free(allocator, first, NULL), VT_OK);
	assert_int_equal(vt_allocator_bytes(allocator), MIB);
	assert_int_equal(vt_allocator_free(allocator, second, NULL), VT_OK);
	assert_int_equal(vt_tracker_count(tracker), 0);
	assert_true(used_bytes() <= before);
	vt_allocator_release(allocator);
	vt_tracker_destroy(tracker);
}

static void test_what_it_does_not_have_is_not_freed(void **state)
{
	vt_allocator *one = made(NULL, VT_PURPOSE_UNKNOWN, NULL);
	vt_allocator *two = made(NULL, VT_PURPOSE_UNKNOWN, NULL);
	char *memory = taken(one, MIB);

	(void)state;
	assert_int_equal(vt_allocator_free(two, memory, NULL), VT_ERROR_NOT_FOUND);
	assert_detail(VT_ERROR_NOT_FOUND, "nothing of this allocator begins at");
	assert_int_equal(vt_allocator_free(one, memory + 256, NULL), VT_ERROR_NOT_FOUND);
	assert_int_equal(vt_allocator_free(one, NULL, NULL), VT_OK);
	assert_int_equal(vt_allocator_free(one, memory, NULL), VT_OK);
	assert_int_equal(vt_allocator_free(one, memory, NULL), VT_ERROR_NOT_FOUND);
	vt_allocator_release(one);
	vt_allocator_release(two);
	assert_no_cuda_error();
}

static void test_memory_keeps_its_allocator(void **state)
{
	vt_allocator *allocator = made(NULL, VT_PURPOSE_UNKNOWN, NULL);
	void *memory = taken(allocator, MIB);

	(void)state;
	vt_allocator_release(allocator);
	assert_int_equal(vt_allocator_free(allocator, memory, NULL), VT_OK);
}

static void test_a_budget_refuses(void **state)
{
	vt_tracker *tracker;
	vt_allocator *allocator;
	void *const none = &tracker;
	void *memory, *more = none;

	(void)state;
	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	vt_tracker_set_budget(tracker, 2 * MIB, NULL, NULL);
	allocator = made(tracker, VT_PURPOSE_UNKNOWN, NULL);
	memory = taken(allocator, 2 * MIB);
	assert_int_equal(vt_allocator_allocate(allocator, &more, 1, 0, -1, NULL), VT_ERROR_BUDGET);
	assert_ptr_equal(more, none);
	assert_int_equal(vt_allocator_count(allocator), 1);
	assert_int_equal(vt_allocator_free(allocator, memory, NULL), VT_OK);
	vt_allocator_release(allocator);
	vt_tracker_destroy(tracker);
}

static void test_the_scope_names_what_the_allocator_does_not(void **state)
{
	vt_tracker *tracker;
	vt_allocator *allocator;
	void *memory;
	vt_scope scope;

	(void)state;
	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	allocator = made(tracker, VT_PURPOSE_UNKNOWN, NULL);
	vt_scope_begin(&scope, VT_PURPOSE_MODEL_WEIGHTS, "layer 3");
	memory = taken(allocator, MIB);
	vt_scope_end(&scope);
	assert_int_equal(vt_tracker_total_by_purpose(tracker, VT_PURPOSE_MODEL_WEIGHTS), MIB);
	assert_int_equal(vt_tracker_total_by_label(tracker, "layer 3"), MIB);
	assert_int_equal(vt_allocator_free(allocator, memory, NULL), VT_OK);
	vt_allocator_release(allocator);
	vt_tracker_destroy(tracker);
}

static void test_wrong_arguments_are_refused(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_allocator *allocator = NULL;
	void *memory = NULL;

	(void)state;
	assert_int_equal(vt_allocator_create(NULL, NULL), VT_ERROR_INVALID_ARGUMENT);
	options.flags = VT_BUFFER_ZEROED;
	assert_int_equal(vt_allocator_create(&allocator, &options), VT_ERROR_INVALID_ARGUMENT);
	assert_detail(VT_ERROR_INVALID_ARGUMENT, "capacity and flags are of buffers");
	options = (vt_buffer_options)VT_BUFFER_OPTIONS_INIT;
	options.struct_size = 3;
	assert_int_equal(vt_allocator_create(&allocator, &options), VT_ERROR_STRUCT_SIZE);
	assert_null(allocator);
	assert_int_equal(vt_allocator_create(&allocator, NULL), VT_OK);
	assert_int_equal(vt_allocator_allocate(NULL, &memory, 1, 0, -1, NULL),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_allocator_allocate(allocator, NULL, 1, 0, -1, NULL),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_allocator_allocate(allocator, &memory, 1, 48, -1, NULL),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_allocator_allocate(allocator, &memory, 1, 0, 7, NULL),
			 VT_ERROR_NO_DEVICE);
	memory = allocator;
	assert_int_equal(vt_allocator_allocate(allocator, &memory, 0, 0, -1, NULL), VT_OK);
	assert_null(memory);
	assert_int_equal(vt_allocator_free(NULL, memory, NULL), VT_ERROR_INVALID_ARGUMENT);
	vt_allocator_release(allocator);
	vt_allocator_release(NULL);
	assert_int_equal(vt_allocator_bytes(NULL) + vt_allocator_count(NULL), 0);
}

/* CUDA does not work there: the child's copy of the memory's end must do nothing. */
static void test_a_forked_child_is_refused(void **state)
{
	vt_allocator *allocator = made(NULL, VT_PURPOSE_UNKNOWN, NULL);
	void *memory = taken(allocator, MIB);
	int status = -1;
	pid_t child = fork();

	(void)state;
	if (!child)
		_exit(vt_allocator_free(allocator, memory, NULL) == VT_ERROR_NOT_SUPPORTED ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(vt_allocator_free(allocator, memory, NULL), VT_OK);
	vt_allocator_release(allocator);
}

#define ROUNDS 2000

static void *allocate_and_free(void *argument)
{
	vt_allocator *allocator = argument;
	void *kept[4] = {NULL};

	for (unsigned i = 0; i < ROUNDS; i++) {
		void **place = &kept[i % 4];

		if (vt_allocator_free(allocator, *place, NULL) != VT_OK ||
		    vt_allocator_allocate(allocator, place, 256 * (i % 7 + 1), 0, -1, NULL) !=
			    VT_OK)
			return allocator;
	}
	for (unsigned i = 0; i < 4; i++)
		if (vt_allocator_free(allocator, kept[i], NULL) != VT_OK)
			return allocator;
	return NULL;
}

static void test_threads_allocate_and_free_at_once(void **state)
{
	vt_allocator *allocator = made(NULL, VT_PURPOSE_UNKNOWN, NULL);
	pthread_t threads[8];

	(void)state;
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, allocate_and_free, allocator),
				 0);
	for (unsigned i = 0; i < 8; i++) {
		void *failed = NULL;

		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	assert_int_equal(vt_allocator_bytes(allocator) + vt_allocator_count(allocator), 0);
	vt_allocator_release(allocator);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_is_accounted_and_freed_by_its_address),
		cmocka_unit_test(test_what_it_does_not_have_is_not_freed),
		cmocka_unit_test(test_memory_keeps_its_allocator),
		cmocka_unit_test(test_a_budget_refuses),
		cmocka_unit_test(test_the_scope_names_what_the_allocator_does_not),
		cmocka_unit_test(test_wrong_arguments_are_refused),
		cmocka_unit_test(test_a_forked_child_is_refused),
		cmocka_unit_test(test_threads_allocate_and_free_at_once),
	};

	simulated_device("");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
