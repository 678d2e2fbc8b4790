/* The pool source: its options, what it holds, its cap and its end. */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <cuda_runtime_api.h>

#include "tests/source_fixture.h"

static void pool_refused(vt_pool_options options, vt_status status, const char *words)
{
	vt_source *const none = (vt_source *)&options;
	vt_source *source = none;

	assert_int_equal(vt_source_create_pool(&source, &options), status);
	assert_detail(status, words);
	assert_ptr_equal(source, none);
	assert_no_cuda_error();
}

static void test_wrong_pool_options_are_refused(void **state)
{
	const vt_pool_options good = VT_POOL_OPTIONS_INIT;
	vt_pool_options bad = good;

	(void)state;
	bad.struct_size = 3;
	pool_refused(bad, VT_ERROR_STRUCT_SIZE, "vt_pool_options.struct_size is 3");
	bad = good;
	bad.device = -2;
	pool_refused(bad, VT_ERROR_INVALID_ARGUMENT, "device is -2");
	bad = good;
	bad.device = 7;
	pool_refused(bad, VT_ERROR_NO_DEVICE, "");
	bad = good;
	bad.reserved = 1;
	pool_refused(bad, VT_ERROR_INVALID_ARGUMENT, "reserved");
	bad = good;
	bad.initial_bytes = 2 * MIB;
	bad.most_bytes = MIB;
	pool_refused(bad, VT_ERROR_INVALID_ARGUMENT, "initial_bytes is 2097152");
	bad = good;
	bad.initial_bytes = SIZE_MAX / 2;
	pool_refused(bad, VT_ERROR_OUT_OF_MEMORY, "");
}

static void test_a_pool_holds_its_initial_bytes_until_it_goes(void **state)
{
	vt_pool_options options = VT_POOL_OPTIONS_INIT;
	const size_t before = used_bytes();
	vt_source *source;

	(void)state;
	options.initial_bytes = 64 * MIB;
	assert_int_equal(vt_source_create_pool(&source, &options), VT_OK);
	assert_true(used_bytes() >= before + 64 * MIB);
	assert_round_trip(source, VT_MEMORY_DEVICE, cudaMemoryTypeDevice, false);
	vt_source_release(source);
	assert_int_equal(used_bytes(), before);
}

static void test_a_pool_without_a_threshold_keeps_nothing(void **state)
{
	vt_pool_options options = VT_POOL_OPTIONS_INIT;
	const size_t before = used_bytes();
	vt_source *source;

	(void)state;
	options.release_threshold = 0;
	options.initial_bytes = 64 * MIB;
	assert_int_equal(vt_source_create_pool(&source, &options), VT_OK);
	assert_int_equal(used_bytes(), before);
	vt_source_release(source);
}

static void test_beyond_the_pools_cap_there_is_no_memory(void **state)
{
	vt_pool_options options = VT_POOL_OPTIONS_INIT;
	vt_source_request request = {.bytes = 60 * MIB};
	vt_source_block first, second;
	vt_source *source;

	(void)state;
	options.most_bytes = 64 * MIB;
	assert_int_equal(vt_source_create_pool(&source, &options), VT_OK);
	assert_false(source->frees_bare_pointers);
	assert_int_equal(vt__source_allocate(source, &request, &first), VT_OK);
	request.bytes = 4 * MIB + 1;
	assert_int_equal(vt__source_allocate(source, &request, &second), VT_ERROR_OUT_OF_MEMORY);
	assert_detail(VT_ERROR_OUT_OF_MEMORY, "cap is 67108864 bytes: 62914560 are in use");
	request.bytes = 4 * MIB;
	fail_call(1);
	assert_int_equal(vt__source_allocate(source, &request, &second), VT_ERROR_CUDA);
	assert_true(call_failed());
	assert_int_equal(vt__source_allocate(source, &request, &second), VT_OK);
	assert_int_equal(vt__source_free(source, &first, 0, NULL), VT_OK);
	assert_int_equal(vt__source_free(source, &second, 0, NULL), VT_OK);
	request.bytes = 64 * MIB;
	assert_int_equal(vt__source_allocate(source, &request, &first), VT_OK);
	assert_int_equal(vt__source_free(source, &first, 0, NULL), VT_OK);
	vt_source_release(source);
	assert_no_cuda_error();
}

static void test_a_pool_serves_its_own_device_only(void **state)
{
	const vt_source_request request = {.bytes = MIB, .device = 0};
	vt_pool_options options = VT_POOL_OPTIONS_INIT;
	vt_source_block block;
	vt_source *source;
	int device = -1;

	(void)state;
	options.device = 1;
	assert_int_equal(vt_source_create_pool(&source, &options), VT_OK);
	assert_int_equal(cudaGetDevice(&device), cudaSuccess);
	assert_int_equal(device, 0);
	assert_int_equal(vt__source_allocate(source, &request, &block), VT_ERROR_INVALID_ARGUMENT);
	assert_detail(VT_ERROR_INVALID_ARGUMENT, "the pool is on GPU1");
	vt_source_release(source);
}

/* Frees that wait in a stream are no reason to wait: the pool goes when they are done. */
static void test_a_pool_goes_while_memory_lives(void **state)
{
	const vt_source_request request = {.bytes = MIB};
	const size_t before = used_bytes();
	vt_source_block block;
	vt_source *source;

	(void)state;
	assert_int_equal(vt_source_create_pool(&source, NULL), VT_OK);
	assert_int_equal(vt__source_allocate(source, &request, &block), VT_OK);
	vt_source_release(source);
	assert_int_equal(cudaMemset(block.base, 1, block.bytes), cudaSuccess);
	assert_int_equal(cudaFreeAsync(block.base, NULL), cudaSuccess);
	assert_int_equal(cudaStreamSynchronize(NULL), cudaSuccess);
	assert_int_equal(used_bytes(), before);
}

static void test_a_pool_whose_making_fails_leaves_nothing(void **state)
{
	vt_pool_options options = VT_POOL_OPTIONS_INIT;
	const size_t before = used_bytes();
	unsigned nth = 0, failures = 0;
	int has_failed;

	(void)state;
	options.initial_bytes = 32 * MIB;
	do {
		vt_source *source = NULL;
		vt_status status;

		fail_call(++nth);
		status = vt_source_create_pool(&source, &options);
		has_failed = call_failed();
		/* A failure to look at the device afterwards, to go back to it, is none. */
		assert_int_equal(status == VT_OK, source != NULL);
		if (status != VT_OK) {
			failures++;
			assert_int_equal(status, VT_ERROR_CUDA);
			assert_detail(VT_ERROR_CUDA, "");
		}
		assert_int_equal(calls_made("PoolCreate") - calls_made("PoolDestroy"),
				 status == VT_OK);
		vt_source_release(source);
		assert_int_equal(used_bytes(), before);
		assert_no_cuda_error();
	} while (has_failed);
	assert_true(failures >= 6);
	assert_int_equal(calls_made("PoolCreate"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong_pool_options_are_refused),
		cmocka_unit_test(test_a_pool_holds_its_initial_bytes_until_it_goes),
		cmocka_unit_test(test_a_pool_without_a_threshold_keeps_nothing),
		cmocka_unit_test(test_beyond_the_pools_cap_there_is_no_memory),
		cmocka_unit_test(test_a_pool_serves_its_own_device_only),
		cmocka_unit_test(test_a_pool_goes_while_memory_lives),
		cmocka_unit_test(test_a_pool_whose_making_fails_leaves_nothing),
	};

	simulated_device("memory=1G:devices=2");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("source_pool", tests, NULL, NULL);
}
