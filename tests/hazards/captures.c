/*
 * Memory of graphs, captured: an allocation on a capturing stream allocates
 * nothing, launches of the graph do.
 */
#include <cuda.h>
#include <cuda_runtime_api.h>
#include <dlfcn.h>
#include <pthread.h>

#include "hazard.h"

static CUstream stream;
static CUgraph graph;
static CUgraphExec exec;

static void start(void)
{
	CUcontext context;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	CALL(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
}

static FRAME CUdeviceptr captured_allocation(size_t bytes)
{
	CUdeviceptr address;

	CALL(cuMemAllocAsync(&address, bytes, stream));
	return address;
}

static FRAME void capture_begins(void)
{
	CALL(cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_RELAXED));
}

static FRAME void launch(CUgraphExec which)
{
	CALL(cuGraphLaunch(which, stream));
	CALL(cuStreamSynchronize(stream));
}

static void end_graph(void)
{
	CALL(cuGraphExecDestroy(exec));
	CALL(cuGraphDestroy(graph));
}

/* Each launch frees what the one before left; nothing frees the last one's
 * (NVIDIA/warp issue 1429). */
static int freed_on_launch(char **arguments)
{
	CUdeviceptr kept;

	start();
	capture_begins();
	kept = captured_allocation(3 * MIB);
	CALL(cuStreamEndCapture(stream, &graph));
	CALL(cuGraphInstantiateWithFlags(&exec, graph,
					 CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH));
	for (int i = 0; i < 3; i++)
		launch(exec);
	end_graph();
	CALL(cuDeviceGraphMemTrim(0));
	if (arguments[0])
		CALL(cuMemFree(kept));
	return 0;
}

static int captured(char **arguments)
{
	CUdeviceptr scratch;

	(void)arguments;
	start();
	capture_begins();
	scratch = captured_allocation(3 * MIB);
	CALL(cuMemsetD8Async(scratch, 0, 3 * MIB, stream));
	CALL(cuMemFreeAsync(scratch, stream));
	CALL(cuStreamEndCapture(stream, &graph));
	CALL(cuGraphInstantiate(&exec, graph, 0));
	for (int i = 0; i < 3; i++)
		launch(exec);
	end_graph();
	return 0;
}

/* As frameworks do: memory of their own allocator, allocated outside, used in the graph. */
static int plain_capture(char **arguments)
{
	CUgraphExec execs[3];
	CUdeviceptr own;

	(void)arguments;
	start();
	CALL(cuMemAlloc(&own, 3 * MIB));
	for (int i = 0; i < 3; i++) {
		capture_begins();
		CALL(cuMemsetD8Async(own, i, 3 * MIB, stream));
		CALL(cuStreamEndCapture(stream, &graph));
		CALL(cuGraphInstantiateWithFlags(&execs[i], graph,
						 CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH));
		CALL(cuGraphDestroy(graph));
	}
	for (int i = 0; i < 30; i++)
		launch(execs[i % 3]);
	CALL(cuGraphExecDestroy(execs[0])); /* the others are held to the end */
	CALL(cuMemFree(own));
	return 0;
}

/* The names of programs compiled for per-thread default streams. */
CUresult begin_ptsz(CUstream on, CUstreamCaptureMode mode) __asm__("cuStreamBeginCapture_v2_ptsz");
CUresult allocate_ptsz(CUdeviceptr *address, size_t bytes,
		       CUstream on) __asm__("cuMemAllocAsync_ptsz");
CUresult end_ptsz(CUstream on, CUgraph *made) __asm__("cuStreamEndCapture_ptsz");
CUresult instantiate_ptsz(
	CUgraphExec *made, CUgraph from,
	CUDA_GRAPH_INSTANTIATE_PARAMS *params) __asm__("cuGraphInstantiateWithParams_ptsz");
CUresult launch_ptsz(CUgraphExec which, CUstream on) __asm__("cuGraphLaunch_ptsz");

static FRAME void captured_on_own_stream(void)
{
	CUdeviceptr kept;

	CALL(begin_ptsz(NULL, CU_STREAM_CAPTURE_MODE_RELAXED));
	CALL(allocate_ptsz(&kept, 3 * MIB, NULL));
	CALL(end_ptsz(NULL, &graph));
}

static int per_thread(char **arguments)
{
	CUDA_GRAPH_INSTANTIATE_PARAMS params = {
		.flags = CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH};

	(void)arguments;
	start();
	captured_on_own_stream();
	CALL(instantiate_ptsz(&exec, graph, &params));
	CALL(launch_ptsz(exec, NULL));
	CALL(launch_ptsz(exec, NULL));
	end_graph();
	return 0;
}

static FRAME void captured_by_runtime(cudaStream_t on)
{
	void *kept;

	CALL(cudaMallocAsync(&kept, 3 * MIB, on));
}

static int runtime(char **arguments)
{
	cudaStream_t on;
	cudaGraphExec_t made;
	cudaGraph_t recorded;

	(void)arguments;
	CALL(cudaStreamCreate(&on));
	CALL(cudaStreamBeginCapture(on, cudaStreamCaptureModeRelaxed));
	captured_by_runtime(on);
	CALL(cudaStreamEndCapture(on, &recorded));
	CALL(cudaGraphInstantiateWithFlags(&made, recorded,
					   cudaGraphInstantiateFlagAutoFreeOnLaunch));
	CALL(cudaGraphDestroy(recorded));
	for (int i = 0; i < 3; i++)
		CALL(cudaGraphLaunch(made, on));
	CALL(cudaStreamSynchronize(on));
	CALL(cudaGraphExecDestroy(made));
	CALL(cudaStreamDestroy(on));
	return 0;
}

/* Threads that capture, launch and free, each for itself. */
static void *capture_and_launch(void *context)
{
	CUstream own;

	CALL(cuCtxSetCurrent(context));
	CALL(cuStreamCreate(&own, CU_STREAM_NON_BLOCKING));
	for (int i = 0; i < 50; i++) {
		CUgraph recorded;
		CUgraphExec made;
		CUdeviceptr kept;

		CALL(cuStreamBeginCapture(own, CU_STREAM_CAPTURE_MODE_RELAXED));
		CALL(cuMemAllocAsync(&kept, MIB, own));
		CALL(cuStreamEndCapture(own, &recorded));
		CALL(cuGraphInstantiate(&made, recorded, 0));
		CALL(cuGraphDestroy(recorded));
		for (int j = 0; j < 3; j++) {
			CALL(cuGraphLaunch(made, own));
			CALL(cuMemFreeAsync(kept, own));
		}
		CALL(cuGraphExecDestroy(made));
	}
	CALL(cuStreamDestroy(own));
	return NULL;
}

static int many_threads(char **arguments)
{
	pthread_t threads[4];
	CUcontext context;

	(void)arguments;
	start();
	CALL(cuCtxGetCurrent(&context));
	for (int i = 0; i < 4; i++)
		MUST(pthread_create(&threads[i], NULL, capture_and_launch, context) == 0);
	for (int i = 0; i < 4; i++)
		MUST(pthread_join(threads[i], NULL) == 0);
	return 0;
}

/* A program that captures anew all the time. */
static int captured_often(char **arguments)
{
	(void)arguments;
	start();
	for (int i = 0; i < 200; i++) {
		CUdeviceptr kept;

		capture_begins();
		kept = captured_allocation(MIB);
		CALL(cuStreamEndCapture(stream, &graph));
		CALL(cuGraphInstantiate(&exec, graph, 0));
		launch(exec);
		CALL(cuMemFreeAsync(kept, stream));
		end_graph();
	}
	return 0;
}

/* The code that captured is gone before the first launch. arguments: the plugin. */
static int unloaded(char **arguments)
{
	CUdeviceptr (*captured_by_plugin)(CUstream on);
	void *plugin;

	start();
	plugin = dlopen(arguments[0], RTLD_NOW | RTLD_LOCAL);
	MUST(plugin != NULL);
	*(void **)&captured_by_plugin = dlsym(plugin, "captured_by_plugin");
	MUST(captured_by_plugin != NULL);
	capture_begins();
	MUST(captured_by_plugin(stream) != 0);
	MUST(dlclose(plugin) == 0);
	CALL(cuStreamEndCapture(stream, &graph));
	CALL(cuGraphInstantiate(&exec, graph, 0));
	launch(exec);
	end_graph();
	return 0;
}

static const struct hazard_case cases[] = {
	{"freed_on_launch", freed_on_launch},
	{"captured", captured},
	{"plain_capture", plain_capture},
	{"per_thread", per_thread},
	{"runtime", runtime},
	{"many_threads", many_threads},
	{"captured_often", captured_often},
	{"unloaded", unloaded},
};

HAZARD_MAIN(cases)
