/* The simulated driver: lifetimes, results of wrong frees, what is charged to the device. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/simulate_child.h"

static CUdeviceptr linear(size_t size)
{
	CUdeviceptr address = 0;

	IS(CU(cuMemAlloc_v2)(&address, size), CUDA_SUCCESS);
	return address;
}

static CUdeviceptr stream_ordered(size_t size)
{
	CUdeviceptr address = 0;

	IS(CU(cuMemAllocAsync)(&address, size, NULL), CUDA_SUCCESS);
	return address;
}

static void wrong_frees(void)
{
	CUdeviceptr address, pitched;
	CUDA_ARRAY_DESCRIPTOR shape = {
		.Width = 16, .Height = 16, .Format = CU_AD_FORMAT_FLOAT, .NumChannels = 1};
	CUarray array;
	size_t pitch;
	void *host;
	int own;

	simulate_start();
	address = linear(4096);
	IS(CU(cuMemFree_v2)(address + 16), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(address), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemFree_v2)(0), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)((uintptr_t)&own), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemAllocPitch_v2)(&pitched, &pitch, 100, 3, 4), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(pitched), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(pitched), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemHostAlloc)(&host, 4096, 0), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)((uintptr_t)host), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemFreeHost)(host), CUDA_SUCCESS);
	IS(CU(cuMemFreeHost)(host), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemHostRegister_v2)(&own, sizeof(own), 0), CUDA_SUCCESS);
	IS(CU(cuMemHostRegister_v2)(&own, sizeof(own), 0),
	   CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED);
	IS(CU(cuMemHostUnregister)(&own), CUDA_SUCCESS);
	IS(CU(cuMemHostUnregister)(&own), CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED);
	IS(CU(cuArrayCreate_v2)(&array, &shape), CUDA_SUCCESS);
	IS(CU(cuArrayDestroy)(array), CUDA_SUCCESS);
	IS(CU(cuArrayDestroy)(array), CUDA_ERROR_INVALID_HANDLE);
	MUST(simulate_used() == 0);
}

static void a_free_by_address_takes_every_kind(void)
{
	CUdeviceptr managed, address;

	simulate_start();
	IS(CU(cuMemAllocManaged)(&managed, MIB, CU_MEM_ATTACH_GLOBAL), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
	*(int *)(uintptr_t)managed = 1;
	IS(CU(cuMemFree_v2)(managed), CUDA_SUCCESS);
	address = stream_ordered(MIB);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	IS(CU(cuMemFreeAsync)(address, NULL), CUDA_ERROR_INVALID_VALUE);
	address = linear(MIB);
	IS(CU(cuMemFreeAsync)(address, NULL), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(address), CUDA_ERROR_INVALID_VALUE);
}

static void a_reset_frees_linear_memory_only(void)
{
	CUcontext context = simulate_start();
	CUdeviceptr gone = linear(64 * MIB), stays = stream_ordered(64 * MIB);
	CUdeviceptr other;

	IS(CU(cuDevicePrimaryCtxReset)(0), CUDA_SUCCESS);
	IS(CU(cuMemAlloc_v2)(&other, 1), CUDA_ERROR_CONTEXT_IS_DESTROYED);
	IS(CU(cuDevicePrimaryCtxRetain)(&context, 0), CUDA_SUCCESS);
	MUST(simulate_used() == 64 * MIB);
	IS(CU(cuMemFree_v2)(gone), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemFree_v2)(stays), CUDA_SUCCESS);
	IS(CU(cuCtxSynchronize)(), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
}

static void a_destroyed_context_frees_only_its_own(void)
{
	CUcontext own, primary = simulate_start(), current;
	CUdeviceptr of_primary = linear(MIB), of_own, pooled;

	IS(CU(cuCtxCreate_v2)(&own, 0, 0), CUDA_SUCCESS);
	of_own = linear(4 * MIB);
	pooled = stream_ordered(2 * MIB);
	MUST(simulate_used() == 38 * MIB);
	IS(CU(cuCtxDestroy_v2)(own), CUDA_SUCCESS);
	IS(CU(cuCtxDestroy_v2)(own), CUDA_ERROR_CONTEXT_IS_DESTROYED);
	IS(CU(cuCtxGetCurrent)(&current), CUDA_SUCCESS);
	MUST(current == primary);
	MUST(simulate_used() == 34 * MIB);
	IS(CU(cuMemFree_v2)(of_own), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemFree_v2)(of_primary), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(pooled), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
}

static void the_last_release_frees(void)
{
	CUcontext context = simulate_start();

	linear(MIB);
	IS(CU(cuDevicePrimaryCtxRetain)(&context, 0), CUDA_SUCCESS);
	IS(CU(cuDevicePrimaryCtxRelease_v2)(0), CUDA_SUCCESS);
	MUST(simulate_used() == 2 * MIB);
	IS(CU(cuDevicePrimaryCtxRelease_v2)(0), CUDA_SUCCESS);
	IS(CU(cuDevicePrimaryCtxRelease_v2)(0), CUDA_ERROR_INVALID_CONTEXT);
	IS(CU(cuDevicePrimaryCtxRetain)(&context, 0), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
}

static void a_pool_goes_with_its_last_allocation(void)
{
	const CUmemPoolProps properties = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
					   .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
	CUdeviceptr address, refused;
	CUmemoryPool pool;
	cuuint64_t used;

	simulate_start();
	IS(CU(cuMemPoolCreate)(&pool, &properties), CUDA_SUCCESS);
	IS(CU(cuMemAllocFromPoolAsync)(&address, 3 * MIB, pool, NULL), CUDA_SUCCESS);
	IS(CU(cuMemPoolGetAttribute)(pool, CU_MEMPOOL_ATTR_USED_MEM_CURRENT, &used), CUDA_SUCCESS);
	MUST(used == 3 * MIB);
	IS(CU(cuMemPoolDestroy)(pool), CUDA_SUCCESS);
	MUST(simulate_used() == 32 * MIB);
	IS(CU(cuMemAllocFromPoolAsync)(&refused, 1, pool, NULL), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemPoolDestroy)(pool), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemFreeAsync)(address, NULL), CUDA_SUCCESS);
	MUST(simulate_used() == 32 * MIB);
	IS(CU(cuStreamSynchronize)(NULL), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
	IS(CU(cuMemPoolGetAttribute)(pool, CU_MEMPOOL_ATTR_USED_MEM_CURRENT, &used),
	   CUDA_ERROR_INVALID_VALUE);
}

static void a_pool_keeps_up_to_its_threshold(void)
{
	cuuint64_t threshold = 40 * MIB;
	CUmemoryPool pool;

	simulate_start();
	IS(CU(cuDeviceGetDefaultMemPool)(&pool, 0), CUDA_SUCCESS);
	IS(CU(cuMemPoolSetAttribute)(pool, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &threshold),
	   CUDA_SUCCESS);
	IS(CU(cuMemFreeAsync)(stream_ordered(80 * MIB), NULL), CUDA_SUCCESS);
	MUST(simulate_used() == 96 * MIB);
	IS(CU(cuStreamSynchronize)(NULL), CUDA_SUCCESS);
	MUST(simulate_used() == 32 * MIB);
	IS(CU(cuMemPoolTrimTo)(pool, 0), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
}

static void an_unsafe_call_breaks_a_global_capture(void)
{
	CUstreamCaptureStatus status;
	CUdeviceptr address;
	CUstream stream;
	CUgraph graph;

	simulate_start();
	IS(CU(cuStreamCreate)(&stream, CU_STREAM_NON_BLOCKING), CUDA_SUCCESS);
	IS(CU(cuStreamBeginCapture_v2)(NULL, CU_STREAM_CAPTURE_MODE_GLOBAL),
	   CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
	IS(CU(cuStreamBeginCapture_v2)(stream, CU_STREAM_CAPTURE_MODE_GLOBAL), CUDA_SUCCESS);
	IS(CU(cuStreamIsCapturing)(stream, &status), CUDA_SUCCESS);
	IS(status, CU_STREAM_CAPTURE_STATUS_ACTIVE);
	IS(CU(cuStreamIsCapturing)(NULL, &status), CUDA_SUCCESS);
	IS(status, CU_STREAM_CAPTURE_STATUS_NONE);
	IS(CU(cuMemAlloc_v2)(&address, MIB), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
	IS(CU(cuStreamEndCapture)(stream, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
	IS(CU(cuStreamIsCapturing)(stream, &status), CUDA_SUCCESS);
	IS(status, CU_STREAM_CAPTURE_STATUS_NONE);
}

static void copies_move_bytes_and_refuse_dead_memory(void)
{
	unsigned char host[300], back[300];
	CUdeviceptr address, other;

	simulate_start();
	for (size_t i = 0; i < sizeof(host); i++)
		host[i] = (unsigned char)i;
	address = linear(sizeof(host));
	other = linear(sizeof(host));
	IS(CU(cuMemcpyHtoD_v2)(address, host, sizeof(host)), CUDA_SUCCESS);
	IS(CU(cuMemcpyDtoDAsync_v2)(other, address, sizeof(host), NULL), CUDA_SUCCESS);
	IS(CU(cuMemsetD16_v2)(other, 0x0102, 5), CUDA_SUCCESS);
	IS(CU(cuMemcpy)((uintptr_t)back, other, sizeof(back)), CUDA_SUCCESS);
	MUST(back[0] == 2 && back[9] == 1 && !memcmp(back + 10, host + 10, sizeof(host) - 10));
	IS(CU(cuMemcpyHtoD_v2)(address, host, 301), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemsetD8_v2)(address + 200, 0, 101), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemFree_v2)(other), CUDA_SUCCESS);
	IS(CU(cuMemcpyDtoH_v2)(back, other, 1), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemcpy)((uintptr_t)back, other, 1), CUDA_ERROR_INVALID_VALUE);
	other = linear(64 * MIB);
	IS(CU(cuMemFree_v2)(other), CUDA_SUCCESS);
	IS(CU(cuMemcpy)((uintptr_t)back, other, 1), CUDA_ERROR_INVALID_VALUE);
}

static void the_first_interfaces_give_low_addresses(void)
{
	CUdeviceptr_v1 address, base;
	unsigned int size;

	simulate_start();
	IS(CU(cuMemAlloc)(&address, 3 * MIB), CUDA_SUCCESS);
	IS(CU(cuMemsetD8)(address, 7, 3 * MIB), CUDA_SUCCESS);
	IS(CU(cuMemGetAddressRange)(&base, &size, address + 5), CUDA_SUCCESS);
	MUST(base == address && size == 3 * MIB);
	MUST(*(unsigned char *)(uintptr_t)(address + 9) == 7);
	IS(CU(cuMemFree)(address), CUDA_SUCCESS);
	IS(CU(cuMemFree)(address), CUDA_ERROR_INVALID_VALUE);
}

static void calls_need_the_driver_and_a_context(void)
{
	CUcontext context;
	CUdeviceptr address;
	int count;

	IS(CU(cuDeviceGetCount)(&count), CUDA_ERROR_NOT_INITIALIZED);
	IS(CU(cuInit)(0), CUDA_SUCCESS);
	IS(CU(cuMemAlloc_v2)(&address, 1), CUDA_ERROR_INVALID_CONTEXT);
	IS(CU(cuMemFree_v2)(0), CUDA_SUCCESS);
	IS(CU(cuDevicePrimaryCtxRetain)(&context, 1), CUDA_ERROR_INVALID_DEVICE);
	simulate_start();
	IS(CU(cuMemAlloc_v2)(&address, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphAddEventWaitNode)(NULL, NULL, NULL, 0, NULL), CUDA_ERROR_NOT_SUPPORTED);
}

#define IN_CHILD(body)                                                                             \
	static void test_##body(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		assert_int_equal(in_child(NULL, body, NULL, 0), 0);                                \
	}

#define EVERY(TEST)                                                                                \
	TEST(wrong_frees)                                                                          \
	TEST(a_free_by_address_takes_every_kind)                                                   \
	TEST(a_reset_frees_linear_memory_only)                                                     \
	TEST(a_destroyed_context_frees_only_its_own)                                               \
	TEST(the_last_release_frees)                                                               \
	TEST(a_pool_goes_with_its_last_allocation)                                                 \
	TEST(a_pool_keeps_up_to_its_threshold)                                                     \
	TEST(an_unsafe_call_breaks_a_global_capture)                                               \
	TEST(copies_move_bytes_and_refuse_dead_memory)                                             \
	TEST(the_first_interfaces_give_low_addresses)                                              \
	TEST(calls_need_the_driver_and_a_context)

EVERY(IN_CHILD)

#define ROW(body) {#body, test_##body, NULL, NULL, NULL},

int main(void)
{
	const struct CMUnitTest tests[] = {EVERY(ROW)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate", tests, NULL, NULL);
}
