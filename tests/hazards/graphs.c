/*
 * Memory of graphs, defined node by node: launches allocate it. What a case
 * leaves is defined in allocation_node() or generic_node().
 */
#include <cuda.h>
#include <dlfcn.h>

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

static CUDA_MEM_ALLOC_NODE_PARAMS params_of(size_t bytes)
{
	return (CUDA_MEM_ALLOC_NODE_PARAMS){
		.poolProps = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
			      .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}},
		.bytesize = bytes};
}

static FRAME CUdeviceptr allocation_node(CUgraphNode *node, size_t bytes)
{
	CUDA_MEM_ALLOC_NODE_PARAMS params = params_of(bytes);

	CALL(cuGraphAddMemAllocNode(node, graph, NULL, 0, &params));
	return params.dptr;
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

/* A graph that allocates 3 MiB and leaves them, and as much that it frees. */
static CUdeviceptr leaving_graph(unsigned long long flags)
{
	CUgraphNode kept_node, node, free_node;
	CUdeviceptr kept, freed;

	CALL(cuGraphCreate(&graph, 0));
	kept = allocation_node(&kept_node, 3 * MIB);
	freed = allocation_node(&node, 3 * MIB);
	CALL(cuGraphAddMemFreeNode(&free_node, graph, &node, 1, freed));
	CALL(cuGraphInstantiateWithFlags(&exec, graph, flags));
	return kept;
}

static int left(char **arguments)
{
	(void)arguments;
	start();
	leaving_graph(0);
	launch(exec);
	end_graph();
	return 0;
}

static int left_and_freed(char **arguments)
{
	CUdeviceptr kept;

	(void)arguments;
	start();
	kept = leaving_graph(0);
	launch(exec);
	CALL(cuMemFree(kept));
	launch(exec);
	CALL(cuMemFreeAsync(kept, stream));
	end_graph();
	return 0;
}

static int never_launched(char **arguments)
{
	(void)arguments;
	start();
	leaving_graph(0);
	end_graph();
	return 0;
}

/* What is left makes another launch an error, which changes nothing. */
static int launched_while_live(char **arguments)
{
	CUdeviceptr kept;

	(void)arguments;
	start();
	kept = leaving_graph(0);
	launch(exec);
	MUST(cuGraphLaunch(exec, stream) != CUDA_SUCCESS);
	if (arguments[0])
		CALL(cuMemFree(kept));
	end_graph();
	return 0;
}

/* One graph allocates, another one frees. */
static int freed_by_another(char **arguments)
{
	CUgraph freeing;
	CUgraphExec frees;
	CUgraphNode node;
	CUdeviceptr kept;

	start();
	kept = leaving_graph(0);
	CALL(cuGraphCreate(&freeing, 0));
	CALL(cuGraphAddMemFreeNode(&node, freeing, NULL, 0, kept));
	CALL(cuGraphInstantiate(&frees, freeing, 0));
	for (int i = 0; i < 3; i++) {
		launch(exec);
		launch(frees);
	}
	if (arguments[0]) { /* the other way round: refused, and nothing is freed */
		launch(exec);
		launch(frees);
		MUST(cuGraphLaunch(frees, stream) != CUDA_SUCCESS);
		launch(exec);
	}
	CALL(cuGraphExecDestroy(frees));
	CALL(cuGraphDestroy(freeing));
	end_graph();
	return 0;
}

/* The generic node functions: cuda.h gives the second form under both names. */
CUresult add_node_first(CUgraphNode *node, CUgraph to, const CUgraphNode *dependencies,
			size_t count, CUgraphNodeParams *params) __asm__("cuGraphAddNode");
CUresult add_node_second(CUgraphNode *node, CUgraph to, const CUgraphNode *dependencies,
			 const CUgraphEdgeData *edges, size_t count,
			 CUgraphNodeParams *params) __asm__("cuGraphAddNode_v2");

static FRAME void generic_node(int form, CUgraphNode *node)
{
	CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEM_ALLOC};

	params.alloc.poolProps.allocType = CU_MEM_ALLOCATION_TYPE_PINNED;
	params.alloc.poolProps.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
	params.alloc.bytesize = (size_t)form * MIB;
	if (form == 1)
		CALL(add_node_first(node, graph, NULL, 0, &params));
	else
		CALL(add_node_second(node, graph, NULL, NULL, 0, &params));
}

static int generic(char **arguments)
{
	CUgraphNode nodes[2];

	(void)arguments;
	start();
	CALL(cuGraphCreate(&graph, 0));
	generic_node(1, &nodes[0]);
	generic_node(2, &nodes[1]);
	CALL(cuGraphInstantiate(&exec, graph, 0));
	launch(exec);
	end_graph();
	return 0;
}

/* The memory of a child graph belongs to its parent's launches. */
static int in_child(char **arguments)
{
	CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_GRAPH};
	CUgraphNode node, alloc_node;
	CUgraph parent;
	CUdeviceptr kept;

	start();
	CALL(cuGraphCreate(&graph, 0));
	kept = allocation_node(&alloc_node, 3 * MIB);
	CALL(cuGraphCreate(&parent, 0));
	params.graph.graph = graph;
	params.graph.ownership = CU_GRAPH_CHILD_GRAPH_OWNERSHIP_MOVE;
	CALL(add_node_second(&node, parent, NULL, NULL, 0, &params));
	CALL(cuGraphInstantiate(&exec, parent, 0));
	launch(exec);
	if (arguments[0])
		CALL(cuMemFree(kept));
	CALL(cuGraphExecDestroy(exec));
	CALL(cuGraphDestroy(parent));
	return 0;
}

/* By the function of CUDA 10.2 to 11.8, which is exported still. */
static void update_as_before_12(CUgraph by)
{
	CUresult (*update)(CUgraphExec, CUgraph, CUgraphNode *, CUgraphExecUpdateResult *);
	CUgraphExecUpdateResult result;
	CUgraphNode node;

	*(void **)&update = dlsym(RTLD_DEFAULT, "cuGraphExecUpdate");
	MUST(update != NULL);
	CALL(update(exec, by, &node, &result));
}

/* The executable takes the parameters of another graph of the same shape. */
static int updated(char **arguments)
{
	CUgraphExecUpdateResultInfo info;
	CUgraph other;
	CUdeviceptr kept;

	(void)arguments;
	start();
	kept = leaving_graph(CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH);
	launch(exec);
	CALL(cuGraphCreate(&other, 0));
	MUST(cuGraphExecUpdate(exec, other, &info) != CUDA_SUCCESS);
	launch(exec);
	CALL(cuGraphDestroy(other));
	CALL(cuGraphExecUpdate(exec, graph, &info));
	launch(exec);
	update_as_before_12(graph);
	launch(exec);
	CALL(cuMemFree(kept));
	end_graph();
	return 0;
}

/* Each node fits the device, both together do not. */
static int too_much_for_a_launch(char **arguments)
{
	CUgraphNode nodes[2];

	(void)arguments;
	start();
	CALL(cuGraphCreate(&graph, 0));
	allocation_node(&nodes[0], 200 * MIB);
	allocation_node(&nodes[1], 200 * MIB);
	CALL(cuGraphInstantiate(&exec, graph, 0));
	MUST(cuGraphLaunch(exec, stream) == CUDA_ERROR_OUT_OF_MEMORY);
	end_graph();
	return 0;
}

static int too_much_for_a_node(char **arguments)
{
	CUDA_MEM_ALLOC_NODE_PARAMS params = params_of(300 * MIB);
	CUgraphNode node;

	(void)arguments;
	start();
	CALL(cuGraphCreate(&graph, 0));
	MUST(cuGraphAddMemAllocNode(&node, graph, NULL, 0, &params) == CUDA_ERROR_OUT_OF_MEMORY);
	CALL(cuGraphDestroy(graph));
	return 0;
}

static int destroyed_twice(char **arguments)
{
	(void)arguments;
	start();
	leaving_graph(0);
	end_graph();
	MUST(cuGraphExecDestroy(exec) != CUDA_SUCCESS);
	return 0;
}

static const struct hazard_case cases[] = {
	{"left", left},
	{"left_and_freed", left_and_freed},
	{"never_launched", never_launched},
	{"launched_while_live", launched_while_live},
	{"freed_by_another", freed_by_another},
	{"generic", generic},
	{"in_child", in_child},
	{"updated", updated},
	{"too_much_for_a_launch", too_much_for_a_launch},
	{"too_much_for_a_node", too_much_for_a_node},
	{"destroyed_twice", destroyed_twice},
};

HAZARD_MAIN(cases)
