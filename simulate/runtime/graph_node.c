/* What graph nodes do: their parameters, and calls that change them. */
#include "config.h"

#include <string.h>

#include "simulate/runtime/copy.h"
#include "simulate/runtime/graph.h"
#include "simulate/runtime/program.h"

CUcontext vt__current_context(void)
{
	CUcontext context = NULL;

	vt__runtime_driver[VT_LEGACY].cuCtxGetCurrent(&context);
	return context;
}

cudaError_t vt__kernel_node(const struct cudaKernelNodeParams *params,
			    CUDA_KERNEL_NODE_PARAMS *node)
{
	memset(node, 0, sizeof(*node));
	return params ? vt__kernel_of(params->func, &node->kern) : cudaErrorInvalidValue;
}

cudaError_t vt__memset_node(const struct cudaMemsetParams *params, CUDA_MEMSET_NODE_PARAMS *node)
{
	if (!params)
		return cudaErrorInvalidValue;
	*node = (CUDA_MEMSET_NODE_PARAMS){
		.dst = (CUdeviceptr)(uintptr_t)params->dst,
		.pitch = params->pitch,
		.value = params->value,
		.elementSize = params->elementSize,
		.width = params->width,
		.height = params->height,
	};
	return cudaSuccess;
}

cudaError_t vt__host_node(const struct cudaHostNodeParams *params, CUDA_HOST_NODE_PARAMS *node)
{
	if (!params)
		return cudaErrorInvalidValue;
	node->fn = params->fn;
	node->userData = params->userData;
	return cudaSuccess;
}

cudaError_t vt__memcpy_node_1d(void *dst, const void *src, size_t count, enum cudaMemcpyKind kind,
			       CUDA_MEMCPY3D *copy)
{
	if (!vt__copy_box(kind, copy))
		return cudaErrorInvalidMemcpyDirection;
	vt__copy_from(copy, src, count);
	vt__copy_to(copy, dst, count);
	copy->WidthInBytes = count;
	return cudaSuccess;
}

VT_NODE_CALL(cudaGraphKernelNodeSetParams,
	     (cudaGraphNode_t node, const struct cudaKernelNodeParams *pNodeParams),
	     CUDA_KERNEL_NODE_PARAMS, vt__kernel_node(pNodeParams, &params),
	     cuGraphKernelNodeSetParams(node, &params))
VT_NODE_CALL(cudaGraphMemsetNodeSetParams,
	     (cudaGraphNode_t node, const struct cudaMemsetParams *pNodeParams),
	     CUDA_MEMSET_NODE_PARAMS, vt__memset_node(pNodeParams, &params),
	     cuGraphMemsetNodeSetParams(node, &params))
VT_NODE_CALL(cudaGraphHostNodeSetParams,
	     (cudaGraphNode_t node, const struct cudaHostNodeParams *pNodeParams),
	     CUDA_HOST_NODE_PARAMS, vt__host_node(pNodeParams, &params),
	     cuGraphHostNodeSetParams(node, &params))
VT_NODE_CALL(cudaGraphMemcpyNodeSetParams,
	     (cudaGraphNode_t node, const struct cudaMemcpy3DParms *pNodeParams), CUDA_MEMCPY3D,
	     vt__copy_described(pNodeParams, &params), cuGraphMemcpyNodeSetParams(node, &params))
VT_NODE_CALL(cudaGraphMemcpyNodeSetParams1D,
	     (cudaGraphNode_t node, void *dst, const void *src, size_t count,
	      enum cudaMemcpyKind kind),
	     CUDA_MEMCPY3D, vt__memcpy_node_1d(dst, src, count, kind, &params),
	     cuGraphMemcpyNodeSetParams(node, &params))

VT_NODE_CALL(cudaGraphExecKernelNodeSetParams,
	     (cudaGraphExec_t hGraphExec, cudaGraphNode_t node,
	      const struct cudaKernelNodeParams *pNodeParams),
	     CUDA_KERNEL_NODE_PARAMS, vt__kernel_node(pNodeParams, &params),
	     cuGraphExecKernelNodeSetParams(hGraphExec, node, &params))
VT_NODE_CALL(cudaGraphExecHostNodeSetParams,
	     (cudaGraphExec_t hGraphExec, cudaGraphNode_t node,
	      const struct cudaHostNodeParams *pNodeParams),
	     CUDA_HOST_NODE_PARAMS, vt__host_node(pNodeParams, &params),
	     cuGraphExecHostNodeSetParams(hGraphExec, node, &params))
VT_NODE_CALL(cudaGraphExecMemsetNodeSetParams,
	     (cudaGraphExec_t hGraphExec, cudaGraphNode_t node,
	      const struct cudaMemsetParams *pNodeParams),
	     CUDA_MEMSET_NODE_PARAMS, vt__memset_node(pNodeParams, &params),
	     cuGraphExecMemsetNodeSetParams(hGraphExec, node, &params, vt__current_context()))
VT_NODE_CALL(cudaGraphExecMemcpyNodeSetParams,
	     (cudaGraphExec_t hGraphExec, cudaGraphNode_t node,
	      const struct cudaMemcpy3DParms *pNodeParams),
	     CUDA_MEMCPY3D, vt__copy_described(pNodeParams, &params),
	     cuGraphExecMemcpyNodeSetParams(hGraphExec, node, &params, vt__current_context()))
VT_NODE_CALL(cudaGraphExecMemcpyNodeSetParams1D,
	     (cudaGraphExec_t hGraphExec, cudaGraphNode_t node, void *dst, const void *src,
	      size_t count, enum cudaMemcpyKind kind),
	     CUDA_MEMCPY3D, vt__memcpy_node_1d(dst, src, count, kind, &params),
	     cuGraphExecMemcpyNodeSetParams(hGraphExec, node, &params, vt__current_context()))

/* What is not the runtime's own description has the driver's layout. */
_Static_assert(sizeof(struct cudaGraphNodeParams) == sizeof(CUgraphNodeParams),
	       "parameters of any node");
_Static_assert(sizeof(struct cudaMemAllocNodeParamsV2) == sizeof(CUDA_MEM_ALLOC_NODE_PARAMS_v2),
	       "parameters of an allocation node");

static cudaError_t convert_memset(const struct cudaMemsetParamsV2 *given, CUgraphNodeParams *params)
{
	params->memset = (CUDA_MEMSET_NODE_PARAMS_v2){
		.dst = (CUdeviceptr)(uintptr_t)given->dst,
		.pitch = given->pitch,
		.value = given->value,
		.elementSize = given->elementSize,
		.width = given->width,
		.height = given->height,
		.ctx = vt__current_context(),
	};
	return cudaSuccess;
}

static cudaError_t convert_memcpy(const struct cudaMemcpyNodeParams *given,
				  CUgraphNodeParams *params)
{
	memset(&params->memcpy, 0, sizeof(params->memcpy));
	params->memcpy.copyCtx = vt__current_context();
	return vt__copy_described(&given->copyParams, &params->memcpy.copyParams);
}

static cudaError_t convert(const struct cudaGraphNodeParams *given, CUgraphNodeParams *params)
{
	if (!given)
		return cudaErrorInvalidValue;
	memcpy(params, given, sizeof(*params));
	switch (given->type) {
	case cudaGraphNodeTypeKernel:
		memset(&params->kernel, 0, sizeof(params->kernel));
		return vt__kernel_of(given->kernel.func, &params->kernel.kern);
	case cudaGraphNodeTypeMemcpy:
		return convert_memcpy(&given->memcpy, params);
	case cudaGraphNodeTypeMemset:
		return convert_memset(&given->memset, params);
	default:
		return cudaSuccess;
	}
}

VT_NODE_CALL(cudaGraphNodeSetParams, (cudaGraphNode_t node, struct cudaGraphNodeParams *nodeParams),
	     CUgraphNodeParams, convert(nodeParams, &params), cuGraphNodeSetParams(node, &params))
VT_NODE_CALL(cudaGraphExecNodeSetParams,
	     (cudaGraphExec_t graphExec, cudaGraphNode_t node,
	      struct cudaGraphNodeParams *nodeParams),
	     CUgraphNodeParams, convert(nodeParams, &params),
	     cuGraphExecNodeSetParams(graphExec, node, &params))

/* What the driver says about the new node goes back: an allocation's address. */
static cudaError_t add(VT_NODE, const cudaGraphEdgeData *edges, struct cudaGraphNodeParams *given,
		       CUgraphNodeParams *params)
{
	cudaError_t error = vt__result(vt__runtime_driver[VT_LEGACY].cuGraphAddNode(
		pGraphNode, graph, pDependencies, (const CUgraphEdgeData *)edges, numDependencies,
		params));

	if (error == cudaSuccess && given->type == cudaGraphNodeTypeMemAlloc)
		given->alloc.dptr = (void *)(uintptr_t)params->alloc.dptr;
	return error;
}

cudaError_t cudaGraphAddNode(cudaGraphNode_t *pGraphNode, cudaGraph_t graph,
			     const cudaGraphNode_t *pDependencies,
			     const cudaGraphEdgeData *dependencyData, size_t numDependencies,
			     struct cudaGraphNodeParams *nodeParams)
{
	CUgraphNodeParams params;
	cudaError_t error = vt__runtime_enter();

	if (error == cudaSuccess)
		error = convert(nodeParams, &params);
	if (error != cudaSuccess)
		return vt__failed(error);
	return add(VT_NODE_ARGUMENTS, dependencyData, nodeParams, &params);
}
