/* Questions about requests for nothing and frees of NULL. */
#include <stdint.h>

#include "question.h"

static char untouched;

/* What an out parameter holds after a call: it began as the address of `untouched`. */
static const char *left(const void *pointer)
{
	return pointer == &untouched ? "untouched" : pointer ? "set" : "NULL";
}

#define ZERO(name, call)                                                                           \
	do {                                                                                       \
		void *pointer = &untouched;                                                        \
                                                                                                   \
		answer_result(name, (int)(call));                                                  \
		answer(name ": pointer", "%s", left(pointer));                                     \
	} while (0)

static void managed(void)
{
	mark();
	ZERO("cudaMallocManaged(0)", cudaMallocManaged(&pointer, 0, cudaMemAttachGlobal));
	ZERO("cuMemAllocManaged(0)",
	     cuMemAllocManaged((CUdeviceptr *)&pointer, 0, CU_MEM_ATTACH_GLOBAL));
	ZERO("cudaMallocManaged(0) with flags 0", cudaMallocManaged(&pointer, 0, 0));
	ZERO("cudaMallocManaged(8) with flags 0", cudaMallocManaged(&pointer, 8, 0));
}

static void stream_ordered(void)
{
	cudaMemPool_t pool = NULL;

	mark();
	MUST(cudaDeviceGetDefaultMemPool(&pool, 0));
	ZERO("cuMemAllocAsync(0)", cuMemAllocAsync((CUdeviceptr *)&pointer, 0, NULL));
	ZERO("cuMemAllocFromPoolAsync(0)",
	     cuMemAllocFromPoolAsync((CUdeviceptr *)&pointer, 0, pool, NULL));
	ZERO("cudaMallocFromPoolAsync(0)", cudaMallocFromPoolAsync(&pointer, 0, pool, NULL));
}

static void array(void)
{
	struct cudaChannelFormatDesc format = cudaCreateChannelDesc(32, 0, 0, 0,
								    cudaChannelFormatKindFloat);
	const CUDA_ARRAY_DESCRIPTOR none = {.Format = CU_AD_FORMAT_FLOAT, .NumChannels = 1};

	mark();
	ZERO("cudaMallocArray 0 x 0", cudaMallocArray((cudaArray_t *)&pointer, &format, 0, 0, 0));
	ZERO("cudaMallocArray 0 x 5", cudaMallocArray((cudaArray_t *)&pointer, &format, 0, 5, 0));
	ZERO("cudaMalloc3DArray 0 x 0 x 0",
	     cudaMalloc3DArray((cudaArray_t *)&pointer, &format, (struct cudaExtent){0, 0, 0}, 0));
	ZERO("cuArrayCreate 0 x 0", cuArrayCreate((CUarray *)&pointer, &none));
	ZERO("cudaMallocMipmappedArray 0 x 0 x 0",
	     cudaMallocMipmappedArray((cudaMipmappedArray_t *)&pointer, &format,
				      (struct cudaExtent){0, 0, 0}, 1, 0));
}

static void zero_sizes(void)
{
	size_t pitch = 7;

	mark();
	ZERO("cudaMalloc(0)", cudaMalloc(&pointer, 0));
	ZERO("cudaMallocAsync(0)", cudaMallocAsync(&pointer, 0, NULL));
	ZERO("cudaMallocPitch(0 x 1)", cudaMallocPitch(&pointer, &pitch, 0, 1));
	answer("cudaMallocPitch(0 x 1): pitch", "%zu", pitch);
	pitch = 7;
	ZERO("cudaMallocPitch(1 x 0)", cudaMallocPitch(&pointer, &pitch, 1, 0));
	answer("cudaMallocPitch(1 x 0): pitch", "%zu", pitch);
	ZERO("cudaMallocHost(0)", cudaMallocHost(&pointer, 0));
	ZERO("cudaHostAlloc(0)", cudaHostAlloc(&pointer, 0, cudaHostAllocDefault));
	ZERO("cuMemAlloc(0)", cuMemAlloc((CUdeviceptr *)&pointer, 0));
	ZERO("cuMemAllocHost(0)", cuMemAllocHost(&pointer, 0));
	ZERO("cuMemHostAlloc(0)", cuMemHostAlloc(&pointer, 0, 0));
	ZERO("cuMemAllocPitch(0 x 1)", cuMemAllocPitch((CUdeviceptr *)&pointer, &pitch, 0, 1, 4));
	answer_result("cudaHostRegister of 0 bytes", cudaHostRegister(&untouched, 0, 0));
	answer_result("cudaHostRegister(NULL)", cudaHostRegister(NULL, 8, 0));
}

static void null_outputs(void)
{
	mark();
	answer_result("cudaMalloc(NULL)", cudaMalloc(NULL, 8));
	answer_result("cudaMallocAsync(NULL)", cudaMallocAsync(NULL, 8, NULL));
	answer_result("cudaMallocHost(NULL)", cudaMallocHost(NULL, 8));
	answer_result("cudaMallocManaged(NULL)", cudaMallocManaged(NULL, 8, cudaMemAttachGlobal));
	answer_result("cuMemAlloc(NULL)", cuMemAlloc(NULL, 8));
	answer_result("cuMemAllocAsync(NULL)", cuMemAllocAsync(NULL, 8, NULL));
	answer_result("cuMemAllocHost(NULL)", cuMemAllocHost(NULL, 8));
	answer_result("cudaMemGetInfo(NULL, NULL)", cudaMemGetInfo(NULL, NULL));
}

static void free_host_null(void)
{
	mark();
	answer_result("cuMemFreeHost(NULL)", cuMemFreeHost(NULL));
	answer_result("cuMemHostUnregister(NULL)", cuMemHostUnregister(NULL));
	answer_result("cudaHostUnregister(NULL)", cudaHostUnregister(NULL));
}

static void free_null(void)
{
	mark();
	answer_result("cudaFree", cudaFree(NULL));
	answer_result("cudaFreeAsync", cudaFreeAsync(NULL, NULL));
	answer_result("cudaFreeHost", cudaFreeHost(NULL));
	answer_result("cudaFreeArray", cudaFreeArray(NULL));
	answer_result("cudaFreeMipmappedArray", cudaFreeMipmappedArray(NULL));
	answer_result("cuMemFree", cuMemFree(0));
	answer_result("cuMemFreeAsync", cuMemFreeAsync(0, NULL));
	answer_result("cuArrayDestroy", cuArrayDestroy(NULL));
	answer_result("cuMipmappedArrayDestroy", cuMipmappedArrayDestroy(NULL));
}

const struct question zero_questions[] = {
	{"D029", managed},       {"D030", stream_ordered},
	{"D031", array},         {"D032", zero_sizes},
	{"D032b", null_outputs}, {"D033", free_host_null},
	{"D034", free_null},     {NULL, NULL},
};
