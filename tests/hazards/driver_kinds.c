/*
 * Every kind of memory through the driver API. A case leaks what its name
 * says and frees one more of the same, except the cases that free everything.
 */
#include <cuda.h>

#include "hazard.h"

static void start(void)
{
	CUcontext context;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
}

static int linear(char **arguments)
{
	CUdeviceptr kept, freed;

	(void)arguments;
	start();
	CALL(cuMemAlloc(&kept, 3 * MIB));
	CALL(cuMemAlloc(&freed, MIB));
	CALL(cuMemFree(freed));
	return 0;
}

static int pitched(char **arguments)
{
	CUdeviceptr kept, freed;
	size_t pitch;

	(void)arguments;
	start();
	CALL(cuMemAllocPitch(&kept, &pitch, 1000, 64, 4));
	printf("%zu\n", pitch * 64);
	CALL(cuMemAllocPitch(&freed, &pitch, 1000, 64, 4));
	CALL(cuMemFree(freed));
	return 0;
}

static int managed(char **arguments)
{
	CUdeviceptr kept, freed;

	(void)arguments;
	start();
	CALL(cuMemAllocManaged(&kept, 3 * MIB, CU_MEM_ATTACH_GLOBAL));
	CALL(cuMemAllocManaged(&freed, MIB, CU_MEM_ATTACH_GLOBAL));
	CALL(cuMemFree(freed));
	return 0;
}

static int stream_ordered(char **arguments)
{
	CUdeviceptr kept, freed;

	(void)arguments;
	start();
	CALL(cuMemAllocAsync(&kept, 3 * MIB, NULL));
	CALL(cuMemAllocAsync(&freed, MIB, NULL));
	CALL(cuMemFreeAsync(freed, NULL));
	return 0;
}

static int pool(char **arguments)
{
	CUmemPoolProps properties = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
				     .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
	CUmemoryPool own;
	CUdeviceptr kept, freed;

	(void)arguments;
	start();
	CALL(cuMemPoolCreate(&own, &properties));
	CALL(cuMemAllocFromPoolAsync(&kept, 3 * MIB, own, NULL));
	CALL(cuMemAllocFromPoolAsync(&freed, MIB, own, NULL));
	CALL(cuMemFreeAsync(freed, NULL));
	CALL(cuMemPoolDestroy(own)); /* deferred: `kept` still lives in it */
	return 0;
}

/* A pool of one device goes, and its handle comes again for a pool of another. */
static int pool_again(char **arguments)
{
	CUmemPoolProps properties = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
				     .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
	CUmemoryPool others[8], first, second = NULL;
	CUdeviceptr memory;

	(void)arguments;
	start();
	/* These are what malloc keeps back for another use first. */
	for (unsigned i = 0; i < 7; i++)
		CALL(cuMemPoolCreate(&others[i], &properties));
	CALL(cuMemPoolCreate(&first, &properties));
	CALL(cuMemPoolCreate(&others[7], &properties));
	for (unsigned i = 0; i < 7; i++)
		CALL(cuMemPoolDestroy(others[i]));
	CALL(cuMemAllocFromPoolAsync(&memory, MIB, first, NULL));
	CALL(cuMemFreeAsync(memory, NULL));
	CALL(cuMemPoolDestroy(first));
	properties.location.id = 1;
	for (unsigned i = 0; i < 64 && second != first; i++)
		CALL(cuMemPoolCreate(&second, &properties));
	if (second != first)
		return 3;
	CALL(cuMemAllocFromPoolAsync(&memory, 3 * MIB, second, NULL));
	return 0;
}

/* Frees are matched by address, not by pairs of functions. */
static int crossed_frees(char **arguments)
{
	CUdeviceptr by_stream, by_call;

	(void)arguments;
	start();
	CALL(cuMemAllocAsync(&by_stream, MIB, NULL));
	CALL(cuMemAlloc(&by_call, MIB));
	CALL(cuMemFree(by_stream));
	CALL(cuMemFreeAsync(by_call, NULL));
	return 0;
}

static int array(char **arguments)
{
	CUDA_ARRAY_DESCRIPTOR shape = {
		.Width = 256, .Height = 256, .Format = CU_AD_FORMAT_FLOAT, .NumChannels = 4};
	CUarray kept, freed;

	(void)arguments;
	start();
	CALL(cuArrayCreate(&kept, &shape));
	CALL(cuArrayCreate(&freed, &shape));
	CALL(cuArrayDestroy(freed));
	return 0;
}

static int array3d(char **arguments)
{
	CUDA_ARRAY3D_DESCRIPTOR shape = {.Width = 64,
					 .Height = 64,
					 .Depth = 64,
					 .Format = CU_AD_FORMAT_FLOAT,
					 .NumChannels = 1};
	CUarray kept, freed;

	(void)arguments;
	start();
	CALL(cuArray3DCreate(&kept, &shape));
	CALL(cuArray3DCreate(&freed, &shape));
	CALL(cuArrayDestroy(freed));
	return 0;
}

static int mipmap(char **arguments)
{
	CUDA_ARRAY3D_DESCRIPTOR shape = {
		.Width = 256, .Height = 256, .Format = CU_AD_FORMAT_FLOAT, .NumChannels = 4};
	CUmipmappedArray kept, freed;

	(void)arguments;
	start();
	CALL(cuMipmappedArrayCreate(&kept, &shape, 3));
	CALL(cuMipmappedArrayCreate(&freed, &shape, 3));
	CALL(cuMipmappedArrayDestroy(freed));
	return 0;
}

static int pinned(char **arguments)
{
	void *kept[2], *freed;

	(void)arguments;
	start();
	CALL(cuMemHostAlloc(&kept[0], 2 * MIB, 0));
	CALL(cuMemAllocHost(&kept[1], MIB));
	CALL(cuMemHostAlloc(&freed, MIB, 0));
	CALL(cuMemFreeHost(freed));
	return 0;
}

/* The program's own memory, only pinned: no allocation. */
static int registered(char **arguments)
{
	void *own = aligned_alloc(4096, MIB);

	(void)arguments;
	start();
	MUST(own != NULL);
	CALL(cuMemHostRegister(own, MIB, 0));
	return 0;
}

static int contexts(char **arguments)
{
	CUcontext own;
	CUdeviceptr linear_memory, stream_memory;

	(void)arguments;
	CALL(cuInit(0));
	CALL(cuCtxCreate(&own, NULL, 0, 0));
	CALL(cuMemAlloc(&linear_memory, 3 * MIB));
	CALL(cuMemAllocAsync(&stream_memory, MIB, NULL));
	CALL(cuCtxDestroy(own)); /* takes the linear memory, not the other */
	return 0;
}

/* Memory that is allocated under a green context lies in the device's primary
 * context: it outlives the green one. */
static CUgreenCtx green_with_memory(size_t bytes)
{
	CUdevResource all;
	CUdevResourceDesc description;
	CUcontext context;
	CUgreenCtx made;
	CUdeviceptr memory;

	CALL(cuDeviceGetDevResource(0, &all, CU_DEV_RESOURCE_TYPE_SM));
	CALL(cuDevResourceGenerateDesc(&description, &all, 1));
	CALL(cuGreenCtxCreate(&made, description, 0, CU_GREEN_CTX_DEFAULT_STREAM));
	CALL(cuCtxFromGreenCtx(&context, made));
	CALL(cuCtxPushCurrent(context));
	CALL(cuMemAlloc(&memory, bytes));
	CALL(cuCtxPopCurrent(&context));
	return made;
}

static int green(char **arguments)
{
	CUgreenCtx made;

	(void)arguments;
	start();
	made = green_with_memory(3 * MIB);
	CALL(cuGreenCtxDestroy(made));
	return 0;
}

static int green_reset(char **arguments)
{
	CUgreenCtx made;

	(void)arguments;
	start();
	made = green_with_memory(5 * MIB);
	CALL(cuGreenCtxDestroy(made));
	CALL(cuDevicePrimaryCtxReset(0));
	return 0;
}

static const struct hazard_case cases[] = {
	{"linear", linear},
	{"pitched", pitched},
	{"managed", managed},
	{"stream_ordered", stream_ordered},
	{"pool", pool},
	{"pool_again", pool_again},
	{"crossed_frees", crossed_frees},
	{"array", array},
	{"array3d", array3d},
	{"mipmap", mipmap},
	{"pinned", pinned},
	{"registered", registered},
	{"contexts", contexts},
	{"green", green},
	{"green_reset", green_reset},
};

HAZARD_MAIN(cases)
