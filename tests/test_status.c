/* Statuses, the detail of each thread's last failure, and what CUDA's errors mean. */
#include "config.h"

#include <pthread.h>
#include <stdio.h>

#include <cuda_runtime_api.h>

#include "library/cuda_releases.h"
#include "library/error.h"
#include "tests/source_fixture.h"

#include <vramtrack/vramtrack.h>

static void test_each_status_has_a_name_and_words(void **state)
{
	(void)state;
	assert_string_equal(vt_status_name(VT_OK), "VT_OK");
	assert_string_equal(vt_status_name(VT_ERROR_OUT_OF_MEMORY), "VT_ERROR_OUT_OF_MEMORY");
	assert_string_equal(vt_status_string(VT_OK), "done");
	for (int i = 0; i <= VT_ERROR_CUDA; i++) {
		assert_int_equal(strncmp(vt_status_name((vt_status)i), "VT_", 3), 0);
		assert_true(strlen(vt_status_string((vt_status)i)) > 3);
	}
}

static void test_any_number_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(vt_status_name((vt_status)-1), "VT_ERROR_?");
	assert_string_equal(vt_status_name((vt_status)14), "VT_ERROR_?");
	assert_true(strlen(vt_status_string((vt_status)1000000)) > 0);
	assert_string_equal(vt_purpose_name(VT_PURPOSE_KV_CACHE), "KVCache");
	assert_string_equal(vt_purpose_words(VT_PURPOSE_MODEL_WEIGHTS), "Model Weights");
	assert_string_equal(vt_purpose_name((vt_purpose)77), "Unknown");
}

static void test_a_detail_is_set_completed_and_cleared(void **state)
{
	const vt_error_detail *detail = vt_last_error();

	(void)state;
	vt_clear_last_error();
	assert_int_equal(detail->status, VT_OK);
	assert_int_equal(detail->device, -1);
	assert_string_equal(vt_last_error_text(), "");
	assert_int_equal(vt__fail_cuda(VT_ERROR_OUT_OF_MEMORY, 2, "no %d bytes", 7),
			 VT_ERROR_OUT_OF_MEMORY);
	vt__fail_with_memory(1, 7, 3, 9);
	vt__fail_prepend("requested: 7 B");
	assert_string_equal(vt_last_error_text(), "requested: 7 B; no 7 bytes");
	assert_int_equal(detail->cuda_error, 2);
	assert_int_equal(detail->device, 1);
	assert_int_equal(detail->requested_bytes, 7);
	assert_int_equal(detail->free_bytes, 3);
	assert_int_equal(detail->total_bytes, 9);
	/* A later failure has nothing of an earlier one, but may quote it. */
	vt__fail(VT_ERROR_CUDA, "again: %s", vt_last_error_text());
	assert_string_equal(vt_last_error_text(), "again: requested: 7 B; no 7 bytes");
	assert_int_equal(detail->cuda_error, 0);
	assert_int_equal(detail->requested_bytes, 0);
	assert_int_equal(detail->device, -1);
	vt_clear_last_error();
	assert_int_equal(detail->status, VT_OK);
}

static void test_a_long_text_is_cut(void **state)
{
	char words[2000];

	(void)state;
	memset(words, 'w', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	vt__fail(VT_ERROR_CUDA, "%s", words);
	assert_int_equal(strlen(vt_last_error_text()), 511);
	vt__fail(VT_ERROR_CUDA, "short");
	vt__fail_prepend(words);
	assert_int_equal(strlen(vt_last_error_text()), 511);
	vt__fail(VT_ERROR_CUDA, "%s", words);
	vt__fail_prepend("first");
	assert_int_equal(strncmp(vt_last_error_text(), "first; www", 10), 0);
	assert_int_equal(strlen(vt_last_error_text()), 511);
}

static void *look(void *closure)
{
	*(vt_status *)closure = vt_last_error()->status;
	vt__fail(VT_ERROR_BUDGET, "of the other thread");
	return NULL;
}

static void test_each_thread_has_its_own(void **state)
{
	vt_status seen = VT_ERROR_CUDA;
	pthread_t thread;

	(void)state;
	vt__fail(VT_ERROR_NOT_FOUND, "of this thread");
	assert_int_equal(pthread_create(&thread, NULL, look, &seen), 0);
	pthread_join(thread, NULL);
	assert_int_equal(seen, VT_OK);
	assert_detail(VT_ERROR_NOT_FOUND, "of this thread");
}

/* ---- CUDA ------------------------------------------------------------------- */

static int give(const char *call, void *closure)
{
	void *none;

	/* As a call that fails does, leave a last error. */
	(void)cudaMallocHost(&none, SIZE_MAX / 2);
	return strcmp(call, "cudaMalloc") ? 0 : *(const int *)closure;
}

static void assert_means(int error, vt_status status)
{
	void *sentinel = &error, *out = sentinel;

	vt__cuda_fault = give;
	vt__cuda_fault_closure = &error;
	assert_int_equal(vt__cuda_malloc(&out, 4096), status);
	vt__cuda_fault = NULL;
	assert_ptr_equal(out, sentinel);
	assert_int_equal(vt_last_error()->status, status);
	assert_int_equal(vt_last_error()->cuda_error, error);
	assert_non_null(strstr(vt_last_error_text(), cudaGetErrorName((cudaError_t)error)));
	assert_non_null(strstr(vt_last_error_text(), "cudaMalloc of 4096 bytes"));
	assert_no_cuda_error();
}

static void test_errors_of_cuda_have_a_meaning(void **state)
{
	static const int faults[] = {
		cudaErrorIllegalAddress,
		cudaErrorMisalignedAddress,
		cudaErrorLaunchFailure,
		cudaErrorAssert,
		cudaErrorECCUncorrectable,
		cudaErrorHardwareStackError,
		cudaErrorIllegalInstruction,
		cudaErrorInvalidPc,
		cudaErrorInvalidAddressSpace,
		cudaErrorLaunchTimeout,
		VT__CUDA_ERROR_CONTAINED,
		cudaErrorNvlinkUncorrectable,
		VT__CUDA_ERROR_TENSOR_MEMORY_LEAK,
		cudaErrorExternalDevice,
		cudaErrorMpsClientTerminated,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		assert_means(faults[i], VT_ERROR_DEVICE_FAULT);
		assert_non_null(strstr(vt_last_error_text(), "not this call"));
	}
	assert_means(cudaErrorMemoryAllocation, VT_ERROR_OUT_OF_MEMORY);
	assert_means(cudaErrorCudartUnloading, VT_ERROR_SHUTTING_DOWN);
	assert_means(cudaErrorNoDevice, VT_ERROR_NO_DEVICE);
	assert_means(cudaErrorInsufficientDriver, VT_ERROR_NO_DEVICE);
	assert_means(cudaErrorInvalidDevice, VT_ERROR_NO_DEVICE);
	assert_means(cudaErrorInvalidValue, VT_ERROR_INVALID_ARGUMENT);
	assert_means(cudaErrorNotSupported, VT_ERROR_NOT_SUPPORTED);
	assert_means(cudaErrorUnknown, VT_ERROR_CUDA);
	assert_means(cudaErrorLaunchOutOfResources, VT_ERROR_CUDA);
}

static void test_a_failure_leaves_no_last_error(void **state)
{
	void *out = NULL;

	(void)state;
	assert_int_equal(vt__cuda_malloc(&out, SIZE_MAX / 4), VT_ERROR_OUT_OF_MEMORY);
	assert_no_cuda_error();
	assert_int_equal(vt__cuda_free((void *)64), VT_ERROR_INVALID_ARGUMENT);
	assert_no_cuda_error();
	assert_int_equal(vt__cuda_enter_device(99, &(int){0}), VT_ERROR_NO_DEVICE);
	assert_int_equal(vt_last_error()->device, 99);
	assert_no_cuda_error();
}

/* The program's unchecked error is still there after a call of ours that works, and one
 * that fails leaves an error where there was one, and says which was lost. */
static void test_an_error_of_the_program_is_not_swallowed(void **state)
{
	void *out = NULL;

	(void)state;
	assert_int_equal(cudaSetDevice(99), cudaErrorInvalidDevice);
	assert_int_equal(vt__cuda_malloc(&out, 4096), VT_OK);
	assert_int_equal(cudaPeekAtLastError(), cudaErrorInvalidDevice);
	assert_int_equal(vt__cuda_free(out), VT_OK);
	assert_int_equal(vt__cuda_malloc(&out, SIZE_MAX / 4), VT_ERROR_OUT_OF_MEMORY);
	assert_detail(VT_ERROR_OUT_OF_MEMORY, "cudaErrorInvalidDevice");
	assert_int_not_equal(cudaGetLastError(), cudaSuccess);
	assert_no_cuda_error();
}

static void test_pinned_memory_is_host_memory_when_there_is_none(void **state)
{
	void *out = NULL;

	(void)state;
	assert_int_equal(vt__cuda_malloc_host(&out, SIZE_MAX / 4), VT_ERROR_OUT_OF_HOST_MEMORY);
	assert_int_equal(vt_last_error()->cuda_error, cudaErrorMemoryAllocation);
	assert_no_cuda_error();
}

/* ---- Out of memory ------------------------------------------------------------ */

static void test_out_of_memory_has_the_numbers_and_the_breakdown(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	const vt_error_detail *detail = vt_last_error();
	vt_buffer *weights = NULL, *none = NULL;
	vt_tracker *tracker;
	size_t free_bytes, total;

	(void)state;
	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	options.tracker = tracker;
	options.purpose = VT_PURPOSE_MODEL_WEIGHTS;
	assert_int_equal(vt_buffer_create(&weights, 1536 * MIB, &options), VT_OK);
	assert_int_equal(vt__cuda_memory_info(&free_bytes, &total), VT_OK);
	assert_int_equal(vt_buffer_create(&none, 1024 * MIB, &options), VT_ERROR_OUT_OF_MEMORY);
	assert_null(none);
	assert_int_equal(detail->device, 0);
	assert_int_equal(detail->requested_bytes, 1024 * MIB);
	assert_int_equal(detail->free_bytes, free_bytes);
	assert_int_equal(detail->total_bytes, total);
	assert_int_equal(
		strncmp(detail->text,
			"ModelWeights: 1.5 GB, requested: 1.0 GB, available: 0.5 GB; cudaMalloc",
			70),
		0);
	assert_no_cuda_error();
	/* What is there is still right, and an allocation that fits works. */
	assert_int_equal(vt_tracker_total(tracker), 1536 * MIB);
	assert_int_equal(vt_buffer_create(&none, 4096, &options), VT_OK);
	vt_buffer_destroy(none);
	vt_buffer_destroy(weights);
	vt_tracker_destroy(tracker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_status_has_a_name_and_words),
		cmocka_unit_test(test_any_number_has_a_name),
		cmocka_unit_test(test_a_detail_is_set_completed_and_cleared),
		cmocka_unit_test(test_a_long_text_is_cut),
		cmocka_unit_test(test_each_thread_has_its_own),
		cmocka_unit_test(test_errors_of_cuda_have_a_meaning),
		cmocka_unit_test(test_a_failure_leaves_no_last_error),
		cmocka_unit_test(test_an_error_of_the_program_is_not_swallowed),
		cmocka_unit_test(test_pinned_memory_is_host_memory_when_there_is_none),
		cmocka_unit_test(test_out_of_memory_has_the_numbers_and_the_breakdown),
	};

	simulated_device("memory=2G");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
