/* Growable memory: what stays while it grows, what is committed, and what a failing step leaves. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include <cuda_runtime_api.h>

#include "tests/source_fixture.h"

#define GRANULE (2 * MIB)

static vt_source *growable(size_t capacity)
{
	vt_growable_options options = VT_GROWABLE_OPTIONS_INIT;
	vt_source *source;

	options.capacity = capacity;
	assert_int_equal(vt_source_create_growable(&source, &options), VT_OK);
	return source;
}

static vt_source_block allocate(vt_source *source, size_t bytes)
{
	const vt_source_request request = {.bytes = bytes};
	vt_source_block block;

	assert_int_equal(vt__source_allocate(source, &request, &block), VT_OK);
	return block;
}

static void put(const vt_source_block *block, size_t offset, unsigned value)
{
	assert_int_equal(
		cudaMemcpy((char *)block->base + offset, &value, sizeof(value), cudaMemcpyDefault),
		cudaSuccess);
}

static unsigned get(const vt_source_block *block, size_t offset)
{
	unsigned value = 0;

	assert_int_equal(
		cudaMemcpy(&value, (char *)block->base + offset, sizeof(value), cudaMemcpyDefault),
		cudaSuccess);
	return value;
}

static void test_pointer_and_contents_stay_while_it_grows(void **state)
{
	vt_source *source = growable(512 * MIB);
	vt_source_block block = allocate(source, 100);
	void *const base = block.base;
	const size_t before = used_bytes() - GRANULE;

	(void)state;
	assert_int_equal(block.bytes, GRANULE);
	assert_int_equal(block.capacity, 512 * MIB);
	put(&block, 0, 41);
	put(&block, GRANULE - 4, 42);
	for (size_t bytes = 4 * MIB; bytes <= 512 * MIB; bytes *= 2) {
		assert_int_equal(vt__source_grow(source, &block, 0, bytes - 1), VT_OK);
		assert_ptr_equal(block.base, base);
		assert_int_equal(block.bytes, bytes);
		assert_int_equal(used_bytes(), before + bytes);
		put(&block, bytes - 4, (unsigned)(bytes / MIB));
	}
	assert_int_equal(get(&block, 0), 41);
	assert_int_equal(get(&block, GRANULE - 4), 42);
	for (size_t bytes = 4 * MIB; bytes <= 512 * MIB; bytes *= 2)
		assert_int_equal(get(&block, bytes - 4), bytes / MIB);
	assert_int_equal(cudaMemset(base, 7, block.bytes), cudaSuccess);
	assert_int_equal(vt__source_free(source, &block, 0, NULL), VT_OK);
	assert_int_equal(used_bytes(), before);
	assert_no_cuda_error();
	vt_source_release(source);
}

static void test_small_steps_commit_only_whole_granules(void **state)
{
	vt_source *source = growable(64 * MIB);
	vt_source_block block = allocate(source, 1);
	const size_t before = used_bytes() - GRANULE;

	(void)state;
	for (size_t bytes = MIB / 2; bytes <= 64 * MIB; bytes += MIB / 2) {
		assert_int_equal(vt__source_grow(source, &block, 0, bytes), VT_OK);
		assert_int_equal(used_bytes() - before, (bytes + GRANULE - 1) / GRANULE * GRANULE);
	}
	assert_int_equal(vt__source_free(source, &block, 0, NULL), VT_OK);
	vt_source_release(source);
	assert_int_equal(used_bytes(), before);
}

static void test_beyond_the_capacity_the_buffer_must_move(void **state)
{
	vt_source *source = growable(8 * MIB);
	vt_source_block block = allocate(source, MIB);
	const size_t used = used_bytes();

	(void)state;
	vt_clear_last_error();
	assert_int_equal(vt__source_grow(source, &block, 0, 8 * MIB + 1), VT_ERROR_NOT_SUPPORTED);
	assert_int_equal(vt_last_error()->status, VT_OK);
	assert_int_equal(used_bytes(), used);
	assert_int_equal(block.bytes, GRANULE);
	assert_int_equal(vt__source_grow(source, &block, 0, 8 * MIB), VT_OK);
	assert_int_equal(vt__source_free(source, &block, 0, NULL), VT_OK);
	vt_source_release(source);
}

static size_t capacity_of(vt_source *source, size_t bytes, size_t capacity)
{
	const vt_source_request request = {.bytes = bytes, .capacity = capacity};
	vt_source_block block;

	assert_int_equal(vt__source_allocate(source, &request, &block), VT_OK);
	assert_int_equal(vt__source_free(source, &block, 0, NULL), VT_OK);
	return block.capacity;
}

static void test_the_capacity_is_the_requests_or_the_sources_or_the_devices(void **state)
{
	vt_source *source = growable(16 * MIB);

	(void)state;
	assert_int_equal(capacity_of(source, MIB, 32 * MIB), 32 * MIB);
	assert_int_equal(capacity_of(source, MIB, 32 * MIB + 1), 34 * MIB);
	assert_int_equal(capacity_of(source, MIB, 0), 16 * MIB);
	assert_int_equal(capacity_of(source, 18 * MIB, 0), 18 * MIB);
	assert_int_equal(capacity_of(source, 3 * MIB, 1), 4 * MIB);
	vt_source_release(source);
	assert_int_equal(vt_source_create_growable(&source, NULL), VT_OK);
	assert_int_equal(capacity_of(source, MIB, 0), 1024 * MIB);
	vt_source_release(source);
}

static void test_shrinking_gives_whole_chunks_back(void **state)
{
	vt_source *source = growable(512 * MIB);
	vt_source_block block = allocate(source, 4 * MIB);
	const size_t before = used_bytes() - 4 * MIB;

	(void)state;
	assert_int_equal(vt__source_grow(source, &block, 0, 10 * MIB), VT_OK);
	assert_int_equal(vt__source_grow(source, &block, 0, 300 * MIB), VT_OK);
	put(&block, 0, 1);
	put(&block, 10 * MIB, 2);
	/* Chunks end at 4, 10, 74, 138, 202, 266 and 300 MiB. */
	assert_int_equal(vt__source_shrink(source, &block, 0, 266 * MIB + 1), VT_OK);
	assert_int_equal(block.bytes, 300 * MIB);
	assert_int_equal(vt__source_shrink(source, &block, 0, 139 * MIB), VT_OK);
	assert_int_equal(block.bytes, 202 * MIB);
	assert_int_equal(used_bytes(), before + 202 * MIB);
	assert_int_equal(vt__source_shrink(source, &block, 0, 10 * MIB + 4), VT_OK);
	assert_int_equal(block.bytes, 74 * MIB);
	assert_int_equal(get(&block, 10 * MIB), 2);
	assert_int_equal(vt__source_shrink(source, &block, 0, 1), VT_OK);
	assert_int_equal(block.bytes, 4 * MIB);
	assert_int_equal(used_bytes(), before + 4 * MIB);
	assert_int_equal(get(&block, 0), 1);
	assert_int_equal(block.capacity, 512 * MIB);
	assert_int_equal(vt__source_grow(source, &block, 0, 12 * MIB), VT_OK);
	assert_int_equal(get(&block, 0), 1);
	assert_int_equal(vt__source_free(source, &block, 0, NULL), VT_OK);
	assert_int_equal(used_bytes(), before);
	vt_source_release(source);
}

static void test_no_size_wraps(void **state)
{
	static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - GRANULE + 2};
	vt_source *source = growable(0);
	const size_t before = used_bytes();
	vt_source_block block = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		vt_source_request request = {.bytes = sizes[i]};

		assert_int_equal(vt__source_allocate(source, &request, &block),
				 VT_ERROR_OUT_OF_MEMORY);
		request = (vt_source_request){.bytes = 1, .capacity = sizes[i]};
		assert_int_equal(vt__source_allocate(source, &request, &block),
				 VT_ERROR_OUT_OF_MEMORY);
	}
	assert_null(block.base);
	assert_int_equal(used_bytes(), before);
	assert_no_cuda_error();
	vt_source_release(source);
}

static void test_without_memory_it_stays_as_it_was(void **state)
{
	vt_source *source = growable(4096 * MIB);
	vt_source_block block = allocate(source, 100 * MIB);
	const size_t used = used_bytes();

	(void)state;
	put(&block, 100 * MIB - 4, 5);
	assert_int_equal(vt__source_grow(source, &block, 0, 2048 * MIB), VT_ERROR_OUT_OF_MEMORY);
	assert_detail(VT_ERROR_OUT_OF_MEMORY, "");
	assert_int_equal(block.bytes, 100 * MIB);
	assert_int_equal(used_bytes(), used);
	assert_no_cuda_error();
	assert_int_equal(get(&block, 100 * MIB - 4), 5);
	assert_int_equal(vt__source_grow(source, &block, 0, 500 * MIB), VT_OK);
	assert_int_equal(get(&block, 100 * MIB - 4), 5);
	assert_int_equal(vt__source_free(source, &block, 0, NULL), VT_OK);
	vt_source_release(source);
}

/* What was made is what was undone: physical memory, mappings and addresses. */
static void assert_balance(void)
{
	assert_int_equal(calls_made("MemAddressReserve"), calls_made("MemAddressFree"));
	assert_int_equal(calls_made("MemCreate"), calls_made("MemRelease"));
}

static void test_an_allocation_whose_step_fails_leaves_nothing(void **state)
{
	const vt_source_request request = {.bytes = 130 * MIB};
	vt_source *source = growable(0);
	const size_t before = used_bytes();
	vt_source_block block = {0};
	unsigned nth = 1;

	(void)state;
	for (;; nth++) {
		vt_status status;

		fail_call(nth);
		status = vt__source_allocate(source, &request, &block);
		if (!call_failed()) {
			assert_int_equal(status, VT_OK);
			break;
		}
		assert_int_equal(status, VT_ERROR_CUDA);
		assert_detail(VT_ERROR_CUDA, "");
		assert_null(block.base);
		assert_int_equal(used_bytes(), before);
		assert_balance();
		assert_no_cuda_error();
	}
	/* Granularity, device memory, addresses, and three chunks of at least three calls each. */
	assert_true(nth > 12);
	assert_int_equal(calls_made("MemAddressReserve"), 1);
	assert_int_equal(calls_made("MemCreate"), 3);
	assert_int_equal(vt__source_free(source, &block, 0, NULL), VT_OK);
	assert_int_equal(used_bytes(), before);
	vt_source_release(source);
}

static void test_growth_whose_step_fails_changes_nothing(void **state)
{
	vt_source *source = growable(512 * MIB);
	vt_source_block block = allocate(source, MIB);
	const size_t used = used_bytes();
	unsigned nth = 1;

	(void)state;
	put(&block, MIB, 9);
	for (;; nth++) {
		vt_status status;

		fail_call(nth);
		status = vt__source_grow(source, &block, 0, 150 * MIB);
		if (!call_failed()) {
			assert_int_equal(status, VT_OK);
			break;
		}
		assert_int_equal(status, VT_ERROR_CUDA);
		assert_int_equal(block.bytes, GRANULE);
		assert_int_equal(used_bytes(), used);
		assert_balance();
		assert_no_cuda_error();
		assert_int_equal(get(&block, MIB), 9);
	}
	assert_true(nth > 9);
	assert_int_equal(used_bytes(), used + 148 * MIB);
	assert_int_equal(get(&block, MIB), 9);
	assert_int_equal(vt__source_free(source, &block, 0, NULL), VT_OK);
	vt_source_release(source);
}

static void test_a_shrink_that_fails_changes_nothing(void **state)
{
	vt_source *source = growable(512 * MIB);
	vt_source_block block = allocate(source, 200 * MIB);
	const size_t used = used_bytes();

	(void)state;
	fail_call(1);
	assert_int_equal(vt__source_shrink(source, &block, 0, MIB), VT_ERROR_CUDA);
	assert_true(call_failed());
	assert_int_equal(block.bytes, 200 * MIB);
	assert_int_equal(used_bytes(), used);
	assert_int_equal(vt__source_shrink(source, &block, 0, MIB), VT_OK);
	assert_int_equal(used_bytes(), used - 136 * MIB);
	assert_int_equal(vt__source_free(source, &block, 0, NULL), VT_OK);
	vt_source_release(source);
}

static void test_a_wait_that_fails_frees_nevertheless(void **state)
{
	vt_source *source = growable(0);
	const size_t before = used_bytes();
	vt_source_block block = allocate(source, MIB);

	(void)state;
	fail_call(1);
	assert_int_equal(vt__source_free(source, &block, 0, NULL), VT_ERROR_CUDA);
	assert_true(call_failed());
	assert_int_equal(used_bytes(), before);
	assert_no_cuda_error();
	vt_source_release(source);
}

static int no_virtual_memory(const char *call, void *closure)
{
	(void)closure;
	return strstr(call, "Granularity") ? cudaErrorNotSupported : 0;
}

static void test_a_device_without_virtual_memory_is_told(void **state)
{
	const vt_source_request request = {.bytes = MIB};
	vt_source *source = growable(0);
	vt_source_block block = {0};

	(void)state;
	vt__cuda_fault = no_virtual_memory;
	assert_int_equal(vt__source_allocate(source, &request, &block), VT_ERROR_NOT_SUPPORTED);
	vt__cuda_fault = NULL;
	assert_detail(VT_ERROR_NOT_SUPPORTED, "");
	assert_null(block.base);
	assert_no_cuda_error();
	vt_source_release(source);
}

static void test_wrong_options_are_refused(void **state)
{
	vt_growable_options options = VT_GROWABLE_OPTIONS_INIT;
	vt_source *source = NULL;

	(void)state;
	assert_int_equal(vt_source_create_growable(NULL, &options), VT_ERROR_INVALID_ARGUMENT);
	options.struct_size = 8;
	assert_int_equal(vt_source_create_growable(&source, &options), VT_ERROR_STRUCT_SIZE);
	assert_detail(VT_ERROR_STRUCT_SIZE, "vt_growable_options.struct_size is 8");
	assert_null(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pointer_and_contents_stay_while_it_grows),
		cmocka_unit_test(test_small_steps_commit_only_whole_granules),
		cmocka_unit_test(test_beyond_the_capacity_the_buffer_must_move),
		cmocka_unit_test(test_the_capacity_is_the_requests_or_the_sources_or_the_devices),
		cmocka_unit_test(test_shrinking_gives_whole_chunks_back),
		cmocka_unit_test(test_no_size_wraps),
		cmocka_unit_test(test_without_memory_it_stays_as_it_was),
		cmocka_unit_test(test_an_allocation_whose_step_fails_leaves_nothing),
		cmocka_unit_test(test_growth_whose_step_fails_changes_nothing),
		cmocka_unit_test(test_a_shrink_that_fails_changes_nothing),
		cmocka_unit_test(test_a_wait_that_fails_frees_nevertheless),
		cmocka_unit_test(test_a_device_without_virtual_memory_is_told),
		cmocka_unit_test(test_wrong_options_are_refused),
	};

	simulated_device("memory=1G");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("source_growable", tests, NULL, NULL);
}
