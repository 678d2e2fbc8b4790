/* Residency: what is in VRAM and what only seems to be; no CUDA error is left. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <vramtrack/narration.h>
#include <vramtrack/tracker.h>

#include <cuda_runtime_api.h>

static struct {
	unsigned events;
	vt_status status;
	char human[128];
} heard;

static void hear(const vt_event *event, void *closure)
{
	(void)closure;
	if (event->kind != VT_EVENT_RESIDENCY)
		return;
	heard.events++;
	heard.status = event->status;
	strncpy(heard.human, event->human, sizeof(heard.human) - 1);
}

static int listen_to_all(void **state)
{
	(void)state;
	memset(&heard, 0, sizeof(heard));
	vt_set_narrator(hear, NULL);
	return 0;
}

static int stop_listening(void **state)
{
	(void)state;
	vt_set_narrator(NULL, NULL);
	return 0;
}

static void no_error_is_left(void)
{
	assert_int_equal(cudaPeekAtLastError(), cudaSuccess);
}

static void is_not_resident(const void *address, const char *reason)
{
	assert_int_equal(vt_verify_residency(address), VT_ERROR_NOT_RESIDENT);
	assert_non_null(strstr(vt_last_error_text(), reason));
	no_error_is_left();
}

static void device_memory_is_resident(void **state)
{
	void *memory;

	(void)state;
	assert_int_equal(cudaMalloc(&memory, 4096), cudaSuccess);
	assert_int_equal(vt_verify_residency(memory), VT_OK);
	assert_int_equal(vt_verify_residency((char *)memory + 100), VT_OK);
	no_error_is_left();
	assert_int_equal(cudaFree(memory), cudaSuccess);
}

static void managed_memory_is_not(void **state)
{
	void *memory;

	(void)state;
	assert_int_equal(cudaMallocManaged(&memory, 4096, cudaMemAttachGlobal), cudaSuccess);
	is_not_resident(memory, "managed memory");
	assert_int_equal(cudaFree(memory), cudaSuccess);
}

static void pinned_memory_is_not(void **state)
{
	void *memory;

	(void)state;
	assert_int_equal(cudaMallocHost(&memory, 4096), cudaSuccess);
	is_not_resident(memory, "not device memory");
	assert_int_equal(cudaFreeHost(memory), cudaSuccess);
}

static void other_addresses_are_not(void **state)
{
	char on_stack[16] = "";
	void *freed;

	(void)state;
	is_not_resident(on_stack, "not device memory");
	is_not_resident(NULL, "not device memory");
	assert_int_equal(cudaMalloc(&freed, 4096), cudaSuccess);
	assert_int_equal(cudaFree(freed), cudaSuccess);
	is_not_resident(freed, "not device memory");
}

static void an_empty_tracker_is_resident(void **state)
{
	vt_tracker *tracker;

	(void)state;
	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	assert_int_equal(vt_tracker_verify_residency(tracker), VT_OK);
	assert_int_equal(vt_tracker_verify_residency(NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(heard.events, 0);
	vt_tracker_destroy(tracker);
}

static void a_tracker_tells_the_stray(void **state)
{
	vt_tracker *tracker;
	void *one, *two;
	int stray;

	(void)state;
	assert_int_equal(cudaMalloc(&one, 4096), cudaSuccess);
	assert_int_equal(cudaMalloc(&two, 4096), cudaSuccess);
	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	assert_int_equal(vt_tracker_record(tracker, one, 4096, VT_PURPOSE_KV_CACHE, "kv", 0),
			 VT_OK);
	assert_int_equal(vt_tracker_record(tracker, two, 4096, VT_PURPOSE_KV_CACHE, NULL, 0),
			 VT_OK);
	assert_int_equal(vt_tracker_verify_residency(tracker), VT_OK);
	assert_int_equal(heard.events, 1);
	assert_string_equal(heard.human,
			    "VRAM residency verified on GPU0: all 2 allocations resident");
	assert_int_equal(vt_tracker_record(tracker, &stray, 4, VT_PURPOSE_KV_CACHE, "odd one", 0),
			 VT_OK);
	assert_int_equal(vt_tracker_verify_residency(tracker), VT_ERROR_NOT_RESIDENT);
	assert_non_null(strstr(vt_last_error_text(), "(odd one) is not device memory"));
	assert_int_equal(heard.events, 2);
	assert_int_equal(heard.status, VT_ERROR_NOT_RESIDENT);
	no_error_is_left();
	assert_int_equal(vt_tracker_unrecord(tracker, &stray), VT_OK);
	assert_int_equal(vt_tracker_unrecord(tracker, one), VT_OK);
	assert_int_equal(vt_tracker_unrecord(tracker, two), VT_OK);
	vt_tracker_destroy(tracker);
	assert_int_equal(cudaFree(one), cudaSuccess);
	assert_int_equal(cudaFree(two), cudaSuccess);
}

/* An error that was there before is the program's to find. */
static void an_earlier_error_stays(void **state)
{
	void *memory;

	(void)state;
	assert_int_equal(cudaMalloc(&memory, 4096), cudaSuccess);
	assert_int_equal(cudaSetDevice(1000), cudaErrorInvalidDevice);
	assert_int_equal(vt_verify_residency(memory), VT_OK);
	assert_int_equal(cudaGetLastError(), cudaErrorInvalidDevice);
	assert_int_equal(cudaFree(memory), cudaSuccess);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(device_memory_is_resident),
		cmocka_unit_test(managed_memory_is_not),
		cmocka_unit_test(pinned_memory_is_not),
		cmocka_unit_test(other_addresses_are_not),
		cmocka_unit_test_setup_teardown(an_empty_tracker_is_resident, listen_to_all,
						stop_listening),
		cmocka_unit_test_setup_teardown(a_tracker_tells_the_stray, listen_to_all,
						stop_listening),
		cmocka_unit_test(an_earlier_error_stays),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
