/*
 * Exported names that a program gets by its age or its compiler flags: those
 * without a suffix as of CUDA 2 and 3 (sizes and addresses of 32 bits, structs
 * of that time), and those of the per-thread default stream. A case leaves one
 * allocation, frees as much, and prints the bytes left; `captures` leaves none.
 */
#define __CUDA_API_VERSION_INTERNAL /* every name is the exported one */
#include <cuda.h>

#include "hazard.h"

/* Exported, and in no header. */
CUresult cuStreamBeginCapture_v2_ptsz(CUstream stream, CUstreamCaptureMode mode);
CUresult cuStreamBeginCaptureToGraph_ptsz(CUstream stream, CUgraph graph, const CUgraphNode *nodes,
					  const CUgraphEdgeData *edges, size_t count,
					  CUstreamCaptureMode mode);

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

static int per_thread(char **arguments)
{
	CUmemPoolProps properties = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
				     .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
	CUdeviceptr kept, freed[2];
	CUmemoryPool pool;

	(void)arguments;
	start();
	CALL(cuMemPoolCreate(&pool, &properties));
	CALL(cuMemAllocFromPoolAsync_ptsz(&kept, 3 * MIB, pool, NULL));
	CALL(cuMemAllocFromPoolAsync_ptsz(&freed[0], MIB, pool, NULL));
	CALL(cuMemAllocAsync_ptsz(&freed[1], MIB, NULL));
	CALL(cuMemFreeAsync_ptsz(freed[0], NULL));
	CALL(cuMemFreeAsync_ptsz(freed[1], NULL));
	CALL(cuMemPoolDestroy(pool));
	printf("%zu\n", 3 * MIB);
	return 0;
}

/* Begins a capture by the function of that number; false: there is none. */
static int begin(int number, CUstream stream, CUgraph graph)
{
	const CUstreamCaptureMode mode = CU_STREAM_CAPTURE_MODE_RELAXED;

	switch (number) {
	case 0:
		return cuStreamBeginCapture(stream) == CUDA_SUCCESS;
	case 1:
		return cuStreamBeginCapture_ptsz(stream) == CUDA_SUCCESS;
	case 2:
		return cuStreamBeginCapture_v2(stream, mode) == CUDA_SUCCESS;
	case 3:
		return cuStreamBeginCapture_v2_ptsz(stream, mode) == CUDA_SUCCESS;
	case 4:
		return cuStreamBeginCaptureToGraph(stream, graph, NULL, NULL, 0, mode) ==
		       CUDA_SUCCESS;
	case 5:
		return cuStreamBeginCaptureToGraph_ptsz(stream, graph, NULL, NULL, 0, mode) ==
		       CUDA_SUCCESS;
	default:
		return 0;
	}
}

static CUgraphExec instantiate(int number, CUgraph graph)
{
	CUDA_GRAPH_INSTANTIATE_PARAMS params = {.flags = 0};
	CUgraphExec exec = NULL;

	switch (number % 5) {
	case 0:
		CALL(cuGraphInstantiate(&exec, graph, NULL, NULL, 0));
		break;
	case 1:
		CALL(cuGraphInstantiate_v2(&exec, graph, NULL, NULL, 0));
		break;
	case 2:
		CALL(cuGraphInstantiateWithFlags(&exec, graph, 0));
		break;
	case 3:
		CALL(cuGraphInstantiateWithParams(&exec, graph, &params));
		break;
	default:
		CALL(cuGraphInstantiateWithParams_ptsz(&exec, graph, &params));
	}
	return exec;
}

/* An allocation and its free become nodes of the graph, whatever name begins
 * the capture: none is memory until a launch, and none is left by it. */
static int captures(char **arguments)
{
	CUdeviceptr address;
	CUgraph into, graph;
	CUgraphExec exec;
	CUstream stream;

	(void)arguments;
	start();
	CALL(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
	for (int number = 0; number < 6; number++) {
		CALL(cuGraphCreate(&into, 0));
		MUST(begin(number, stream, into));
		CALL(cuMemAllocAsync(&address, MIB, stream));
		CALL(cuMemFreeAsync(address, stream));
		CALL(cuStreamEndCapture(stream, &graph));
		exec = instantiate(number, graph);
		CALL(number % 2 ? cuGraphLaunch(exec, stream) : cuGraphLaunch_ptsz(exec, stream));
		CALL(cuGraphExecDestroy(exec));
		CALL(cuGraphDestroy(graph));
		if (graph != into)
			CALL(cuGraphDestroy(into));
	}
	CALL(cuStreamDestroy_v2(stream));
	return 0;
}

static const struct hazard_case cases[] = {
	{"linear", linear}, {"pitched", pitched},           {"pinned_host", pinned},
	{"array", array},   {"stream_ordered", per_thread}, {"captures", captures},
};

HAZARD_MAIN(cases)
