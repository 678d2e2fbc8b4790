/*
 * Every kind of memory through the runtime API. A case leaks one allocation
 * of what its name says and frees one more of the same.
 */
#include <cuda_runtime_api.h>

#include "hazard.h"

static int linear(char **arguments)
{
	void *kept, *freed;

	(void)arguments;
	CALL(cudaMalloc(&kept, 3 * MIB));
	CALL(cudaMalloc(&freed, MIB));
	CALL(cudaFree(freed));
	return 0;
}

/* Nothing is allocated, and nothing may be said. */
static int nothing(char **arguments)
{
	void *empty = &empty;

	(void)arguments;
	CALL(cudaMalloc(&empty, 0));
	MUST(empty == NULL);
	CALL(cudaFree(NULL));
	return 0;
}

static int pitched(char **arguments)
{
	void *kept, *freed;
	size_t pitch;

	(void)arguments;
	CALL(cudaMallocPitch(&kept, &pitch, 1000, 64));
	printf("%zu\n", pitch * 64);
	CALL(cudaMallocPitch(&freed, &pitch, 1000, 64));
	CALL(cudaFree(freed));
	return 0;
}

static int volume(char **arguments)
{
	struct cudaPitchedPtr kept, freed;
	struct cudaExtent extent = {1000, 64, 4};

	(void)arguments;
	CALL(cudaMalloc3D(&kept, extent));
	printf("%zu\n", kept.pitch * 64 * 4);
	CALL(cudaMalloc3D(&freed, extent));
	CALL(cudaFree(freed.ptr));
	return 0;
}

static int managed(char **arguments)
{
	void *kept, *freed;

	(void)arguments;
	CALL(cudaMallocManaged(&kept, 3 * MIB, cudaMemAttachGlobal));
	CALL(cudaMallocManaged(&freed, MIB, cudaMemAttachGlobal));
	CALL(cudaFree(freed));
	return 0;
}

static int stream_ordered(char **arguments)
{
	void *kept, *freed;

	(void)arguments;
	CALL(cudaMallocAsync(&kept, 3 * MIB, NULL));
	CALL(cudaMallocAsync(&freed, MIB, NULL));
	CALL(cudaFreeAsync(freed, NULL));
	return 0;
}

static int pool(char **arguments)
{
	cudaMemPool_t own;
	void *kept, *freed;

	(void)arguments;
	CALL(cudaDeviceGetDefaultMemPool(&own, 0));
	CALL(cudaMallocFromPoolAsync(&kept, 3 * MIB, own, NULL));
	CALL(cudaMallocFromPoolAsync(&freed, MIB, own, NULL));
	CALL(cudaFreeAsync(freed, NULL));
	return 0;
}

static int array(char **arguments)
{
	struct cudaChannelFormatDesc format = {32, 0, 0, 0, cudaChannelFormatKindFloat};
	cudaArray_t kept, freed;

	(void)arguments;
	CALL(cudaMallocArray(&kept, &format, 256, 256, 0));
	CALL(cudaMallocArray(&freed, &format, 256, 256, 0));
	CALL(cudaFreeArray(freed));
	return 0;
}

static int mipmap(char **arguments)
{
	struct cudaChannelFormatDesc format = {32, 0, 0, 0, cudaChannelFormatKindFloat};
	struct cudaExtent extent = {256, 256, 0};
	cudaMipmappedArray_t kept, freed;

	(void)arguments;
	CALL(cudaMallocMipmappedArray(&kept, &format, extent, 3, 0));
	CALL(cudaMallocMipmappedArray(&freed, &format, extent, 3, 0));
	CALL(cudaFreeMipmappedArray(freed));
	return 0;
}

static int pinned(char **arguments)
{
	void *kept[2], *freed;

	(void)arguments;
	CALL(cudaMallocHost(&kept[0], 2 * MIB));
	CALL(cudaHostAlloc(&kept[1], MIB, cudaHostAllocDefault));
	CALL(cudaMallocHost(&freed, MIB));
	CALL(cudaFreeHost(freed));
	return 0;
}

static int registered(char **arguments)
{
	void *own = aligned_alloc(4096, MIB);

	(void)arguments;
	MUST(own != NULL);
	CALL(cudaHostRegister(own, MIB, cudaHostRegisterDefault));
	return 0;
}

static const struct hazard_case cases[] = {
	{"linear", linear}, {"nothing", nothing},       {"pitched", pitched},
	{"volume", volume}, {"managed", managed},       {"stream_ordered", stream_ordered},
	{"pool", pool},     {"array", array},           {"mipmap", mipmap},
	{"pinned", pinned}, {"registered", registered},
};

HAZARD_MAIN(cases)
