/* What copies, zeroing and filling do to the bytes of buffers, and where they stop. */
#include "config.h"

#include <cuda_runtime_api.h>

#include "tests/source_fixture.h"

#include <vramtrack/vramtrack.h>

#define BYTES 4096

static vt_buffer *make(size_t bytes, const vt_buffer_options *options)
{
	vt_buffer *buffer = NULL;

	assert_int_equal(vt_buffer_create(&buffer, bytes, options), VT_OK);
	return buffer;
}

static void assert_bytes(const vt_buffer *buffer, size_t offset, size_t bytes, unsigned char value)
{
	unsigned char host[BYTES];

	assert_true(bytes <= sizeof(host));
	memset(host, ~value, sizeof(host));
	assert_int_equal(vt_buffer_copy_to_host(buffer, offset, host, bytes), VT_OK);
	for (size_t i = 0; i < bytes; i++)
		assert_int_equal(host[i], value);
}

static void test_bytes_come_back(void **state)
{
	unsigned char there[BYTES], back[BYTES] = {0};
	vt_buffer *buffer = make(BYTES, NULL);

	(void)state;
	for (size_t i = 0; i < BYTES; i++)
		there[i] = (unsigned char)(i * 7);
	assert_int_equal(vt_buffer_copy_from_host(buffer, 0, there, BYTES), VT_OK);
	assert_int_equal(vt_buffer_copy_to_host(buffer, 0, back, BYTES), VT_OK);
	assert_memory_equal(there, back, BYTES);
	vt_buffer_destroy(buffer);
}

static void test_offsets_are_where_they_say(void **state)
{
	vt_buffer *a = make(BYTES, NULL), *b = make(BYTES, NULL);
	const unsigned char nines[100] = {[0 ... 99] = 9};

	(void)state;
	assert_int_equal(vt_buffer_fill(a, 0, 1, BYTES), VT_OK);
	assert_int_equal(vt_buffer_fill(b, 0, 2, BYTES), VT_OK);
	assert_int_equal(vt_buffer_copy_from_host(a, 1000, nines, 100), VT_OK);
	assert_bytes(a, 900, 100, 1);
	assert_bytes(a, 1000, 100, 9);
	assert_bytes(a, 1100, BYTES - 1100, 1);
	assert_int_equal(vt_buffer_copy(b, 50, a, 1000, 100), VT_OK);
	assert_bytes(b, 0, 50, 2);
	assert_bytes(b, 50, 100, 9);
	assert_bytes(b, 150, BYTES - 150, 2);
	/* Within one buffer, side by side. */
	assert_int_equal(vt_buffer_copy(b, 150, b, 50, 100), VT_OK);
	assert_bytes(b, 50, 200, 9);
	assert_bytes(b, 250, BYTES - 250, 2);
	assert_int_equal(vt_buffer_fill(b, BYTES - 1, 255, 1), VT_OK);
	assert_bytes(b, BYTES - 1, 1, 255);
	assert_bytes(b, BYTES - 10, 9, 2);
	vt_buffer_destroy(a);
	vt_buffer_destroy(b);
}

static void test_the_same_on_a_stream(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	unsigned char there[BYTES], back[BYTES];
	cudaStream_t stream;
	vt_buffer *a, *b;

	(void)state;
	assert_int_equal(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
	options.stream = stream;
	options.flags = VT_BUFFER_ZEROED;
	a = make(BYTES, &options);
	b = make(BYTES, &options);
	assert_bytes(a, 0, BYTES, 0);
	memset(there, 5, sizeof(there));
	assert_int_equal(vt_buffer_copy_from_host_async(a, 0, there, BYTES, stream), VT_OK);
	assert_int_equal(vt_buffer_fill_async(a, 10, 6, 10, stream), VT_OK);
	assert_int_equal(vt_buffer_copy_async(b, 100, a, 0, 20, stream), VT_OK);
	assert_int_equal(vt_buffer_copy_to_host_async(b, 0, back, BYTES, stream), VT_OK);
	assert_int_equal(cudaStreamSynchronize(stream), cudaSuccess);
	assert_int_equal(back[99], 0);
	assert_int_equal(back[100], 5);
	assert_int_equal(back[109], 5);
	assert_int_equal(back[110], 6);
	assert_int_equal(back[119], 6);
	assert_int_equal(back[120], 0);
	vt_buffer_destroy(a);
	vt_buffer_destroy(b);
	assert_int_equal(cudaStreamDestroy(stream), cudaSuccess);
}

/* The calls themselves: in the buffer's stream, and waited for. */
static unsigned copies, waits, orders;
static int count_calls(const char *call, void *closure)
{
	(void)closure;
	copies += !strcmp(call, "cudaMemcpyAsync") || !strcmp(call, "cudaMemsetAsync");
	waits += !strcmp(call, "cudaStreamSynchronize");
	orders += !strcmp(call, "cudaStreamWaitEvent");
	return 0;
}

static void test_a_copy_waits_for_the_stream_of_its_source(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	cudaStream_t stream;
	vt_buffer *a, *b;

	(void)state;
	assert_int_equal(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
	options.stream = stream;
	a = make(BYTES, &options);
	b = make(BYTES, NULL);
	copies = waits = orders = 0;
	vt__cuda_fault = count_calls;
	assert_int_equal(vt_buffer_copy(b, 0, a, 0, BYTES), VT_OK);
	assert_int_equal(copies, 1);
	assert_int_equal(waits, 1);
	assert_int_equal(orders, 1);
	assert_int_equal(vt_buffer_zero(a), VT_OK);
	assert_int_equal(copies, 2);
	assert_int_equal(waits, 2);
	assert_int_equal(vt_buffer_fill_async(a, 0, 1, 1, stream), VT_OK);
	assert_int_equal(waits, 2);
	vt__cuda_fault = NULL;
	vt_buffer_destroy(a);
	vt_buffer_destroy(b);
	assert_int_equal(cudaStreamDestroy(stream), cudaSuccess);
}

static void test_zeroed_is_zero_and_zero_makes_it_so(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *buffer;

	(void)state;
	options.flags = VT_BUFFER_ZEROED;
	for (int round = 0; round < 3; round++) {
		buffer = make(BYTES, &options);
		assert_bytes(buffer, 0, BYTES, 0);
		assert_int_equal(vt_buffer_fill(buffer, 0, 0xee, BYTES), VT_OK);
		assert_bytes(buffer, 0, BYTES, 0xee);
		vt_buffer_destroy(buffer);
	}
	buffer = make(BYTES, NULL);
	assert_int_equal(vt_buffer_fill(buffer, 0, 0xee, BYTES), VT_OK);
	assert_int_equal(vt_buffer_zero(buffer), VT_OK);
	assert_bytes(buffer, 0, BYTES, 0);
	vt_buffer_destroy(buffer);
}

static void test_memory_of_the_host_is_zero_at_once(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *buffer;

	(void)state;
	options.flags = VT_BUFFER_ZEROED;
	assert_int_equal(vt_source_create_pinned(&options.source), VT_OK);
	copies = waits = orders = 0;
	vt__cuda_fault = count_calls;
	buffer = make(BYTES, &options);
	vt__cuda_fault = NULL;
	assert_int_equal(waits, 1);
	for (size_t i = 0; i < BYTES; i++)
		assert_int_equal(VT_BUFFER_AS(unsigned char, buffer)[i], 0);
	vt_buffer_destroy(buffer);
	vt_source_release(options.source);
}

static void assert_all_refused(vt_buffer *buffer, size_t offset, size_t bytes)
{
	vt_buffer *other = make(BYTES, NULL);
	unsigned char host[1] = {0};

	assert_int_equal(vt_buffer_copy_from_host(buffer, offset, host, bytes),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_detail(VT_ERROR_INVALID_ARGUMENT, "pass the end of the buffer of 1000 bytes");
	assert_int_equal(vt_buffer_copy_to_host(buffer, offset, host, bytes),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_copy_from_host_async(buffer, offset, host, bytes, NULL),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_copy_to_host_async(buffer, offset, host, bytes, NULL),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_copy(buffer, offset, other, 0, bytes),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_copy(other, 0, buffer, offset, bytes),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_copy_async(other, 0, buffer, offset, bytes, NULL),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_fill(buffer, offset, 0, bytes), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_fill_async(buffer, offset, 0, bytes, NULL),
			 VT_ERROR_INVALID_ARGUMENT);
	vt_buffer_destroy(other);
}

static void test_nothing_passes_the_end(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *buffer;

	(void)state;
	options.capacity = 2000; /* room is not size */
	buffer = make(1000, &options);
	assert_all_refused(buffer, 0, 1001);
	assert_all_refused(buffer, 1, 1000);
	assert_all_refused(buffer, 999, 2);
	assert_all_refused(buffer, 1001, 0);
	assert_all_refused(buffer, SIZE_MAX, 1);
	assert_all_refused(buffer, 1, SIZE_MAX);
	assert_all_refused(buffer, SIZE_MAX - 3, SIZE_MAX);
	assert_no_cuda_error();
	vt_buffer_destroy(buffer);
}

static void test_nothing_is_done_for_no_bytes(void **state)
{
	vt_buffer *buffer = make(1000, NULL);

	(void)state;
	fail_call(0);
	assert_int_equal(vt_buffer_copy_from_host(buffer, 1000, NULL, 0), VT_OK);
	assert_int_equal(vt_buffer_copy_to_host(buffer, 0, NULL, 0), VT_OK);
	assert_int_equal(vt_buffer_copy(buffer, 0, buffer, 0, 0), VT_OK);
	assert_int_equal(vt_buffer_fill(buffer, 500, 1, 0), VT_OK);
	assert_int_equal(calls_made("cuda"), 0);
	call_failed();
	assert_int_equal(vt_buffer_copy_from_host(buffer, 0, NULL, 1), VT_ERROR_INVALID_ARGUMENT);
	vt_buffer_destroy(buffer);
}

static void test_overlap_is_refused(void **state)
{
	vt_buffer *buffer = make(1000, NULL);

	(void)state;
	assert_int_equal(vt_buffer_copy(buffer, 0, buffer, 99, 100), VT_ERROR_INVALID_ARGUMENT);
	assert_detail(VT_ERROR_INVALID_ARGUMENT, "overlap");
	assert_int_equal(vt_buffer_copy(buffer, 99, buffer, 0, 100), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_copy(buffer, 100, buffer, 0, 100), VT_OK);
	vt_buffer_destroy(buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_come_back),
		cmocka_unit_test(test_offsets_are_where_they_say),
		cmocka_unit_test(test_the_same_on_a_stream),
		cmocka_unit_test(test_a_copy_waits_for_the_stream_of_its_source),
		cmocka_unit_test(test_zeroed_is_zero_and_zero_makes_it_so),
		cmocka_unit_test(test_memory_of_the_host_is_zero_at_once),
		cmocka_unit_test(test_nothing_passes_the_end),
		cmocka_unit_test(test_nothing_is_done_for_no_bytes),
		cmocka_unit_test(test_overlap_is_refused),
	};

	simulated_device("memory=1G");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("buffer_contents", tests, NULL, NULL);
}
