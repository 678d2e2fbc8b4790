/* Adding nodes to graphs, each with its own call or all with one. */
#include "config.h"

#include "simulate/driver/graphs/graph.h"

CUresult vt__graph_add_checked(CUgraphNode *node, CUgraph graph, const CUgraphNode *dependencies,
			       size_t count, const struct vt__work *work)
{
	bool memory = work->type == CU_GRAPH_NODE_TYPE_MEM_ALLOC ||
		      work->type == CU_GRAPH_NODE_TYPE_MEM_FREE;
	CUresult result = CUDA_SUCCESS;
	CUgraphNode added;

	if (!vt__graph_nodes_valid(graph, dependencies, count))
		return CUDA_ERROR_INVALID_VALUE;
	if (memory && graph->moved)
		return CUDA_ERROR_NOT_SUPPORTED;
	if (work->type == CU_GRAPH_NODE_TYPE_MEM_FREE)
		result = vt__graph_memory_plan_free(graph, work->as.freed);
	if (result != CUDA_SUCCESS)
		return result;
	added = vt__graph_add(graph, work);
	if (!added)
		return CUDA_ERROR_OUT_OF_MEMORY;
	result = vt__graph_depend(added, dependencies, count);
	if (result != CUDA_SUCCESS) {
		/* The work is the caller's again. */
		if (work->type == CU_GRAPH_NODE_TYPE_GRAPH) {
			work->as.child->holder = NULL;
			added->work.type = CU_GRAPH_NODE_TYPE_EMPTY;
		}
		vt__graph_remove(added);
		return result;
	}
	if (work->type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
		work->as.allocation->owner = graph->id;
	*node = added;
	return CUDA_SUCCESS;
}

static CUresult add_allocation(CUgraphNode *node, CUgraph graph, const CUgraphNode *dependencies,
			       size_t count, CUDA_MEM_ALLOC_NODE_PARAMS *params)
{
	struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_MEM_ALLOC};
	CUresult result = vt__graph_memory_create(params, &work.as.allocation);

	if (result != CUDA_SUCCESS)
		return result;
	result = vt__graph_add_checked(node, graph, dependencies, count, &work);
	if (result == CUDA_SUCCESS)
		params->dptr = work.as.allocation->address;
	vt__graph_memory_release(work.as.allocation);
	return result;
}

static bool can_be_child(CUgraph child, CUgraph parent, bool move)
{
	if (child->moved)
		return false;
	if (!move)
		return !vt__graph_has_memory(child);
	if (child->holder || vt__capture_into(child))
		return false;
	while (parent->holder)
		parent = parent->holder->graph;
	return parent != child;
}

static CUresult add_child(CUgraphNode *node, CUgraph graph, const CUgraphNode *dependencies,
			  size_t count, const CUDA_CHILD_GRAPH_NODE_PARAMS *params)
{
	bool move = params->ownership == CU_GRAPH_CHILD_GRAPH_OWNERSHIP_MOVE;
	struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_GRAPH};
	CUresult result = CUDA_SUCCESS;

	if (!vt__object_live(params->graph, VT_GRAPH) ||
	    (!move && params->ownership != CU_GRAPH_CHILD_GRAPH_OWNERSHIP_CLONE))
		return CUDA_ERROR_INVALID_VALUE;
	if (!can_be_child(params->graph, graph, move))
		return CUDA_ERROR_NOT_SUPPORTED;
	work.as.child = params->graph;
	if (!move)
		result = vt__graph_copy(params->graph, &work.as.child);
	if (result != CUDA_SUCCESS)
		return result;
	result = vt__graph_add_checked(node, graph, dependencies, count, &work);
	if (result != CUDA_SUCCESS) {
		if (!move)
			vt__graph_destroy(work.as.child);
	} else if (move) {
		params->graph->moved = true;
		vt__graph_memory_move(params->graph, graph);
	}
	return result;
}

static CUresult add_plain(CUgraphNode *node, CUgraph graph, const CUgraphNode *dependencies,
			  size_t count, const CUgraphNodeParams *params)
{
	struct vt__work work;
	CUresult result = vt__graph_work_of(params, &work);

	if (result != CUDA_SUCCESS)
		return result;
	return vt__graph_add_checked(node, graph, dependencies, count, &work);
}

_Static_assert(sizeof(CUDA_MEM_ALLOC_NODE_PARAMS_v1) == sizeof(CUDA_MEM_ALLOC_NODE_PARAMS_v2),
	       "both versions of the parameters are one");

static CUresult add(CUgraphNode *node, CUgraph graph, const CUgraphNode *dependencies, size_t count,
		    CUgraphNodeParams *params)
{
	struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_MEM_FREE};
	CUresult result = node && params ? vt__enter_graph(graph) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	switch (params->type) {
	case CU_GRAPH_NODE_TYPE_MEM_ALLOC:
		result = add_allocation(node, graph, dependencies, count,
					(CUDA_MEM_ALLOC_NODE_PARAMS *)&params->alloc);
		break;
	case CU_GRAPH_NODE_TYPE_MEM_FREE:
		work.as.freed = params->free.dptr;
		result = vt__graph_add_checked(node, graph, dependencies, count, &work);
		break;
	case CU_GRAPH_NODE_TYPE_GRAPH:
		result = add_child(node, graph, dependencies, count, &params->graph);
		break;
	default:
		result = add_plain(node, graph, dependencies, count, params);
	}
	vt__leave();
	return result;
}

CUresult cuGraphAddNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
			size_t numDependencies, CUgraphNodeParams *nodeParams)
{
	return add(phGraphNode, hGraph, dependencies, numDependencies, nodeParams);
}

CUresult cuGraphAddNode_v2(CUgraphNode *phGraphNode, CUgraph hGraph,
			   const CUgraphNode *dependencies, const CUgraphEdgeData *dependencyData,
			   size_t numDependencies, CUgraphNodeParams *nodeParams)
{
	(void)dependencyData;
	return add(phGraphNode, hGraph, dependencies, numDependencies, nodeParams);
}

CUresult cuGraphAddEmptyNode(CUgraphNode *phGraphNode, CUgraph hGraph,
			     const CUgraphNode *dependencies, size_t numDependencies)
{
	CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_EMPTY};

	return add(phGraphNode, hGraph, dependencies, numDependencies, &params);
}

/* The calls for one type each: the same parameters in a structure of their own. */
#define ADD(name, type, convert)                                                                   \
	CUresult name(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,   \
		      size_t numDependencies, const type *nodeParams)                              \
	{                                                                                          \
		CUgraphNodeParams params;                                                          \
                                                                                                   \
		convert(nodeParams, &params);                                                      \
		return add(phGraphNode, hGraph, dependencies, numDependencies, &params);           \
	}

ADD(cuGraphAddHostNode, CUDA_HOST_NODE_PARAMS, vt__graph_params_of_host)
ADD(cuGraphAddKernelNode, CUDA_KERNEL_NODE_PARAMS_v1, vt__graph_params_of_kernel)
ADD(cuGraphAddKernelNode_v2, CUDA_KERNEL_NODE_PARAMS, vt__graph_params_of_kernel_v2)

CUresult cuGraphAddMemcpyNode(CUgraphNode *phGraphNode, CUgraph hGraph,
			      const CUgraphNode *dependencies, size_t numDependencies,
			      const CUDA_MEMCPY3D *copyParams, CUcontext ctx)
{
	CUgraphNodeParams params;

	(void)ctx;
	if (!copyParams)
		return CUDA_ERROR_INVALID_VALUE;
	vt__graph_params_of_memcpy(copyParams, &params);
	return add(phGraphNode, hGraph, dependencies, numDependencies, &params);
}

CUresult cuGraphAddMemsetNode(CUgraphNode *phGraphNode, CUgraph hGraph,
			      const CUgraphNode *dependencies, size_t numDependencies,
			      const CUDA_MEMSET_NODE_PARAMS *memsetParams, CUcontext ctx)
{
	CUgraphNodeParams params;

	(void)ctx;
	vt__graph_params_of_memset(memsetParams, &params);
	return add(phGraphNode, hGraph, dependencies, numDependencies, &params);
}

CUresult cuGraphAddMemFreeNode(CUgraphNode *phGraphNode, CUgraph hGraph,
			       const CUgraphNode *dependencies, size_t numDependencies,
			       CUdeviceptr dptr)
{
	CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEM_FREE};

	params.free.dptr = dptr;
	return add(phGraphNode, hGraph, dependencies, numDependencies, &params);
}

CUresult cuGraphAddMemAllocNode(CUgraphNode *phGraphNode, CUgraph hGraph,
				const CUgraphNode *dependencies, size_t numDependencies,
				CUDA_MEM_ALLOC_NODE_PARAMS *nodeParams)
{
	CUresult result = phGraphNode && nodeParams ? vt__enter_graph(hGraph)
						    : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	result = add_allocation(phGraphNode, hGraph, dependencies, numDependencies, nodeParams);
	vt__leave();
	return result;
}

CUresult cuGraphAddChildGraphNode(CUgraphNode *phGraphNode, CUgraph hGraph,
				  const CUgraphNode *dependencies, size_t numDependencies,
				  CUgraph childGraph)
{
	CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_GRAPH};

	params.graph.graph = childGraph;
	return add(phGraphNode, hGraph, dependencies, numDependencies, &params);
}
