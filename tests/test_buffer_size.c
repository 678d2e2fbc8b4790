/* Buffers that grow and shrink: what stays, what moves, what the tracker says. */
#include "config.h"

#include <cuda_runtime_api.h>

#include "tests/source_fixture.h"

#include <vramtrack/vramtrack.h>

static vt_tracker *tracker;
static size_t baseline;

static int before_each(void **state)
{
	(void)state;
	if (cudaFree(NULL) != cudaSuccess || vt_tracker_create(&tracker) != VT_OK)
		return -1;
	baseline = used_bytes();
	return 0;
}

static int after_each(void **state)
{
	int bad = used_bytes() != baseline || cudaPeekAtLastError() != cudaSuccess ||
		  vt_tracker_total(tracker);

	(void)state;
	vt_tracker_destroy(tracker);
	return bad ? -1 : 0;
}

static vt_buffer *make(size_t bytes, size_t capacity, uint32_t flags, vt_source *source)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *buffer = NULL;

	options.capacity = capacity;
	options.flags = flags;
	options.source = source;
	options.tracker = tracker;
	assert_int_equal(vt_buffer_create(&buffer, bytes, &options), VT_OK);
	return buffer;
}

static vt_buffer *make_growable(size_t bytes, size_t capacity, uint32_t flags)
{
	vt_source *source = NULL;
	vt_buffer *buffer;

	assert_int_equal(vt_source_create_growable(&source, NULL), VT_OK);
	buffer = make(bytes, capacity, flags, source);
	vt_source_release(source);
	return buffer;
}

static void assert_bytes(const vt_buffer *buffer, size_t offset, size_t bytes, unsigned char value)
{
	unsigned char host[8192];

	assert_true(bytes <= sizeof(host));
	assert_int_equal(vt_buffer_copy_to_host(buffer, offset, host, bytes), VT_OK);
	for (size_t i = 0; i < bytes; i++)
		assert_int_equal(host[i], value);
}

static void test_growing_keeps_the_contents(void **state)
{
	vt_buffer *buffer = make(1000, 0, 0, NULL);

	(void)state;
	assert_int_equal(vt_buffer_fill(buffer, 0, 3, 1000), VT_OK);
	assert_int_equal(vt_buffer_resize(buffer, 8000, NULL), VT_OK);
	assert_int_equal(vt_buffer_size(buffer), 8000);
	assert_int_equal(vt_buffer_capacity(buffer), 8000);
	assert_int_equal(vt_tracker_total(tracker), 8000);
	assert_int_equal(vt_tracker_count(tracker), 1);
	assert_bytes(buffer, 0, 1000, 3);
	vt_buffer_destroy(buffer);
}

static void test_what_a_resize_adds_is_zero_if_it_is_to_be(void **state)
{
	vt_buffer *buffer = make(1000, 0, VT_BUFFER_ZEROED, NULL);

	(void)state;
	assert_int_equal(vt_buffer_fill(buffer, 0, 3, 1000), VT_OK);
	assert_int_equal(vt_buffer_resize(buffer, 4000, NULL), VT_OK);
	assert_bytes(buffer, 0, 1000, 3);
	assert_bytes(buffer, 1000, 3000, 0);
	/* Also what was used before, within the capacity. */
	assert_int_equal(vt_buffer_fill(buffer, 0, 4, 4000), VT_OK);
	assert_int_equal(vt_buffer_resize(buffer, 500, NULL), VT_OK);
	assert_int_equal(vt_buffer_resize(buffer, 4000, NULL), VT_OK);
	assert_bytes(buffer, 0, 500, 4);
	assert_bytes(buffer, 500, 3500, 0);
	vt_buffer_destroy(buffer);
}

static void test_within_the_capacity_nothing_moves(void **state)
{
	vt_buffer *buffer = make(1000, 8000, 0, NULL);
	void *address = vt_buffer_get(buffer);

	(void)state;
	assert_int_equal(vt_buffer_capacity(buffer), 8000);
	/* What is held counts, used or not. */
	assert_int_equal(vt_tracker_total(tracker), 8000);
	fail_call(0);
	assert_int_equal(vt_buffer_resize(buffer, 8000, NULL), VT_OK);
	assert_int_equal(vt_buffer_resize(buffer, 1, NULL), VT_OK);
	assert_int_equal(vt_buffer_reserve(buffer, 8000, NULL), VT_OK);
	assert_int_equal(calls_made("Malloc"), 0);
	call_failed();
	assert_ptr_equal(vt_buffer_get(buffer), address);
	assert_int_equal(vt_buffer_size(buffer), 1);
	vt_buffer_destroy(buffer);
}

static void test_reserve_and_shrink_to_fit(void **state)
{
	vt_buffer *buffer = make(1000, 0, 0, NULL);

	(void)state;
	assert_int_equal(vt_buffer_fill(buffer, 0, 8, 1000), VT_OK);
	assert_int_equal(vt_buffer_reserve(buffer, 4 * MIB, NULL), VT_OK);
	assert_int_equal(vt_buffer_size(buffer), 1000);
	assert_int_equal(vt_buffer_capacity(buffer), 4 * MIB);
	assert_int_equal(vt_tracker_total(tracker), 4 * MIB);
	assert_bytes(buffer, 0, 1000, 8);
	assert_int_equal(vt_buffer_shrink_to_fit(buffer, NULL), VT_OK);
	assert_int_equal(vt_buffer_capacity(buffer), 1000);
	assert_int_equal(vt_tracker_total(tracker), 1000);
	assert_bytes(buffer, 0, 1000, 8);
	fail_call(0);
	assert_int_equal(vt_buffer_shrink_to_fit(buffer, NULL), VT_OK);
	assert_int_equal(calls_made("Malloc"), 0);
	call_failed();
	vt_buffer_destroy(buffer);
}

static void test_alignment_survives_a_move(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *buffer = NULL;

	(void)state;
	options.alignment = 65536;
	assert_int_equal(vt_buffer_create(&buffer, 100, &options), VT_OK);
	for (size_t bytes = 1000; bytes < 8 * MIB; bytes *= 3) {
		assert_int_equal(vt_buffer_resize(buffer, bytes, NULL), VT_OK);
		assert_int_equal((uintptr_t)vt_buffer_get(buffer) % 65536, 0);
	}
	vt_buffer_destroy(buffer);
}

/* ---- Streams --------------------------------------------------------------------- */

static void test_the_new_stream_waits_for_the_old(void **state)
{
	vt_source *source = NULL;
	cudaStream_t one, two;
	vt_buffer *buffer, *copy = NULL;

	(void)state;
	assert_int_equal(cudaStreamCreateWithFlags(&one, cudaStreamNonBlocking), cudaSuccess);
	assert_int_equal(cudaStreamCreateWithFlags(&two, cudaStreamNonBlocking), cudaSuccess);
	assert_int_equal(vt_source_create_pool(&source, NULL), VT_OK);
	buffer = make(1000, 0, 0, source);
	assert_int_equal(vt_buffer_set_stream(buffer, one), VT_OK);
	assert_ptr_equal(vt_buffer_stream(buffer), one);
	assert_int_equal(vt_buffer_fill_async(buffer, 0, 6, 1000, one), VT_OK);
	fail_call(0);
	assert_int_equal(vt_buffer_resize(buffer, 5000, two), VT_OK);
	assert_int_equal(calls_made("cudaEventRecord"), 1);
	assert_int_equal(calls_made("cudaStreamWaitEvent"), 1);
	assert_int_equal(calls_made("cudaStreamSynchronize"), 0);
	assert_int_equal(calls_made("cudaFreeAsync"), 1);
	call_failed();
	assert_ptr_equal(vt_buffer_stream(buffer), two);
	assert_bytes(buffer, 0, 1000, 6);
	/* A duplicate waits for the original, whose later free waits for the duplicate. */
	fail_call(0);
	assert_int_equal(vt_buffer_duplicate(&copy, buffer, one), VT_OK);
	assert_int_equal(calls_made("cudaStreamWaitEvent"), 2);
	call_failed();
	assert_ptr_equal(vt_buffer_stream(copy), one);
	fail_call(0);
	assert_int_equal(vt_buffer_set_stream(buffer, two), VT_OK);
	assert_int_equal(calls_made("cudaEvent"), 0);
	call_failed();
	vt_buffer_destroy(buffer);
	assert_bytes(copy, 0, 1000, 6);
	vt_buffer_destroy(copy);
	vt_source_release(source);
	assert_int_equal(cudaStreamDestroy(one), cudaSuccess);
	assert_int_equal(cudaStreamDestroy(two), cudaSuccess);
}

/* ---- Growable ---------------------------------------------------------------------- */

static void test_growable_memory_grows_where_it_is(void **state)
{
	vt_buffer *buffer = make_growable(1000, 64 * MIB, VT_BUFFER_ZEROED);
	void *address = vt_buffer_get(buffer);
	size_t used = used_bytes();

	(void)state;
	assert_int_equal(vt_buffer_capacity(buffer), 64 * MIB);
	assert_int_equal(vt_tracker_total(tracker), 1000);
	assert_int_equal(vt_buffer_fill(buffer, 0, 5, 1000), VT_OK);
	for (size_t bytes = 2 * MIB; bytes <= 64 * MIB; bytes *= 2) {
		assert_int_equal(vt_buffer_resize(buffer, bytes, NULL), VT_OK);
		assert_ptr_equal(vt_buffer_get(buffer), address);
		assert_int_equal(vt_tracker_total(tracker), bytes);
		assert_bytes(buffer, bytes - 4096, 4096, 0);
	}
	assert_int_equal(used_bytes() - used, 62 * MIB);
	assert_bytes(buffer, 0, 1000, 5);
	assert_int_equal(vt_buffer_resize(buffer, 1000, NULL), VT_OK);
	assert_int_equal(vt_tracker_total(tracker), 64 * MIB);
	assert_int_equal(vt_buffer_shrink_to_fit(buffer, NULL), VT_OK);
	assert_ptr_equal(vt_buffer_get(buffer), address);
	assert_int_equal(vt_tracker_total(tracker), 1000);
	assert_int_equal(used_bytes(), used);
	assert_int_equal(vt_buffer_reserve(buffer, 10 * MIB, NULL), VT_OK);
	assert_int_equal(used_bytes() - used, 8 * MIB);
	assert_int_equal(vt_buffer_size(buffer), 1000);
	assert_bytes(buffer, 0, 1000, 5);
	vt_buffer_destroy(buffer);
}

static void test_growable_memory_moves_beyond_its_capacity(void **state)
{
	vt_buffer *buffer = make_growable(1000, 4 * MIB, 0);

	(void)state;
	assert_int_equal(vt_buffer_fill(buffer, 0, 5, 1000), VT_OK);
	assert_int_equal(vt_buffer_resize(buffer, 5 * MIB, NULL), VT_OK);
	assert_int_equal(vt_buffer_size(buffer), 5 * MIB);
	assert_int_equal(vt_buffer_capacity(buffer), 8 * MIB);
	assert_bytes(buffer, 0, 1000, 5);
	assert_int_equal(vt_tracker_total(tracker), 5 * MIB);
	vt_buffer_destroy(buffer);
}

/* ---- Failure ----------------------------------------------------------------------- */

static void test_without_memory_the_buffer_is_as_it_was(void **state)
{
	vt_buffer *buffer = make(1000, 0, 0, NULL), *growable = make_growable(1000, 0, 0);
	void *address = vt_buffer_get(buffer);

	(void)state;
	assert_int_equal(vt_buffer_fill(buffer, 0, 5, 1000), VT_OK);
	assert_int_equal(vt_buffer_resize(buffer, 4096 * MIB, NULL), VT_ERROR_OUT_OF_MEMORY);
	assert_detail(VT_ERROR_OUT_OF_MEMORY, "requested: 4.0 GB, available: ");
	assert_int_equal(vt_buffer_resize(buffer, SIZE_MAX, NULL), VT_ERROR_OUT_OF_MEMORY);
	assert_int_equal(vt_buffer_reserve(buffer, SIZE_MAX - 200, NULL), VT_ERROR_OUT_OF_MEMORY);
	assert_int_equal(vt_buffer_resize(growable, 4096 * MIB, NULL), VT_ERROR_OUT_OF_MEMORY);
	assert_int_equal(vt_buffer_resize(growable, SIZE_MAX, NULL), VT_ERROR_OUT_OF_MEMORY);
	assert_ptr_equal(vt_buffer_get(buffer), address);
	assert_int_equal(vt_buffer_size(buffer), 1000);
	assert_int_equal(vt_buffer_size(growable), 1000);
	assert_bytes(buffer, 0, 1000, 5);
	assert_int_equal(vt_tracker_total(tracker), 2000);
	vt_buffer_destroy(buffer);
	vt_buffer_destroy(growable);
}

/* Zeroing comes after the memory grew in its place: it is given back then. */
static void test_memory_that_cannot_be_zeroed_is_given_back(void **state)
{
	vt_buffer *buffer = make_growable(1000, 64 * MIB, VT_BUFFER_ZEROED);
	void *const address = vt_buffer_get(buffer);
	const size_t used = used_bytes();

	(void)state;
	for (unsigned nth = 1;; nth++) {
		vt_status status;

		fail_call(nth);
		status = vt_buffer_resize(buffer, 8 * MIB, NULL);
		if (!call_failed())
			break;
		if (status == VT_OK) {
			assert_int_equal(vt_buffer_resize(buffer, 1000, NULL), VT_OK);
			assert_int_equal(vt_buffer_shrink_to_fit(buffer, NULL), VT_OK);
		}
		assert_ptr_equal(vt_buffer_get(buffer), address);
		assert_int_equal(vt_buffer_size(buffer), 1000);
		assert_int_equal(vt_tracker_total(tracker), 1000);
		assert_int_equal(used_bytes(), used);
	}
	assert_int_equal(vt_buffer_size(buffer), 8 * MIB);
	assert_bytes(buffer, 8 * MIB - 4096, 4096, 0);
	cudaGetLastError();
	vt_buffer_destroy(buffer);
}

/* A source that says it can grow, and gives no room to. */
struct short_source {
	char memory[4096] __attribute__((aligned(256)));
	unsigned allocated, freed;
};

static vt_status short_allocate(void *state, const vt_source_request *request, vt_source_block *out)
{
	struct short_source *own = state;

	own->allocated++;
	out->base = own->memory;
	out->bytes = request->bytes;
	out->capacity = request->bytes;
	return VT_OK;
}

static vt_status short_free(void *state, const vt_source_block *block, int device, vt_stream stream)
{
	(void)block;
	(void)device;
	(void)stream;
	((struct short_source *)state)->freed++;
	return VT_OK;
}

static vt_status short_grow(void *state, vt_source_block *block, int device, size_t bytes)
{
	(void)state;
	(void)block;
	(void)device;
	(void)bytes;
	return VT_ERROR_NOT_SUPPORTED;
}

static void test_a_source_without_the_room_it_promised_is_refused(void **state)
{
	const vt_source_functions functions = {
		.struct_size = sizeof(functions),
		.name = "short",
		.kind = VT_MEMORY_DEVICE,
		.allocate = short_allocate,
		.free = short_free,
		.grow = short_grow,
	};
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	struct short_source own = {.allocated = 0};
	vt_buffer *buffer = NULL;

	(void)state;
	assert_int_equal(vt_source_create(&options.source, &functions, &own), VT_OK);
	options.tracker = tracker;
	options.capacity = 4096;
	assert_int_equal(vt_buffer_create(&buffer, 1000, &options), VT_ERROR_NOT_SUPPORTED);
	assert_detail(VT_ERROR_NOT_SUPPORTED, "'short' has no room to grow to 4096 bytes");
	assert_null(buffer);
	assert_int_equal(own.allocated, 1);
	assert_int_equal(own.freed, 1);
	assert_int_equal(vt_tracker_total(tracker), 0);
	vt_source_release(options.source);
}

static void test_the_budget_holds_for_growth(void **state)
{
	vt_buffer *buffer, *growable;

	(void)state;
	vt_tracker_set_budget(tracker, 10000, NULL, NULL);
	buffer = make(4000, 0, 0, NULL);
	growable = make_growable(4000, MIB, 0);
	assert_int_equal(vt_buffer_resize(buffer, 6001, NULL), VT_ERROR_BUDGET);
	assert_int_equal(vt_last_error()->requested_bytes, 2001);
	assert_int_equal(vt_buffer_resize(growable, 6001, NULL), VT_ERROR_BUDGET);
	assert_int_equal(vt_tracker_total(tracker), 8000);
	assert_int_equal(vt_buffer_resize(growable, 6000, NULL), VT_OK);
	assert_int_equal(vt_buffer_resize(buffer, 4001, NULL), VT_ERROR_BUDGET);
	vt_buffer_destroy(growable);
	assert_int_equal(vt_buffer_resize(buffer, 10000, NULL), VT_OK);
	vt_buffer_destroy(buffer);
}

int main(void)
{
#define CHECKED(test) cmocka_unit_test_setup_teardown(test, before_each, after_each)
	const struct CMUnitTest tests[] = {
		CHECKED(test_growing_keeps_the_contents),
		CHECKED(test_what_a_resize_adds_is_zero_if_it_is_to_be),
		CHECKED(test_within_the_capacity_nothing_moves),
		CHECKED(test_reserve_and_shrink_to_fit),
		CHECKED(test_alignment_survives_a_move),
		CHECKED(test_the_new_stream_waits_for_the_old),
		CHECKED(test_growable_memory_grows_where_it_is),
		CHECKED(test_growable_memory_moves_beyond_its_capacity),
		CHECKED(test_without_memory_the_buffer_is_as_it_was),
		CHECKED(test_memory_that_cannot_be_zeroed_is_given_back),
		CHECKED(test_a_source_without_the_room_it_promised_is_refused),
		CHECKED(test_the_budget_holds_for_growth),
	};

	simulated_device("memory=1G");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("buffer_size", tests, NULL, NULL);
}
