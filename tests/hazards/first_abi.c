/*
 * The names without a suffix, and other old ones, as programs of CUDA 2 and 3
 * are linked with them: sizes and addresses of 32 bits, structs of that time.
 * Each case leaves one allocation and frees as much; it prints the bytes left.
 */
#define __CUDA_API_VERSION_INTERNAL /* every name is the exported one */
#include <cuda.h>

#include "hazard.h"

static void start(void)
{
	CUcontext context;

	CALL(cuInit(0));
	CALL(cuCtxCreate(&context, 0, 0));
}

static int linear(char **arguments)
{
	CUdeviceptr_v1 kept = 0, freed = 0;
	unsigned int left, all;

	(void)arguments;
	start();
	CALL(cuMemAlloc(&kept, (unsigned)(3 * MIB)));
	CALL(cuMemAlloc(&freed, (unsigned)MIB));
	CALL(cuMemFree(freed));
	CALL(cuMemGetInfo(&left, &all));
	MUST(left <= all);
	printf("%zu\n", 3 * MIB);
	return 0;
}

static int pitched(char **arguments)
{
	CUdeviceptr_v1 kept = 0, freed = 0;
	unsigned int pitch;

	(void)arguments;
	start();
	CALL(cuMemAllocPitch(&freed, &pitch, 1000, 64, 4));
	CALL(cuMemAllocPitch(&kept, &pitch, 1000, 64, 4));
	CALL(cuMemFree(freed));
	printf("%u\n", pitch * 64);
	return 0;
}

static int pinned(char **arguments)
{
	void *kept, *freed;

	(void)arguments;
	start();
	CALL(cuMemAllocHost(&kept, (unsigned)(3 * MIB)));
	CALL(cuMemAllocHost(&freed, (unsigned)MIB));
	CALL(cuMemFreeHost(freed));
	printf("%zu\n", 3 * MIB);
	return 0;
}

static int array(char **arguments)
{
	CUDA_ARRAY_DESCRIPTOR_v1 flat = {
		.Width = 256, .Height = 256, .Format = CU_AD_FORMAT_FLOAT, .NumChannels = 4};
	CUDA_ARRAY3D_DESCRIPTOR_v1 solid = {.Width = 256,
					    .Height = 256,
					    .Depth = 2,
					    .Format = CU_AD_FORMAT_FLOAT,
					    .NumChannels = 4};
	CUarray kept, freed;

	(void)arguments;
	start();
	CALL(cuArray3DCreate(&freed, &solid));
	CALL(cuArrayCreate(&kept, &flat));
	CALL(cuArrayDestroy(freed));
	printf("%zu\n", (size_t)256 * 256 * 16);
	return 0;
}

static const struct hazard_case cases[] = {
	{"linear", linear},
	{"pitched", pitched},
	{"pinned_host", pinned},
	{"array", array},
};

HAZARD_MAIN(cases)
