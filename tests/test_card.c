/*
 * The story card through the C interface: buffers that own device memory.
 * Runs on the simulated device and on a real one, which nobody else uses.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <cuda_runtime_api.h>

#include <vramtrack/vramtrack.h>

#include "library/cuda_calls.h"

#define KIB ((size_t)1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
/* A leak of one buffer of the tests that look for leaks is at least as much. */
#define NOTICEABLE (4 * MIB)

static size_t baseline;

static size_t free_bytes(void)
{
	size_t free = 0, total = 0;

	assert_int_equal(cudaMemGetInfo(&free, &total), cudaSuccess);
	return free;
}

static size_t more_than_the_device(void)
{
	size_t free = 0, total = 0;

	assert_int_equal(cudaMemGetInfo(&free, &total), cudaSuccess);
	return total + GIB;
}

/* The first allocation makes the driver take memory for itself. */
static int remember_baseline(void **state)
{
	void *first = NULL;

	(void)state;
	if (cudaMalloc(&first, NOTICEABLE) != cudaSuccess || cudaFree(first) != cudaSuccess)
		return -1;
	baseline = free_bytes();
	return 0;
}

/* After every test: nothing is left, on the device and in the library. */
static int check_baseline(void **state)
{
	size_t now = free_bytes();

	(void)state;
	vt__cuda_fault = NULL;
	if (now < baseline && baseline - now >= NOTICEABLE)
		print_message("# %zu bytes are lost\n", baseline - now);
	else if (cudaGetLastError() != cudaSuccess)
		print_message("# a CUDA error was left\n");
	else if (vt_report_leaks() != 0)
		print_message("# buffers or records are left\n");
	else
		return 0;
	return -1;
}

static vt_tracker *new_tracker(void)
{
	vt_tracker *tracker = NULL;

	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	return tracker;
}

static vt_buffer *new_buffer(size_t bytes, size_t alignment, vt_tracker *tracker,
			     vt_purpose purpose, uint32_t flags)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *buffer = NULL;

	options.alignment = alignment;
	options.tracker = tracker;
	options.purpose = purpose;
	options.flags = flags;
	assert_int_equal(vt_buffer_create(&buffer, bytes, &options), VT_OK);
	assert_non_null(buffer);
	return buffer;
}

/* Whether `bytes` from `offset` on are all `value` on the device. */
static void assert_filled(const vt_buffer *buffer, size_t offset, size_t bytes, int value)
{
	unsigned char *seen = malloc(bytes);

	assert_non_null(seen);
	assert_int_equal(vt_buffer_copy_to_host(buffer, offset, seen, bytes), VT_OK);
	for (size_t i = 0; i < bytes; i++) {
		if (seen[i] != value)
			fail_msg("byte %zu is %d, not %d", offset + i, seen[i], value);
	}
	free(seen);
}

/* ---- Unit tests of the card ------------------------------------------------- */

static void a_buffer_has_device_memory(void **state)
{
	struct cudaPointerAttributes attributes;
	VT_BUFFER_AUTO(buffer);

	(void)state;
	assert_int_equal(vt_buffer_create(&buffer, 1000, NULL), VT_OK);
	assert_non_null(vt_buffer_get(buffer));
	assert_true(vt_buffer_is_allocated(buffer));
	assert_int_equal(vt_buffer_size(buffer), 1000);
	assert_int_equal(vt_buffer_alignment(buffer), 256);
	assert_int_equal(VT_BUFFER_COUNT(float, buffer), 250);
	assert_int_equal(cudaPointerGetAttributes(&attributes, vt_buffer_get(buffer)), cudaSuccess);
	assert_int_equal(attributes.type, cudaMemoryTypeDevice);
	assert_ptr_equal(attributes.devicePointer, vt_buffer_get(buffer));
}

static void destroying_frees(void **state)
{
	size_t before = free_bytes();
	vt_buffer *buffer = NULL;

	(void)state;
	assert_int_equal(vt_buffer_create(&buffer, 8 * MIB, NULL), VT_OK);
	assert_true(before - free_bytes() >= 8 * MIB);
	vt_buffer_destroy(buffer);
	assert_true(free_bytes() + NOTICEABLE > before);
	vt_buffer_destroy(NULL);
}

static void a_move_hands_over_and_frees_what_was_there(void **state)
{
	vt_tracker *tracker = new_tracker();
	vt_buffer *from = new_buffer(8 * MIB, 0, tracker, VT_PURPOSE_KV_CACHE, 0);
	vt_buffer *to = new_buffer(16 * MIB, 0, tracker, VT_PURPOSE_MODEL_WEIGHTS, 0);
	void *address = vt_buffer_get(from);

	(void)state;
	assert_int_equal(vt_buffer_move(to, from), VT_OK);
	assert_ptr_equal(vt_buffer_get(to), address);
	assert_int_equal(vt_buffer_size(to), 8 * MIB);
	assert_null(vt_buffer_get(from));
	assert_int_equal(vt_buffer_size(from), 0);
	assert_false(vt_buffer_is_allocated(from));
	assert_int_equal(vt_tracker_total_by_purpose(tracker, VT_PURPOSE_KV_CACHE), 8 * MIB);
	assert_int_equal(vt_tracker_total(tracker), 8 * MIB);
	vt_buffer_destroy(from);
	vt_buffer_destroy(to);
	assert_int_equal(vt_tracker_count(tracker), 0);
	vt_tracker_destroy(tracker);
}

static void a_move_to_itself_changes_nothing(void **state)
{
	vt_buffer *buffer = new_buffer(KIB, 0, NULL, VT_PURPOSE_UNKNOWN, 0);
	void *address = vt_buffer_get(buffer);

	(void)state;
	assert_int_equal(vt_buffer_move(buffer, buffer), VT_OK);
	assert_ptr_equal(vt_buffer_get(buffer), address);
	assert_int_equal(vt_buffer_size(buffer), KIB);
	vt_buffer_destroy(buffer);
}

static void zeroed_means_zero(void **state)
{
	vt_buffer *dirty = new_buffer(256 * KIB, 0, NULL, VT_PURPOSE_UNKNOWN, 0);
	vt_buffer *buffer;

	(void)state;
	assert_int_equal(vt_buffer_fill(dirty, 0, 255, 256 * KIB), VT_OK);
	assert_filled(dirty, 0, 256 * KIB, 255);
	vt_buffer_destroy(dirty);
	buffer = new_buffer(256 * KIB, 0, NULL, VT_PURPOSE_KV_CACHE, VT_BUFFER_ZEROED);
	assert_filled(buffer, 0, 256 * KIB, 0);
	assert_int_equal(vt_buffer_fill(buffer, 0, 7, 256 * KIB), VT_OK);
	assert_int_equal(vt_buffer_zero(buffer), VT_OK);
	assert_filled(buffer, 0, 256 * KIB, 0);
	vt_buffer_destroy(buffer);
}

static void every_alignment_is_kept(void **state)
{
	static const size_t alignments[] = {1, 64, 128, 256, 512, KIB, 4 * KIB, 2 * MIB};
	vt_buffer *buffers[5];

	(void)state;
	for (size_t a = 0; a < sizeof(alignments) / sizeof(alignments[0]); a++) {
		/* Several at once, so that luck does not help. */
		for (size_t i = 0; i < 5; i++) {
			buffers[i] = new_buffer(1000, alignments[a], NULL, VT_PURPOSE_UNKNOWN,
						VT_BUFFER_ZEROED);
			assert_int_equal((uintptr_t)vt_buffer_get(buffers[i]) % alignments[a], 0);
			assert_true(vt_buffer_alignment(buffers[i]) >= alignments[a]);
			assert_int_equal(vt_buffer_size(buffers[i]), 1000);
		}
		assert_int_equal(vt_buffer_fill(buffers[2], 999, 9, 1), VT_OK);
		assert_filled(buffers[2], 999, 1, 9);
		assert_filled(buffers[3], 0, 1000, 0);
		for (size_t i = 0; i < 5; i++)
			vt_buffer_destroy(buffers[i]);
	}
}

static void copies_go_there_and_back(void **state)
{
	unsigned char out[1003], back[1003] = {0};
	vt_buffer *buffer = new_buffer(sizeof(out), 0, NULL, VT_PURPOSE_UNKNOWN, 0);
	vt_buffer *other = new_buffer(sizeof(out), 0, NULL, VT_PURPOSE_UNKNOWN, VT_BUFFER_ZEROED);

	(void)state;
	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (unsigned char)(i * 31 + 7);
	assert_int_equal(vt_buffer_copy_from_host(buffer, 0, out, sizeof(out)), VT_OK);
	assert_int_equal(vt_buffer_copy_to_host(buffer, 0, back, sizeof(back)), VT_OK);
	assert_memory_equal(out, back, sizeof(out));
	assert_int_equal(vt_buffer_copy(other, 3, buffer, 500, 100), VT_OK);
	assert_int_equal(vt_buffer_copy_to_host(other, 3, back, 100), VT_OK);
	assert_memory_equal(out + 500, back, 100);
	assert_filled(other, 0, 3, 0);
	assert_filled(other, 103, 900, 0);
	vt_buffer_destroy(other);
	vt_buffer_destroy(buffer);
}

static void a_copy_beyond_the_end_is_refused(void **state)
{
	static const size_t table[][2] = {{0, 1025},     {1, 1024},     {1024, 1},
					  {SIZE_MAX, 1}, {1, SIZE_MAX}, {SIZE_MAX, SIZE_MAX}};
	unsigned char host[2048] = {0};
	vt_buffer *buffer = new_buffer(1024, 0, NULL, VT_PURPOSE_UNKNOWN, VT_BUFFER_ZEROED);

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_int_equal(vt_buffer_copy_from_host(buffer, table[i][0], host, table[i][1]),
				 VT_ERROR_INVALID_ARGUMENT);
		assert_int_equal(vt_buffer_copy_to_host(buffer, table[i][0], host, table[i][1]),
				 VT_ERROR_INVALID_ARGUMENT);
		assert_int_equal(vt_buffer_fill(buffer, table[i][0], 1, table[i][1]),
				 VT_ERROR_INVALID_ARGUMENT);
	}
	assert_true(strlen(vt_last_error_text()) > 0);
	assert_filled(buffer, 0, 1024, 0);
	vt_buffer_destroy(buffer);
}

static void release_hands_over_what_cuda_frees(void **state)
{
	static const size_t alignments[] = {64, 256, 4 * KIB, 2 * MIB, 8 * MIB};
	vt_tracker *tracker = new_tracker();

	(void)state;
	for (size_t i = 0; i < sizeof(alignments) / sizeof(alignments[0]); i++) {
		vt_buffer *buffer = new_buffer(8 * MIB, alignments[i], tracker,
					       VT_PURPOSE_MODEL_WEIGHTS, 0);
		void *address = vt_buffer_get(buffer);
		void *released = NULL;

		assert_int_equal(vt_buffer_release(buffer, &released), VT_OK);
		assert_false(vt_buffer_is_allocated(buffer));
		assert_int_equal(vt_tracker_count(tracker), 0);
		if (alignments[i] <= VT_DEFAULT_ALIGNMENT)
			assert_ptr_equal(released, address);
		assert_int_equal(cudaFree(released), cudaSuccess);
		vt_buffer_destroy(buffer);
	}
	vt_tracker_destroy(tracker);
}

static void sizes_and_alignments_that_mean_nothing_are_refused(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *untouched = (vt_buffer *)&options;
	vt_buffer *buffer = untouched;

	(void)state;
	assert_int_equal(vt_buffer_create(&buffer, 0, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_create(NULL, 1, NULL), VT_ERROR_INVALID_ARGUMENT);
	options.alignment = 3;
	assert_int_equal(vt_buffer_create(&buffer, 1, &options), VT_ERROR_INVALID_ARGUMENT);
	options.alignment = SIZE_MAX;
	assert_int_equal(vt_buffer_create(&buffer, 1, &options), VT_ERROR_INVALID_ARGUMENT);
	options.alignment = 2 * MIB;
	for (size_t bytes = SIZE_MAX; bytes > SIZE_MAX - 300; bytes -= 99) {
		vt_status status = vt_buffer_create(&buffer, bytes, &options);

		assert_true(status == VT_ERROR_INVALID_ARGUMENT ||
			    status == VT_ERROR_OUT_OF_MEMORY);
	}
	assert_ptr_equal(buffer, untouched);
}

static void exhaustion_is_said_and_survived(void **state)
{
	vt_tracker *tracker = new_tracker();
	vt_buffer *before = new_buffer(3 * MIB, 0, tracker, VT_PURPOSE_MODEL_WEIGHTS, 0);
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *after, *none = NULL;
	size_t wanted = more_than_the_device();

	(void)state;
	assert_int_equal(vt_buffer_fill(before, 0, 5, 3 * MIB), VT_OK);
	options.tracker = tracker;
	for (int round = 0; round < 3; round++) {
		assert_int_equal(vt_buffer_create(&none, wanted, &options), VT_ERROR_OUT_OF_MEMORY);
		assert_null(none);
		assert_int_equal(vt_last_error()->requested_bytes, wanted);
		assert_true(vt_last_error()->total_bytes >= wanted - GIB);
		assert_non_null(strstr(vt_last_error_text(), "ModelWeights"));
		assert_int_equal(cudaGetLastError(), cudaSuccess);
	}
	assert_int_equal(vt_tracker_total(tracker), 3 * MIB);
	assert_int_equal(vt_tracker_count(tracker), 1);
	assert_filled(before, 0, 3 * MIB, 5);
	after = new_buffer(4 * MIB, 0, tracker, VT_PURPOSE_KV_CACHE, VT_BUFFER_ZEROED);
	assert_int_equal(vt_tracker_verify_residency(tracker), VT_OK);
	vt_buffer_destroy(after);
	vt_buffer_destroy(before);
	vt_tracker_destroy(tracker);
}

/* ---- Integration tests --------------------------------------------------------- */

static int memset_fails(const char *call, void *closure)
{
	unsigned *hits = closure;

	if (!strstr(call, "Memset"))
		return 0;
	++*hits;
	return cudaErrorLaunchFailure;
}

static void memory_is_freed_when_zeroing_fails(void **state)
{
	vt_tracker *tracker = new_tracker();
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *none = NULL;
	unsigned hits = 0;

	(void)state;
	options.tracker = tracker;
	options.flags = VT_BUFFER_ZEROED;
	vt__cuda_fault_closure = &hits;
	vt__cuda_fault = memset_fails;
	for (int round = 0; round < 10; round++)
		assert_int_equal(vt_buffer_create(&none, 8 * MIB, &options), VT_ERROR_DEVICE_FAULT);
	vt__cuda_fault = NULL;
	assert_int_equal(hits, 10);
	assert_null(none);
	assert_int_equal(vt_tracker_count(tracker), 0);
	vt_tracker_destroy(tracker);
}

static void a_hundred_rounds_end_at_the_baseline(void **state)
{
	vt_tracker *tracker = new_tracker();

	(void)state;
	for (int round = 0; round < 100; round++) {
		vt_buffer *weights = new_buffer(8 * MIB, 0, tracker, VT_PURPOSE_MODEL_WEIGHTS, 0);
		vt_buffer *cache = new_buffer(4 * MIB, 2 * MIB, tracker, VT_PURPOSE_KV_CACHE,
					      VT_BUFFER_ZEROED);

		assert_int_equal(vt_tracker_total(tracker), 12 * MIB);
		vt_buffer_destroy(weights);
		vt_buffer_destroy(cache);
	}
	assert_int_equal(vt_tracker_total(tracker), 0);
	assert_int_equal(vt_tracker_peak(tracker), 12 * MIB);
	assert_int_equal(vt_tracker_peak_by_purpose(tracker, VT_PURPOSE_KV_CACHE), 4 * MIB);
	vt_tracker_destroy(tracker);
}

static void the_tracker_has_what_lives(void **state)
{
	vt_tracker *tracker = new_tracker();
	vt_buffer *weights = new_buffer(1000, 0, tracker, VT_PURPOSE_MODEL_WEIGHTS, 0);
	vt_buffer *cache = new_buffer(24, 0, tracker, VT_PURPOSE_KV_CACHE, VT_BUFFER_ZEROED);
	vt_breakdown rows[VT_PURPOSE_COUNT];

	(void)state;
	assert_int_equal(vt_tracker_total(tracker), 1024);
	assert_int_equal(vt_tracker_breakdown(tracker, rows), 2);
	assert_int_equal(vt_tracker_total_by_purpose(tracker, VT_PURPOSE_KV_CACHE), 24);
	assert_int_equal(vt_tracker_verify_residency(tracker), VT_OK);
	vt_buffer_destroy(weights);
	assert_int_equal(vt_tracker_total(tracker), 24);
	vt_buffer_destroy(cache);
	vt_tracker_destroy(tracker);
}

static void a_tracker_may_end_before_its_buffers(void **state)
{
	vt_tracker *tracker = new_tracker();
	vt_buffer *buffer = new_buffer(8 * MIB, 0, tracker, VT_PURPOSE_KV_CACHE, 0);

	(void)state;
	vt_tracker_destroy(tracker);
	assert_int_equal(vt_buffer_zero(buffer), VT_OK);
	vt_buffer_destroy(buffer);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, remember_baseline, check_baseline)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_buffer_has_device_memory),
		TEST(destroying_frees),
		TEST(a_move_hands_over_and_frees_what_was_there),
		TEST(a_move_to_itself_changes_nothing),
		TEST(zeroed_means_zero),
		TEST(every_alignment_is_kept),
		TEST(copies_go_there_and_back),
		TEST(a_copy_beyond_the_end_is_refused),
		TEST(release_hands_over_what_cuda_frees),
		TEST(sizes_and_alignments_that_mean_nothing_are_refused),
		TEST(exhaustion_is_said_and_survived),
		TEST(memory_is_freed_when_zeroing_fails),
		TEST(a_hundred_rounds_end_at_the_baseline),
		TEST(the_tracker_has_what_lives),
		TEST(a_tracker_may_end_before_its_buffers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
