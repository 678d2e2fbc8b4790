/* Green contexts of the simulated driver, and batches of managed memory. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/simulate_child.h"

static CUgreenCtx green_context(void)
{
	CUdevResource all, part;
	CUdevResourceDesc description;
	unsigned int groups = 1;
	CUgreenCtx green;

	IS(CU(cuDeviceGetDevResource)(0, &all, CU_DEV_RESOURCE_TYPE_SM), CUDA_SUCCESS);
	IS(CU(cuDevSmResourceSplitByCount)(&part, &groups, &all, NULL, 0, 10), CUDA_SUCCESS);
	IS(CU(cuDevResourceGenerateDesc)(&description, &part, 1), CUDA_SUCCESS);
	IS(CU(cuGreenCtxCreate)(&green, description, 0, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGreenCtxCreate)(&green, description, 0, CU_GREEN_CTX_DEFAULT_STREAM), CUDA_SUCCESS);
	return green;
}

static void multiprocessors_are_split_in_equal_groups(void)
{
	CUdevResource all, part[20], rest, strange = {.type = CU_DEV_RESOURCE_TYPE_SM};
	unsigned int groups = 1;

	simulate_start();
	IS(CU(cuDeviceGetDevResource)(0, &all, (CUdevResourceType)7),
	   CUDA_ERROR_INVALID_RESOURCE_TYPE);
	IS(CU(cuDeviceGetDevResource)(0, &all, CU_DEV_RESOURCE_TYPE_SM), CUDA_SUCCESS);
	MUST(all.sm.smCount == 132 && all.sm.minSmPartitionSize == 8);
	IS(CU(cuDevSmResourceSplitByCount)(NULL, &groups, &all, NULL, 0, 10), CUDA_SUCCESS);
	MUST(groups == 8);
	groups = 1;
	IS(CU(cuDevSmResourceSplitByCount)(part, &groups, &all, &rest, 0, 10), CUDA_SUCCESS);
	MUST(groups == 1 && part[0].sm.smCount == 16 && rest.sm.smCount == 116);
	groups = 20;
	IS(CU(cuDevSmResourceSplitByCount)(part, &groups, &all, &rest, 0, 100), CUDA_SUCCESS);
	MUST(groups == 1 && part[0].sm.smCount == 104);
	IS(CU(cuDevSmResourceSplitByCount)(part, &groups, &all, &rest, 0, 1000),
	   CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION);
	IS(CU(cuDevSmResourceSplitByCount)(part, &groups, &strange, &rest, 0, 1),
	   CUDA_ERROR_INVALID_RESOURCE_TYPE);
}

static void memory_is_the_primary_contexts(void)
{
	CUcontext primary = simulate_start(), green_current, current, owner;
	CUgreenCtx green = green_context(), asked;
	CUdevResource part;
	CUdeviceptr address;
	CUstream stream;

	IS(CU(cuCtxFromGreenCtx)(&green_current, green), CUDA_SUCCESS);
	IS(CU(cuCtxSetCurrent)(green_current), CUDA_SUCCESS);
	IS(CU(cuCtxGetCurrent)(&current), CUDA_SUCCESS);
	MUST(current == green_current && current != primary);
	IS(CU(cuCtxGetDevResource)(current, &part, CU_DEV_RESOURCE_TYPE_SM), CUDA_SUCCESS);
	MUST(part.sm.smCount == 16);
	IS(CU(cuCtxGetDevResource)(primary, &part, CU_DEV_RESOURCE_TYPE_SM), CUDA_SUCCESS);
	MUST(part.sm.smCount == 132);
	IS(CU(cuMemAlloc_v2)(&address, 4 * MIB), CUDA_SUCCESS);
	IS(CU(cuPointerGetAttribute)(&owner, CU_POINTER_ATTRIBUTE_CONTEXT, address), CUDA_SUCCESS);
	MUST(owner == primary);
	IS(CU(cuGreenCtxStreamCreate)(&stream, green, 0, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGreenCtxStreamCreate)(&stream, green, CU_STREAM_NON_BLOCKING, 0), CUDA_SUCCESS);
	IS(CU(cuStreamGetGreenCtx)(stream, &asked), CUDA_SUCCESS);
	MUST(asked == green);
	IS(CU(cuStreamGetCtx_v2)(stream, &owner, &asked), CUDA_SUCCESS);
	MUST(owner == primary && asked == green);
	IS(CU(cuCtxDestroy_v2)(green_current), CUDA_ERROR_INVALID_CONTEXT);
	IS(CU(cuGreenCtxDestroy)(green), CUDA_SUCCESS);
	IS(CU(cuGreenCtxDestroy)(green), CUDA_ERROR_CONTEXT_IS_DESTROYED);
	IS(CU(cuMemAlloc_v2)(&address, MIB), CUDA_ERROR_CONTEXT_IS_DESTROYED);
	IS(CU(cuCtxSetCurrent)(primary), CUDA_SUCCESS);
	IS(CU(cuStreamSynchronize)(stream), CUDA_ERROR_CONTEXT_IS_DESTROYED);
	IS(CU(cuStreamDestroy_v2)(stream), CUDA_ERROR_CONTEXT_IS_DESTROYED);
	MUST(simulate_used() == 4 * MIB);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
}

static void a_green_context_keeps_the_primary_one(void)
{
	CUgreenCtx green;
	CUdeviceptr address;
	unsigned int flags;
	int active;

	simulate_start();
	IS(CU(cuMemAlloc_v2)(&address, MIB), CUDA_SUCCESS);
	green = green_context();
	IS(CU(cuDevicePrimaryCtxRelease_v2)(0), CUDA_SUCCESS);
	IS(CU(cuDevicePrimaryCtxGetState)(0, &flags, &active), CUDA_SUCCESS);
	MUST(active && simulate_used() == 2 * MIB);
	IS(CU(cuGreenCtxDestroy)(green), CUDA_SUCCESS);
	IS(CU(cuDevicePrimaryCtxGetState)(0, &flags, &active), CUDA_SUCCESS);
	MUST(!active);
}

static void batches_are_checked(void)
{
	CUmemLocation place = {.type = CU_MEM_LOCATION_TYPE_DEVICE};
	size_t size = MIB, first = 0;
	CUdeviceptr managed, linear;
	CUstream stream;

	simulate_start();
	IS(CU(cuStreamCreate)(&stream, 0), CUDA_SUCCESS);
	IS(CU(cuMemAllocManaged)(&managed, MIB, CU_MEM_ATTACH_GLOBAL), CUDA_SUCCESS);
	IS(CU(cuMemAlloc_v2)(&linear, MIB), CUDA_SUCCESS);
#define PREFETCH(address, flags, on)                                                               \
	CU(cuMemPrefetchBatchAsync)(&(address), &size, 1, &place, &first, 1, flags, on)
	IS(PREFETCH(managed, 0, stream), CUDA_SUCCESS);
	IS(PREFETCH(managed, 1, stream), CUDA_ERROR_INVALID_VALUE);
	IS(PREFETCH(managed, 0, NULL), CUDA_ERROR_INVALID_VALUE);
	IS(PREFETCH(linear, 0, stream), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemPrefetchBatchAsync_ptsz)(&managed, &size, 1, &place, &first, 1, 0, NULL),
	   CUDA_SUCCESS);
	first = 1;
	IS(PREFETCH(managed, 0, stream), CUDA_ERROR_INVALID_VALUE);
	first = 0;
	place.id = 50;
	IS(PREFETCH(managed, 0, stream), CUDA_ERROR_INVALID_VALUE);
	place.id = 0;
	IS(CU(cuMemPrefetchBatchAsync)(&managed, &size, 1, &place, &first, 0, 0, stream),
	   CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemDiscardAndPrefetchBatchAsync)(&managed, &size, 1, &place, &first, 1, 0, stream),
	   CUDA_SUCCESS);
	IS(CU(cuMemDiscardBatchAsync)(&managed, &size, 1, 0, stream), CUDA_SUCCESS);
	IS(CU(cuMemDiscardBatchAsync)(&managed, &size, 0, 0, stream), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemDiscardBatchAsync)(&linear, &size, 1, 0, stream), CUDA_ERROR_INVALID_VALUE);
	size = 2 * MIB;
	IS(CU(cuMemDiscardBatchAsync)(&managed, &size, 1, 0, stream), CUDA_ERROR_INVALID_VALUE);
}

#define IN_CHILD(body)                                                                             \
	static void test_##body(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		assert_int_equal(in_child(NULL, body, NULL, 0), 0);                                \
	}

#define EVERY(TEST)                                                                                \
	TEST(multiprocessors_are_split_in_equal_groups)                                            \
	TEST(memory_is_the_primary_contexts)                                                       \
	TEST(a_green_context_keeps_the_primary_one)                                                \
	TEST(batches_are_checked)

EVERY(IN_CHILD)

#define ROW(body) {#body, test_##body, NULL, NULL, NULL},

int main(void)
{
	const struct CMUnitTest tests[] = {EVERY(ROW)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_green", tests, NULL, NULL);
}
