/*
 * Every way to free what must not be freed there, or not so: each case does
 * one, and prints what CUDA answered, which must not change under a tracker.
 */
#include <cuda.h>
#include <cuda_runtime_api.h>

#include "hazard.h"

static FRAME void *allocate(size_t bytes)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, bytes));
	return buffer;
}

static FRAME void wrong(const char *what, int result)
{
	printf("%s: %d, last error %d\n", what, result, (int)cudaGetLastError());
}

static int host_pointer(char **arguments)
{
	char *own = malloc(100);

	(void)arguments;
	allocate(MIB);
	wrong("cudaFree of malloc's", (int)cudaFree(own));
	free(own);
	return 0;
}

static int pinned_by_free(char **arguments)
{
	void *pinned;

	(void)arguments;
	CALL(cudaMallocHost(&pinned, MIB));
	wrong("cudaFree of cudaMallocHost's", (int)cudaFree(pinned));
	CALL(cudaFreeHost(pinned));
	return 0;
}

static int device_by_free_host(char **arguments)
{
	void *buffer = allocate(MIB);

	(void)arguments;
	wrong("cudaFreeHost of cudaMalloc's", (int)cudaFreeHost(buffer));
	CALL(cudaFree(buffer));
	return 0;
}

static int mipmap_by_array(char **arguments)
{
	CUDA_ARRAY3D_DESCRIPTOR shape = {
		.Width = 64, .Height = 64, .Format = CU_AD_FORMAT_FLOAT, .NumChannels = 1};
	CUmipmappedArray mipmap;

	(void)arguments;
	CALL(cudaFree(NULL));
	CALL(cuMipmappedArrayCreate(&mipmap, &shape, 3));
	wrong("cuArrayDestroy of a mipmapped array", (int)cuArrayDestroy((CUarray)mipmap));
	CALL(cuMipmappedArrayDestroy(mipmap));
	return 0;
}

static int interior(char **arguments)
{
	char *buffer = allocate(MIB);

	(void)arguments;
	wrong("cudaFree of a place inside", (int)cudaFree(buffer + 4096));
	CALL(cudaFree(buffer));
	return 0;
}

static int interior_of_pinned(char **arguments)
{
	char *pinned;

	(void)arguments;
	CALL(cudaMallocHost((void **)&pinned, MIB));
	wrong("cudaFreeHost of a place inside", (int)cudaFreeHost(pinned + 4096));
	CALL(cudaFreeHost(pinned));
	return 0;
}

static int double_free_by_stream(char **arguments)
{
	void *buffer;

	(void)arguments;
	CALL(cudaMallocAsync(&buffer, MIB, NULL));
	CALL(cudaFreeAsync(buffer, NULL));
	wrong("cudaFreeAsync of it again", (int)cudaFreeAsync(buffer, NULL));
	return 0;
}

static int double_destroy_of_array(char **arguments)
{
	CUDA_ARRAY_DESCRIPTOR shape = {
		.Width = 64, .Height = 64, .Format = CU_AD_FORMAT_FLOAT, .NumChannels = 1};
	CUarray array;

	(void)arguments;
	CALL(cudaFree(NULL));
	CALL(cuArrayCreate(&array, &shape));
	CALL(cuArrayDestroy(array));
	wrong("cuArrayDestroy of it again", (int)cuArrayDestroy(array));
	return 0;
}

static int after_its_context(char **arguments)
{
	CUcontext context;
	CUdeviceptr buffer;

	(void)arguments;
	CALL(cuInit(0));
	CALL(cuCtxCreate(&context, NULL, 0, 0));
	CALL(cuMemAlloc(&buffer, 2 * MIB));
	CALL(cuCtxDestroy(context));
	CALL(cudaFree(NULL));
	wrong("cuMemFree after its context died", (int)cuMemFree(buffer));
	return 0;
}

/* What the driver takes is no error: addresses count, not families. */
static int taken_by_the_driver(char **arguments)
{
	void *buffer = allocate(MIB), *streamed;

	(void)arguments;
	CALL(cudaMallocAsync(&streamed, MIB, NULL));
	CALL(cudaFree(streamed));
	CALL(cudaFreeAsync(buffer, NULL));
	CALL(cudaSetDevice(0));
	CALL(cudaFree(NULL));
	CALL(cudaFreeHost(NULL));
	return 0;
}

static FRAME void begin_capture(cudaStream_t *stream)
{
	CALL(cudaStreamCreate(stream));
	CALL(cudaStreamBeginCapture(*stream, cudaStreamCaptureModeGlobal));
}

static FRAME void end_capture(cudaStream_t stream)
{
	cudaGraph_t graph = NULL;

	wrong("the end of the capture", (int)cudaStreamEndCapture(stream, &graph));
	CALL(cudaStreamDestroy(stream));
}

static FRAME void free_all(void **buffers, volatile unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		wrong("cudaFree during a capture", (int)cudaFree(buffers[i]));
}

/* All by one call site: no compiler knows how many. */
static FRAME void allocate_all(void **buffers, volatile unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		buffers[i] = allocate(MIB);
}

/* Nothing is wrong with the pointers: the moment is. One of three is freed after. */
static int during_a_capture(char **arguments)
{
	void *buffers[3];
	cudaStream_t stream;

	(void)arguments;
	allocate_all(buffers, 3);
	begin_capture(&stream);
	free_all(buffers, 2);
	wrong("cudaFree elsewhere", (int)cudaFree(buffers[2]));
	end_capture(stream);
	CALL(cudaFree(buffers[2]));
	return 0;
}

/* From more places than are kept apart. */
static FRAME void free_at(void *buffer, unsigned depth)
{
	if (depth)
		free_at(buffer, depth - 1);
	else
		wrong("cudaFree during a capture", (int)cudaFree(buffer));
	printf("out of %u\n", depth);
}

static int at_many_places(char **arguments)
{
	void *buffers[7];
	cudaStream_t stream;

	(void)arguments;
	allocate_all(buffers, 7);
	begin_capture(&stream);
	for (unsigned i = 0; i < 7; i++)
		free_at(buffers[i], i);
	end_capture(stream);
	return 0;
}

static FRAME void *define(cudaStream_t stream)
{
	void *address;

	CALL(cudaMallocAsync(&address, MIB, stream));
	return address;
}

/* A capture hands out an address, and no memory before a launch. */
static int captured(char **arguments)
{
	cudaStream_t stream;
	cudaGraph_t graph;
	void *address;

	(void)arguments;
	CALL(cudaStreamCreate(&stream));
	CALL(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
	address = define(stream);
	CALL(cudaStreamEndCapture(stream, &graph));
	wrong("cudaFreeAsync of what was captured", (int)cudaFreeAsync(address, stream));
	CALL(cudaGraphDestroy(graph));
	CALL(cudaStreamDestroy(stream));
	return 0;
}

/* What was never registered cannot be undone: the caller's mistake. */
static int never_registered(char **arguments)
{
	static char own[4096] __attribute__((aligned(4096)));

	(void)arguments;
	allocate(MIB);
	wrong("cudaHostUnregister", (int)cudaHostUnregister(own));
	return 0;
}

static int on_another_device(char **arguments)
{
	void *buffer = allocate(MIB);

	(void)arguments;
	CALL(cudaSetDevice(1));
	wrong("cudaFree on another device", (int)cudaFree(buffer));
	return 0;
}

static const struct hazard_case cases[] = {
	{"host_pointer", host_pointer},
	{"pinned_by_free", pinned_by_free},
	{"device_by_free_host", device_by_free_host},
	{"mipmap_by_array", mipmap_by_array},
	{"interior", interior},
	{"interior_of_pinned", interior_of_pinned},
	{"double_free_by_stream", double_free_by_stream},
	{"double_destroy_of_array", double_destroy_of_array},
	{"after_its_context", after_its_context},
	{"taken_by_the_driver", taken_by_the_driver},
	{"during_a_capture", during_a_capture},
	{"at_many_places", at_many_places},
	{"captured", captured},
	{"never_registered", never_registered},
	{"on_another_device", on_another_device},
};

HAZARD_MAIN(cases)
