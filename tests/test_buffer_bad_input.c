/* What bad input to buffers comes to, and frees when the device or the driver is gone. */
#include "config.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cuda_runtime_api.h>

#include "tests/source_fixture.h"

#include <vramtrack/vramtrack.h>

static vt_buffer *make(size_t bytes, const vt_buffer_options *options)
{
	vt_buffer *buffer = NULL;

	assert_int_equal(vt_buffer_create(&buffer, bytes, options), VT_OK);
	assert_non_null(buffer);
	return buffer;
}

static size_t baseline;

static int before_each(void **state)
{
	(void)state;
	/* The context's own memory is taken with the first call. */
	if (cudaFree(NULL) != cudaSuccess)
		return -1;
	baseline = used_bytes();
	return 0;
}

static int after_each(void **state)
{
	(void)state;
	vt__cuda_fault = NULL;
	return used_bytes() == baseline && cudaPeekAtLastError() == cudaSuccess &&
			       !vt_report_leaks()
		       ? 0
		       : -1;
}

/* ---- Bad input ------------------------------------------------------------------------ */

static vt_buffer *const sentinel = (vt_buffer *)(uintptr_t)0x5e;

static void assert_refused(size_t bytes, const vt_buffer_options *options, vt_status status,
			   const char *words)
{
	vt_buffer *out = sentinel;

	assert_int_equal(vt_buffer_create(&out, bytes, options), status);
	assert_ptr_equal(out, sentinel);
	assert_detail(status, words);
	assert_no_cuda_error();
}

static void test_bad_sizes_are_refused(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *out = sentinel;

	(void)state;
	assert_refused(0, NULL, VT_ERROR_INVALID_ARGUMENT, "0 bytes");
	assert_int_equal(vt_buffer_create(NULL, 1, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_detail(VT_ERROR_INVALID_ARGUMENT, "out is NULL");
	assert_refused(SIZE_MAX, NULL, VT_ERROR_OUT_OF_MEMORY, "no device has");
	assert_refused(SIZE_MAX - 99, NULL, VT_ERROR_OUT_OF_MEMORY, "no device has");
	assert_refused(SIZE_MAX / 2, NULL, VT_ERROR_OUT_OF_MEMORY, "cudaMalloc");
	for (unsigned shift = 0; shift < 64; shift++) {
		options.alignment = (size_t)1 << shift;
		assert_refused(SIZE_MAX - 99, &options, VT_ERROR_OUT_OF_MEMORY, "requested");
		assert_refused(SIZE_MAX / 2, &options, VT_ERROR_OUT_OF_MEMORY, "requested");
	}
	options.alignment = 0;
	options.capacity = SIZE_MAX;
	assert_refused(1, &options, VT_ERROR_OUT_OF_MEMORY, "no device has");
	assert_int_equal(vt_buffer_create_array(&out, SIZE_MAX / 2, 3, NULL),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_create_array(&out, 0, 3, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_create_array(&out, 3, 0, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_ptr_equal(out, sentinel);
	assert_int_equal(vt_buffer_create_array(&out, 10, 12, NULL), VT_OK);
	assert_int_equal(vt_buffer_size(out), 120);
	vt_buffer_destroy(out);
}

static void test_bad_options_are_refused(void **state)
{
	const vt_buffer_options defaults = VT_BUFFER_OPTIONS_INIT;
	vt_buffer_options options = defaults;

	(void)state;
	options.alignment = 48;
	assert_refused(1, &options, VT_ERROR_INVALID_ARGUMENT, "alignment 48");
	options = defaults;
	options.device = 99;
	assert_refused(1, &options, VT_ERROR_NO_DEVICE, "99");
	options.device = -2;
	assert_refused(1, &options, VT_ERROR_NO_DEVICE, "-2");
	options = defaults;
	options.purpose = (vt_purpose)4;
	assert_refused(1, &options, VT_ERROR_INVALID_ARGUMENT, "vt_purpose");
	options = defaults;
	options.flags = VT_BUFFER_ZEROED | 0x40;
	assert_refused(1, &options, VT_ERROR_INVALID_ARGUMENT, "0x40");
	options = defaults;
	options.reserved = 1;
	assert_refused(1, &options, VT_ERROR_INVALID_ARGUMENT, "reserved");
}

static void test_a_struct_of_another_size(void **state)
{
	struct {
		vt_buffer_options known;
		uint64_t newer[2];
	} options = {.known = VT_BUFFER_OPTIONS_INIT};
	vt_buffer *buffer;

	(void)state;
	options.known.flags = 0x80; /* not seen by an older struct */
	options.known.alignment = 4096;
	options.known.struct_size = offsetof(vt_buffer_options, capacity);
	buffer = make(10, &options.known);
	assert_int_equal(vt_buffer_alignment(buffer), 4096);
	assert_int_equal(vt_buffer_device(buffer), 0);
	vt_buffer_destroy(buffer);
	options.known.flags = 0;
	options.known.struct_size = sizeof(options);
	vt_buffer_destroy(make(10, &options.known));
	options.newer[1] = 1;
	assert_refused(10, &options.known, VT_ERROR_STRUCT_SIZE, "knows only");
	options.known.struct_size = 0;
	assert_refused(10, &options.known, VT_ERROR_STRUCT_SIZE, "struct_size is 0");
	options.known.struct_size = 12;
	assert_refused(10, &options.known, VT_ERROR_STRUCT_SIZE, "within a member");
	options.known.struct_size = SIZE_MAX;
	assert_refused(10, &options.known, VT_ERROR_STRUCT_SIZE, "struct_size");
}

static void test_bad_adoptions_are_refused(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *out = sentinel;
	void *base = NULL;
	char host[256];

	(void)state;
	assert_int_equal(cudaMalloc(&base, 4096), cudaSuccess);
	assert_int_equal(vt_buffer_adopt(NULL, base, 4096, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_adopt(&out, NULL, 4096, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_adopt(&out, base, 0, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_adopt(&out, host, 256, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_detail(VT_ERROR_INVALID_ARGUMENT, "not memory that cudaMalloc gave");
	options.device = 1;
	assert_int_equal(vt_buffer_adopt(&out, base, 4096, &options), VT_ERROR_INVALID_ARGUMENT);
	options.device = -1;
	options.alignment = (size_t)1 << 60;
	assert_int_equal(vt_buffer_adopt(&out, base, 4096, &options), VT_ERROR_INVALID_ARGUMENT);
	options.alignment = 0;
	options.capacity = 5000;
	assert_int_equal(vt_buffer_adopt(&out, base, 4096, &options), VT_ERROR_INVALID_ARGUMENT);
	options.capacity = 0;
	assert_int_equal(vt_source_create_growable(&options.source, NULL), VT_OK);
	assert_int_equal(vt_buffer_adopt(&out, base, 4096, &options), VT_ERROR_NOT_SUPPORTED);
	vt_source_release(options.source);
	assert_ptr_equal(out, sentinel);
	assert_no_cuda_error();
	assert_int_equal(cudaFree(base), cudaSuccess);
}

static void test_an_empty_buffer_is_told_apart(void **state)
{
	vt_buffer *buffer = make(100, NULL), *out = sentinel;
	void *base = NULL;
	char host[4];

	(void)state;
	assert_int_equal(vt_buffer_release(buffer, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_release(buffer, &base), VT_OK);
	assert_int_equal(vt_buffer_copy_from_host(buffer, 0, host, 4), VT_ERROR_NOT_ALLOCATED);
	assert_int_equal(vt_buffer_copy_to_host(buffer, 0, host, 4), VT_ERROR_NOT_ALLOCATED);
	assert_int_equal(vt_buffer_fill(buffer, 0, 0, 4), VT_ERROR_NOT_ALLOCATED);
	assert_int_equal(vt_buffer_resize(buffer, 4, NULL), VT_ERROR_NOT_ALLOCATED);
	assert_int_equal(vt_buffer_reserve(buffer, 4, NULL), VT_ERROR_NOT_ALLOCATED);
	assert_int_equal(vt_buffer_shrink_to_fit(buffer, NULL), VT_ERROR_NOT_ALLOCATED);
	assert_int_equal(vt_buffer_set_stream(buffer, NULL), VT_ERROR_NOT_ALLOCATED);
	assert_int_equal(vt_buffer_duplicate(&out, buffer, NULL), VT_ERROR_NOT_ALLOCATED);
	assert_detail(VT_ERROR_NOT_ALLOCATED, "vt_buffer_duplicate: the buffer is empty");
	assert_int_equal(vt_buffer_zero(buffer), VT_OK);
	assert_ptr_equal(out, sentinel);
	assert_int_equal(cudaFree(base), cudaSuccess);
	vt_buffer_destroy(buffer);
}

static void test_null_is_refused_everywhere(void **state)
{
	vt_buffer *buffer = make(100, NULL), *out = sentinel;
	char host[4];
	void *base;

	(void)state;
	assert_int_equal(vt_buffer_move(NULL, buffer), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_move(buffer, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_swap(NULL, buffer), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_release(NULL, &base), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_duplicate(&out, NULL, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_duplicate(NULL, buffer, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_zero(NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_fill(NULL, 0, 0, 1), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_copy_from_host(NULL, 0, host, 4), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_copy(buffer, 0, NULL, 0, 4), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_resize(NULL, 1, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_resize(buffer, 0, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_set_stream(NULL, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_size(buffer), 100);
	vt_buffer_destroy(buffer);
}

static void test_memory_of_a_source_stays_with_it(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *buffer;
	void *base = &base;

	(void)state;
	assert_int_equal(vt_source_create_growable(&options.source, NULL), VT_OK);
	buffer = make(100, &options);
	vt_source_release(options.source);
	assert_int_equal(vt_buffer_release(buffer, &base), VT_ERROR_NOT_SUPPORTED);
	assert_ptr_equal(base, &base);
	assert_true(vt_buffer_is_allocated(buffer));
	vt_buffer_destroy(buffer);
}

#ifndef NDEBUG
static void test_a_destroyed_handle_is_known(void **state)
{
	vt_buffer *buffer = make(100, NULL), *other = make(100, NULL);
	char host[4];

	(void)state;
	vt_buffer_destroy(buffer);
	vt_clear_last_error();
	vt_buffer_destroy(buffer);
	assert_detail(VT_ERROR_INVALID_ARGUMENT, "destroyed before");
	assert_int_equal(vt_buffer_copy_to_host(buffer, 0, host, 4), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_move(other, buffer), VT_ERROR_INVALID_ARGUMENT);
	assert_null(vt_buffer_get(buffer));
	assert_int_equal(vt_buffer_size(buffer), 0);
	vt_buffer_destroy(other);
}
#endif

/* ---- The end of the device ---------------------------------------------------------------- */

static unsigned failures;

static void count_failures(const vt_event *event, void *closure)
{
	(void)closure;
	failures += event->kind == VT_EVENT_FAILED;
}

static void test_a_free_after_a_reset_is_told(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_tracker *tracker;
	vt_buffer *buffer;

	(void)state;
	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	options.tracker = tracker;
	buffer = make(4096, &options);
	assert_int_equal(cudaDeviceReset(), cudaSuccess);
	vt_clear_last_error();
	failures = 0;
	vt_set_narrator(count_failures, NULL);
	vt_buffer_destroy(buffer);
	vt_set_narrator(NULL, NULL);
	assert_int_equal(failures, 1);
	assert_detail(VT_ERROR_INVALID_ARGUMENT, "cudaFree");
	assert_no_cuda_error();
	assert_int_equal(vt_tracker_total(tracker), 0);
	vt_tracker_destroy(tracker);
	assert_int_equal(cudaFree(NULL), cudaSuccess);
	baseline = used_bytes();
}

static int shutting_down(const char *call, void *closure)
{
	(void)call;
	(void)closure;
	return cudaErrorCudartUnloading;
}

static void test_a_free_while_the_driver_goes_is_quiet(void **state)
{
	vt_buffer *buffer = make(4096, NULL), *out = sentinel;
	void *address = vt_buffer_get(buffer);

	(void)state;
	failures = 0;
	vt_set_narrator(count_failures, NULL);
	vt__cuda_fault = shutting_down;
	vt_buffer_destroy(buffer);
	assert_int_equal(vt_last_error()->status, VT_ERROR_SHUTTING_DOWN);
	assert_int_equal(failures, 0);
	assert_int_equal(vt_buffer_create(&out, 4096, NULL), VT_ERROR_SHUTTING_DOWN);
	assert_ptr_equal(out, sentinel);
	vt__cuda_fault = NULL;
	vt_set_narrator(NULL, NULL);
	assert_no_cuda_error();
	assert_int_equal(cudaFree(address), cudaSuccess);
}

static vt_buffer *late;

static void destroy_late(void)
{
	vt_buffer_destroy(late);
	_exit(vt_last_error()->status == VT_ERROR_SHUTTING_DOWN ? 0 : 4);
}

/* In a process of its own: the handler runs after those of the runtime, which end it. */
static void test_a_buffer_may_end_with_the_process(void **state)
{
	int status = -1;
	pid_t child = fork();

	(void)state;
	if (!child) {
		atexit(destroy_late);
		if (vt_buffer_create(&late, 4096, NULL) != VT_OK)
			_exit(3);
		exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
#define CHECKED(test) cmocka_unit_test_setup_teardown(test, before_each, after_each)
	const struct CMUnitTest tests[] = {
		/* Forks, so it comes before the device is used here. */
		cmocka_unit_test(test_a_buffer_may_end_with_the_process),
		CHECKED(test_bad_sizes_are_refused),
		CHECKED(test_bad_options_are_refused),
		CHECKED(test_a_struct_of_another_size),
		CHECKED(test_bad_adoptions_are_refused),
		CHECKED(test_an_empty_buffer_is_told_apart),
		CHECKED(test_null_is_refused_everywhere),
		CHECKED(test_memory_of_a_source_stays_with_it),
#ifndef NDEBUG
		CHECKED(test_a_destroyed_handle_is_known),
#endif
		CHECKED(test_a_free_after_a_reset_is_told),
		CHECKED(test_a_free_while_the_driver_goes_is_quiet),
	};

	simulated_device("memory=1G:devices=2");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("buffer_bad_input", tests, NULL, NULL);
}
