/* What managed memory takes of a simulated device: where it was used, until it goes or has to. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/simulate_child.h"

static CUdeviceptr managed(size_t size)
{
	CUdeviceptr address;

	IS(CU(cuMemAllocManaged)(&address, size, CU_MEM_ATTACH_GLOBAL), CUDA_SUCCESS);
	return address;
}

static void prefetch(CUdeviceptr address, size_t size, CUmemLocationType type, int id)
{
	const CUmemLocation location = {.type = type, .id = id};

	IS(CU(cuMemPrefetchAsync_v2)(address, size, location, 0, NULL), CUDA_SUCCESS);
}

static size_t used_of(CUdevice device)
{
	CUcontext context, before;
	size_t used;

	IS(CU(cuCtxGetCurrent)(&before), CUDA_SUCCESS);
	IS(CU(cuDevicePrimaryCtxRetain)(&context, device), CUDA_SUCCESS);
	IS(CU(cuCtxSetCurrent)(context), CUDA_SUCCESS);
	used = simulate_used();
	IS(CU(cuCtxSetCurrent)(before), CUDA_SUCCESS);
	return used;
}

static void is_charged_where_it_was_used(void)
{
	CUdeviceptr address;

	simulate_start();
	address = managed(256 * MIB);
	MUST(simulate_used() == 0);
	prefetch(address, 192 * MIB, CU_MEM_LOCATION_TYPE_DEVICE, 0);
	/* In batches of 64 chunks of 2 MiB. */
	MUST(simulate_used() == 256 * MIB);
	prefetch(address, 256 * MIB, CU_MEM_LOCATION_TYPE_HOST, 0);
	MUST(simulate_used() == 256 * MIB);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	MUST(simulate_used() == 64 * MIB);
	address = managed(64 * MIB);
	IS(CU(cuMemsetD8_v2)(address, 1, 64 * MIB), CUDA_SUCCESS);
	MUST(simulate_used() == 64 * MIB);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
}

static void moves_from_device_to_device(void)
{
	CUdeviceptr address;

	simulate_start();
	address = managed(128 * MIB);
	prefetch(address, 128 * MIB, CU_MEM_LOCATION_TYPE_DEVICE, 0);
	MUST(used_of(0) == 128 * MIB && used_of(1) == 0);
	prefetch(address, 128 * MIB, CU_MEM_LOCATION_TYPE_DEVICE, 1);
	MUST(used_of(0) == 0 && used_of(1) == 128 * MIB);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	MUST(used_of(1) == 0);
}

static void makes_room_for_what_cannot_move(void)
{
	CUdeviceptr address, linear;

	simulate_start();
	address = managed(512 * MIB);
	prefetch(address, 512 * MIB, CU_MEM_LOCATION_TYPE_DEVICE, 0);
	/* What does not fit stays where it is. */
	MUST(simulate_used() == 300 * MIB);
	IS(CU(cuMemAlloc_v2)(&linear, 250 * MIB), CUDA_SUCCESS);
	MUST(simulate_used() == 300 * MIB);
	IS(CU(cuMemFree_v2)(linear), CUDA_SUCCESS);
	MUST(simulate_used() == 50 * MIB);
	prefetch(address, 16 * MIB, CU_MEM_LOCATION_TYPE_DEVICE, 0);
	IS(CU(cuMemAlloc_v2)(&linear, 300 * MIB), CUDA_SUCCESS);
	MUST(simulate_used() == 300 * MIB);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	MUST(simulate_used() == 300 * MIB);
}

static void batches_move_too(void)
{
	CUmemLocation places[] = {{.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = 0},
				  {.type = CU_MEM_LOCATION_TYPE_HOST}};
	CUdeviceptr addresses[2];
	size_t sizes[] = {128 * MIB, 128 * MIB}, firsts[] = {0, 1};
	CUstream stream;

	simulate_start();
	IS(CU(cuStreamCreate)(&stream, CU_STREAM_NON_BLOCKING), CUDA_SUCCESS);
	addresses[0] = managed(sizes[0]);
	addresses[1] = managed(sizes[1]);
	IS(CU(cuMemPrefetchBatchAsync)(addresses, sizes, 2, places, firsts, 2, 0, stream),
	   CUDA_SUCCESS);
	MUST(simulate_used() == 128 * MIB);
	IS(CU(cuMemPrefetchBatchAsync)(addresses, sizes, 2, places, firsts, 1, 0, stream),
	   CUDA_SUCCESS);
	MUST(simulate_used() == 256 * MIB);
}

static void a_context_takes_it_along(void)
{
	CUcontext context = simulate_start(), other;
	CUdeviceptr address;

	IS(CU(cuCtxCreate_v2)(&other, 0, 0), CUDA_SUCCESS);
	address = managed(64 * MIB);
	IS(CU(cuMemsetD8_v2)(address, 1, 64 * MIB), CUDA_SUCCESS);
	MUST(simulate_used() == 128 * MIB);
	IS(CU(cuCtxDestroy_v2)(other), CUDA_SUCCESS);
	IS(CU(cuCtxSetCurrent)(context), CUDA_SUCCESS);
	MUST(simulate_used() == 64 * MIB);
	IS(CU(cuMemFree_v2)(address), CUDA_ERROR_INVALID_VALUE);
}

#define IN_CHILD(options, body)                                                                    \
	static void test_##body(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		assert_int_equal(in_child(options, body, NULL, 0), 0);                             \
	}

#define EVERY(TEST)                                                                                \
	TEST(NULL, is_charged_where_it_was_used)                                                   \
	TEST("devices=2", moves_from_device_to_device)                                             \
	TEST("memory=300M", makes_room_for_what_cannot_move)                                       \
	TEST(NULL, batches_move_too)                                                               \
	TEST(NULL, a_context_takes_it_along)

EVERY(IN_CHILD)

#define ROW(options, body) {#body, test_##body, NULL, NULL, NULL},

int main(void)
{
	const struct CMUnitTest tests[] = {EVERY(ROW)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_managed", tests, NULL, NULL);
}
