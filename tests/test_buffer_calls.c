/*
 * What a pair of create and destroy asks of CUDA: nothing but the memory itself. This program's
 * own definitions of the runtime's functions stand before the library's and count.
 */
#include "config.h"

#include <cuda_runtime_api.h>
#include <dlfcn.h>
#include <pthread.h>

#include "tests/source_fixture.h"

#include <vramtrack/vramtrack.h>

/* ---- Counting ---------------------------------------------------------------------- */

static unsigned runtime_calls;

static void *next_of(const char *name)
{
	void *address = dlsym(RTLD_NEXT, name);

	assert_non_null(address);
	return address;
}

/* A function of the runtime that counts and passes on what it was given. */
#define COUNTED(name, parameters, arguments)                                                       \
	cudaError_t name parameters                                                                \
	{                                                                                          \
		static cudaError_t(*next) parameters;                                              \
                                                                                                   \
		if (!next) {                                                                       \
			void *address_ = next_of(#name);                                           \
                                                                                                   \
			memcpy(&next, &address_, sizeof(next));                                    \
		}                                                                                  \
		runtime_calls++;                                                                   \
		return next arguments;                                                             \
	}

COUNTED(cudaGetDevice, (int *device), (device))
COUNTED(cudaSetDevice, (int device), (device))
COUNTED(cudaPeekAtLastError, (void), ())
COUNTED(cudaGetLastError, (void), ())
COUNTED(cudaMallocFromPoolAsync,
	(void **memory, size_t bytes, cudaMemPool_t pool, cudaStream_t stream),
	(memory, bytes, pool, stream))
COUNTED(cudaFreeAsync, (void *memory, cudaStream_t stream), (memory, stream))

/* ---- Pairs -------------------------------------------------------------------------- */

static vt_buffer_options from_pool(void)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;

	assert_int_equal(vt_source_create_pool(&options.source, NULL), VT_OK);
	return options;
}

static void make_pair(const vt_buffer_options *options)
{
	vt_buffer *buffer = NULL;

	assert_int_equal(vt_buffer_create(&buffer, MIB, options), VT_OK);
	assert_int_equal(vt_buffer_device(buffer), 0);
	vt_buffer_destroy(buffer);
}

static void test_a_pair_from_a_pool_makes_no_call_of_the_runtime(void **state)
{
	vt_buffer_options options = from_pool();

	(void)state;
	assert_int_equal(vt_tracker_create(&options.tracker), VT_OK);
	make_pair(&options); /* The first one looks for what it needs. */
	runtime_calls = 0;
	for (int i = 0; i < 10; i++)
		make_pair(&options);
	assert_int_equal(runtime_calls, 0);
	vt_tracker_destroy(options.tracker);
	vt_source_release(options.source);
	runtime_calls =
		0; /* The count is one: cudaMalloc's buffers look whether an error is pending. */
	make_pair(NULL);
	assert_int_equal(runtime_calls, 2);
}

static void *pair_in_thread(void *options)
{
	make_pair(options);
	return NULL;
}

/* A thread without a context: the driver alone could do nothing. */
static void test_a_new_thread_needs_no_call_before(void **state)
{
	vt_buffer_options options = from_pool();
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, pair_in_thread, &options), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	vt_source_release(options.source);
}

/* ---- Errors of the program ----------------------------------------------------------- */

static void test_an_error_of_the_program_stays_what_it_was(void **state)
{
	vt_buffer_options options = from_pool();

	(void)state;
	make_pair(&options);
	assert_int_equal(cudaMalloc(NULL, 1), cudaErrorInvalidValue);
	make_pair(&options);
	assert_int_equal(cudaGetLastError(), cudaErrorInvalidValue);
	assert_no_cuda_error();
	vt_source_release(options.source);
}

static void test_what_the_driver_refuses_the_runtime_explains(void **state)
{
	vt_buffer_options options = from_pool();
	vt_buffer *buffer = NULL;

	(void)state;
	make_pair(&options);
	assert_int_equal(vt_buffer_create(&buffer, (size_t)1 << 40, &options),
			 VT_ERROR_OUT_OF_MEMORY);
	assert_detail(VT_ERROR_OUT_OF_MEMORY, "cudaMallocFromPoolAsync of 1099511627776 bytes");
	assert_int_equal(vt_last_error()->cuda_error, cudaErrorMemoryAllocation);
	assert_no_cuda_error();
	assert_int_equal(cudaMalloc(NULL, 1), cudaErrorInvalidValue);
	assert_int_equal(vt_buffer_create(&buffer, (size_t)1 << 40, &options),
			 VT_ERROR_OUT_OF_MEMORY);
	assert_detail(VT_ERROR_OUT_OF_MEMORY, "pending before it");
	assert_int_not_equal(cudaGetLastError(), cudaSuccess);
	assert_no_cuda_error();
	vt_source_release(options.source);
}

/* ---- Stacks --------------------------------------------------------------------------- */

static int see_frames(const vt_live_allocation *allocation, void *closure)
{
	const void **frames = closure;

	for (size_t i = 0; i < 2 && i < allocation->frame_count; i++)
		frames[i] = allocation->frames[i];
	return 0;
}

static const void *returned_to;

__attribute__((noinline)) static vt_buffer *make_here(const vt_buffer_options *options)
{
	vt_buffer *buffer = NULL;

	returned_to = __builtin_return_address(0);
	assert_int_equal(vt_buffer_create(&buffer, 100, options), VT_OK);
	return buffer;
}

static void test_a_stack_begins_in_the_caller(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	const void *frames[2] = {NULL, NULL};
	vt_buffer *buffer;

	(void)state;
	assert_int_equal(vt_tracker_create(&options.tracker), VT_OK);
	buffer = make_here(&options);
	assert_int_equal(vt_tracker_each_live(options.tracker, see_frames, frames), 0);
	assert_in_range((uintptr_t)frames[0], (uintptr_t)make_here, (uintptr_t)make_here + 4096);
	assert_ptr_equal(frames[1], returned_to);
	vt_buffer_destroy(buffer);
	vt_tracker_destroy(options.tracker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_pair_from_a_pool_makes_no_call_of_the_runtime),
		cmocka_unit_test(test_a_new_thread_needs_no_call_before),
		cmocka_unit_test(test_an_error_of_the_program_stays_what_it_was),
		cmocka_unit_test(test_what_the_driver_refuses_the_runtime_explains),
		cmocka_unit_test(test_a_stack_begins_in_the_caller),
	};

	simulated_device("memory=4G");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("buffer_calls", tests, NULL, NULL);
}
