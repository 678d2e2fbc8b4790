/*
 * Memory of graphs: launches allocate it, by nodes or by captured calls. What
 * a launch leaves, destroying the graph does not free.
 */
#include "families.h"

static CUstream stream;
static CUgraph graph;
static CUgraphExec exec;

static void start(void)
{
	start_driver();
	MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
}

static void launch(int times)
{
	for (int i = 0; i < times; i++) {
		MUST(cuGraphLaunch(exec, stream));
		MUST(cuStreamSynchronize(stream));
	}
}

static void end_graph(void)
{
	MUST(cuGraphExecDestroy(exec));
	MUST(cuGraphDestroy(graph));
	MUST(cuDeviceGraphMemTrim(0));
}

static CUdeviceptr allocation_node(CUgraphNode *node, size_t bytes)
{
	CUDA_MEM_ALLOC_NODE_PARAMS params = {};

	params.poolProps.allocType = CU_MEM_ALLOCATION_TYPE_PINNED;
	params.poolProps.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
	params.bytesize = bytes;
	MUST(cuGraphAddMemAllocNode(node, graph, NULL, 0, &params));
	return params.dptr;
}

/* Nodes: 3 MiB that a launch leaves, 1 MiB that it frees. */
static int graph_nodes(bool leak, char **)
{
	CUgraphNode kept_node, node, free_node;
	CUdeviceptr kept, freed;

	start();
	MUST(cuGraphCreate(&graph, 0));
	kept = allocation_node(&kept_node, 3 * MIB);
	freed = allocation_node(&node, MIB);
	MUST(cuGraphAddMemFreeNode(&free_node, graph, &node, 1, freed));
	MUST(cuGraphInstantiateWithFlags(&exec, graph, 0));
	launch(1);
	if (!leak)
		MUST(cuMemFree(kept));
	else
		leaks("graph", 1, 3 * MIB);
	end_graph();
	return 0;
}

static CUdeviceptr capture(size_t bytes, bool frees)
{
	CUdeviceptr address;

	MUST(cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_RELAXED));
	MUST(cuMemAllocAsync(&address, bytes, stream));
	MUST(cuMemsetD8Async(address, 0, bytes, stream));
	if (frees)
		MUST(cuMemFreeAsync(address, stream));
	MUST(cuStreamEndCapture(stream, &graph));
	return address;
}

/* Captured calls allocate nothing; each launch does, and frees it or not. */
static int graph_captured(bool leak, char **)
{
	start();
	capture(3 * MIB, !leak);
	MUST(cuGraphInstantiateWithFlags(&exec, graph, 0));
	launch(leak ? 1 : 3);
	if (leak)
		leaks("graph", 1, 3 * MIB);
	end_graph();
	return 0;
}

/* Each launch frees what the one before left; nothing frees the last one's
 * (NVIDIA/warp issue 1429). */
static int graph_auto_free(bool leak, char **)
{
	CUdeviceptr kept;

	start();
	kept = capture(3 * MIB, false);
	MUST(cuGraphInstantiateWithFlags(&exec, graph,
					 CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH));
	launch(3);
	end_graph();
	if (!leak)
		MUST(cuMemFree(kept));
	else
		leaks("graph", 1, 3 * MIB);
	return 0;
}

/* The same by the runtime, where the graph's memory is freed by cudaFreeAsync. */
static int graph_runtime(bool leak, char **)
{
	cudaStream_t on;
	cudaGraph_t recorded;
	cudaGraphExec_t made;
	void *kept;

	MUST(cudaStreamCreate(&on));
	MUST(cudaStreamBeginCapture(on, cudaStreamCaptureModeRelaxed));
	MUST(cudaMallocAsync(&kept, 3 * MIB, on));
	MUST(cudaStreamEndCapture(on, &recorded));
	MUST(cudaGraphInstantiateWithFlags(&made, recorded, 0));
	MUST(cudaGraphDestroy(recorded));
	MUST(cudaGraphLaunch(made, on));
	if (!leak)
		MUST(cudaFreeAsync(kept, on));
	else
		leaks("graph", 1, 3 * MIB);
	MUST(cudaStreamSynchronize(on));
	MUST(cudaGraphExecDestroy(made));
	MUST(cudaStreamDestroy(on));
	return 0;
}

/* Executables take memory that has no size: they are counted. */
static int graph_execs(bool leak, char **)
{
	CUgraphExec execs[3];
	CUdeviceptr memory;

	start();
	MUST(cuMemAlloc(&memory, MIB));
	MUST(cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_RELAXED));
	MUST(cuMemsetD8Async(memory, 0, MIB, stream));
	MUST(cuStreamEndCapture(stream, &graph));
	for (CUgraphExec &each : execs)
		MUST(cuGraphInstantiateWithFlags(&each, graph, 0));
	for (int i = leak ? 2 : 0; i < 3; i++)
		MUST(cuGraphExecDestroy(execs[i]));
	lives("graph_exec", leak ? 2 : 0, 0);
	if (leak) /* they have the address of what is freed */
		finds("stale_graph_idle", "linear", 2, MIB, MIB);
	MUST(cuGraphDestroy(graph));
	MUST(cuMemFree(memory));
	return 0;
}

const struct family graph_families[] = {
	{"graph_nodes", graph_nodes},         {"graph_captured", graph_captured},
	{"graph_auto_free", graph_auto_free}, {"graph_runtime", graph_runtime},
	{"graph_execs", graph_execs},         {nullptr, nullptr},
};
