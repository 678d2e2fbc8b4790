/*
 * What single nodes do: asked, and changed in a graph or in an executable made from it.
 */
#include "config.h"

#include "simulate/driver/graphs/graph_exec.h"

CUresult cuGraphChildGraphNodeGetGraph(CUgraphNode hNode, CUgraph *phGraph)
{
	CUresult result = vt__enter_node_of(hNode, CU_GRAPH_NODE_TYPE_GRAPH, phGraph);

	if (result != CUDA_SUCCESS)
		return result;
	*phGraph = hNode->work.as.child;
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuGraphMemFreeNodeGetParams(CUgraphNode hNode, CUdeviceptr *dptr_out)
{
	CUresult result = vt__enter_node_of(hNode, CU_GRAPH_NODE_TYPE_MEM_FREE, dptr_out);

	if (result != CUDA_SUCCESS)
		return result;
	*dptr_out = hNode->work.as.freed;
	vt__leave();
	return CUDA_SUCCESS;
}

/* The access descriptors stay the node's. */
CUresult cuGraphMemAllocNodeGetParams(CUgraphNode hNode, CUDA_MEM_ALLOC_NODE_PARAMS *params_out)
{
	CUresult result = vt__enter_node_of(hNode, CU_GRAPH_NODE_TYPE_MEM_ALLOC, params_out);
	const struct vt__graph_memory *memory;

	if (result != CUDA_SUCCESS)
		return result;
	memory = hNode->work.as.allocation;
	*params_out = (CUDA_MEM_ALLOC_NODE_PARAMS){
		.poolProps = memory->properties,
		.accessDescs = memory->access,
		.accessDescCount = memory->access_count,
		.bytesize = memory->size,
		.dptr = memory->address,
	};
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult vt__enter_graph_exec_node(CUgraphExec exec, CUgraphNode node, CUgraphNode *copy)
{
	CUresult result = vt__enter_graph_exec(exec);

	if (result != CUDA_SUCCESS)
		return result;
	*copy = vt__object_live(node, VT_GRAPH_NODE) ? vt__graph_find_copy(exec->graph, node->id)
						     : NULL;
	if (*copy)
		return CUDA_SUCCESS;
	vt__leave();
	return CUDA_ERROR_INVALID_VALUE;
}

/* What the node does now; memory nodes cannot change, and child graphs only by an update. */
static CUresult set(CUgraphNode node, const CUgraphNodeParams *params)
{
	struct vt__work work;
	CUresult result;

	if (params->type == CU_GRAPH_NODE_TYPE_MEM_ALLOC ||
	    params->type == CU_GRAPH_NODE_TYPE_MEM_FREE)
		return CUDA_ERROR_NOT_SUPPORTED;
	if (node->work.type != params->type)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__graph_work_of(params, &work);
	if (result == CUDA_SUCCESS)
		node->work = work;
	return result;
}

CUresult cuGraphNodeSetParams(CUgraphNode hNode, CUgraphNodeParams *nodeParams)
{
	CUresult result = nodeParams ? vt__enter_graph_node(hNode) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	result = set(hNode, nodeParams);
	vt__leave();
	return result;
}

CUresult cuGraphExecNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
				  CUgraphNodeParams *nodeParams)
{
	CUgraphNode copy;
	CUresult result = nodeParams ? vt__enter_graph_exec_node(hGraphExec, hNode, &copy)
				     : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	result = set(copy, nodeParams);
	vt__leave();
	return result;
}

/* Kernels, fills and copies are what can be left out of a run. */
static bool can_be_disabled(CUgraphNode node)
{
	return node->work.type == CU_GRAPH_NODE_TYPE_KERNEL ||
	       node->work.type == CU_GRAPH_NODE_TYPE_MEMSET ||
	       node->work.type == CU_GRAPH_NODE_TYPE_MEMCPY;
}

CUresult cuGraphNodeSetEnabled(CUgraphExec hGraphExec, CUgraphNode hNode, unsigned int isEnabled)
{
	CUgraphNode copy;
	CUresult result = vt__enter_graph_exec_node(hGraphExec, hNode, &copy);

	if (result != CUDA_SUCCESS)
		return result;
	if (can_be_disabled(copy))
		copy->disabled = !isEnabled;
	else
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

CUresult cuGraphNodeGetEnabled(CUgraphExec hGraphExec, CUgraphNode hNode, unsigned int *isEnabled)
{
	CUgraphNode copy;
	CUresult result = isEnabled ? vt__enter_graph_exec_node(hGraphExec, hNode, &copy)
				    : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	if (can_be_disabled(copy))
		*isEnabled = !copy->disabled;
	else
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

/* The calls for one type each: the same parameters in a structure of their own. */
#define VT_SET_BODY(set_call, convert)                                                             \
	{                                                                                          \
		CUgraphNodeParams params;                                                          \
                                                                                                   \
		if (!nodeParams)                                                                   \
			return CUDA_ERROR_INVALID_VALUE;                                           \
		convert(nodeParams, &params);                                                      \
		return set_call;                                                                   \
	}

#define SET(name, type, convert)                                                                   \
	CUresult name(CUgraphNode hNode, const type *nodeParams)                                   \
		VT_SET_BODY(cuGraphNodeSetParams(hNode, &params), convert)

#define SET_EXEC(name, type, convert)                                                              \
	CUresult name(CUgraphExec hGraphExec, CUgraphNode hNode, const type *nodeParams)           \
		VT_SET_BODY(cuGraphExecNodeSetParams(hGraphExec, hNode, &params), convert)

/* With a context, which changes nothing here: every address is good in all of them. */
#define SET_EXEC_IN(name, type, convert)                                                           \
	CUresult name(CUgraphExec hGraphExec, CUgraphNode hNode, const type *nodeParams,           \
		      CUcontext ctx)                                                               \
		VT_SET_BODY(((void)ctx, cuGraphExecNodeSetParams(hGraphExec, hNode, &params)),     \
			    convert)

SET(cuGraphKernelNodeSetParams, CUDA_KERNEL_NODE_PARAMS_v1, vt__graph_params_of_kernel)
SET(cuGraphKernelNodeSetParams_v2, CUDA_KERNEL_NODE_PARAMS_v2, vt__graph_params_of_kernel_v2)
SET(cuGraphMemsetNodeSetParams, CUDA_MEMSET_NODE_PARAMS_v1, vt__graph_params_of_memset)
SET(cuGraphMemcpyNodeSetParams, CUDA_MEMCPY3D, vt__graph_params_of_memcpy)
SET(cuGraphHostNodeSetParams, CUDA_HOST_NODE_PARAMS_v1, vt__graph_params_of_host)
SET_EXEC(cuGraphExecKernelNodeSetParams, CUDA_KERNEL_NODE_PARAMS_v1, vt__graph_params_of_kernel)
SET_EXEC(cuGraphExecKernelNodeSetParams_v2, CUDA_KERNEL_NODE_PARAMS_v2,
	 vt__graph_params_of_kernel_v2)
SET_EXEC(cuGraphExecHostNodeSetParams, CUDA_HOST_NODE_PARAMS_v1, vt__graph_params_of_host)
SET_EXEC_IN(cuGraphExecMemsetNodeSetParams, CUDA_MEMSET_NODE_PARAMS_v1, vt__graph_params_of_memset)
SET_EXEC_IN(cuGraphExecMemcpyNodeSetParams, CUDA_MEMCPY3D, vt__graph_params_of_memcpy)
