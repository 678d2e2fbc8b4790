/* Graphs. Handles, flags and numbers are the driver's. */
#include "config.h"

#include <string.h>

#include "simulate/runtime_copy.h"
#include "simulate/runtime_program.h"

#define NODE                                                                                       \
	cudaGraphNode_t *pGraphNode, cudaGraph_t graph, const cudaGraphNode_t *pDependencies,      \
		size_t numDependencies
#define NODE_ARGUMENTS pGraphNode, graph, pDependencies, numDependencies

PASS_DEVICE(cudaGraphCreate, (cudaGraph_t * pGraph, unsigned int flags),
	    cuGraphCreate(pGraph, flags))
PASS_DEVICE(cudaGraphDestroy, (cudaGraph_t graph), cuGraphDestroy(graph))
PASS_DEVICE(cudaGraphGetNodes, (cudaGraph_t graph, cudaGraphNode_t *nodes, size_t *numNodes),
	    cuGraphGetNodes(graph, nodes, numNodes))
PASS_DEVICE(cudaGraphNodeGetType, (cudaGraphNode_t node, enum cudaGraphNodeType *pType),
	    cuGraphNodeGetType(node, (CUgraphNodeType *)pType))
PASS_DEVICE(cudaGraphAddEmptyNode, (NODE), cuGraphAddEmptyNode(NODE_ARGUMENTS))
PASS_DEVICE(cudaGraphAddMemFreeNode, (NODE, void *dptr),
	    cuGraphAddMemFreeNode(NODE_ARGUMENTS, (CUdeviceptr)(uintptr_t)dptr))
PASS(cudaGraphInstantiateWithFlags,
     (cudaGraphExec_t * pGraphExec, cudaGraph_t graph, unsigned long long flags),
     cuGraphInstantiateWithFlags(pGraphExec, graph, flags))
PASS(cudaGraphInstantiate,
     (cudaGraphExec_t * pGraphExec, cudaGraph_t graph, unsigned long long flags),
     cuGraphInstantiateWithFlags(pGraphExec, graph, flags))

_Static_assert(sizeof(cudaGraphInstantiateParams) == sizeof(CUDA_GRAPH_INSTANTIATE_PARAMS),
	       "parameters of instantiation");

PASS_STREAM(cudaGraphInstantiateWithParams, cudaGraphInstantiateWithParams_ptsz,
	    (cudaGraphExec_t * pGraphExec, cudaGraph_t graph,
	     cudaGraphInstantiateParams *instantiateParams),
	    cuGraphInstantiateWithParams(pGraphExec, graph,
					 (CUDA_GRAPH_INSTANTIATE_PARAMS *)instantiateParams))
PASS_STREAM(cudaGraphLaunch, cudaGraphLaunch_ptsz, (cudaGraphExec_t graphExec, cudaStream_t stream),
	    cuGraphLaunch(graphExec, stream))
PASS_STREAM(cudaGraphUpload, cudaGraphUpload_ptsz, (cudaGraphExec_t graphExec, cudaStream_t stream),
	    cuGraphUpload(graphExec, stream))
PASS_DEVICE(cudaGraphExecDestroy, (cudaGraphExec_t graphExec), cuGraphExecDestroy(graphExec))
PASS_DEVICE(cudaGraphExecGetFlags, (cudaGraphExec_t graphExec, unsigned long long *flags),
	    cuGraphExecGetFlags(graphExec, (cuuint64_t *)flags))
PASS_DEVICE(cudaDeviceGetGraphMemAttribute,
	    (int device, enum cudaGraphMemAttributeType attr, void *value),
	    cuDeviceGetGraphMemAttribute(device, (CUgraphMem_attribute)attr, value))
PASS_DEVICE(cudaDeviceSetGraphMemAttribute,
	    (int device, enum cudaGraphMemAttributeType attr, void *value),
	    cuDeviceSetGraphMemAttribute(device, (CUgraphMem_attribute)attr, value))
PASS_DEVICE(cudaDeviceGraphMemTrim, (int device), cuDeviceGraphMemTrim(device))

cudaError_t cudaGraphAddHostNode(NODE, const struct cudaHostNodeParams *pNodeParams)
{
	CUDA_HOST_NODE_PARAMS params;
	cudaError_t error = pNodeParams ? vt__runtime_init() : cudaErrorInvalidValue;

	if (error != cudaSuccess)
		return vt__failed(error);
	params.fn = pNodeParams->fn;
	params.userData = pNodeParams->userData;
	return vt__result(vt__driver[VT_LEGACY].cuGraphAddHostNode(NODE_ARGUMENTS, &params));
}

cudaError_t cudaGraphAddKernelNode(NODE, const struct cudaKernelNodeParams *pNodeParams)
{
	CUDA_KERNEL_NODE_PARAMS params = {0};
	CUkernel kernel;
	cudaError_t error = pNodeParams ? vt__runtime_enter() : cudaErrorInvalidValue;

	if (error == cudaSuccess)
		error = vt__kernel_of(pNodeParams->func, &kernel);
	if (error != cudaSuccess)
		return vt__failed(error);
	params.kern = kernel;
	return vt__result(vt__driver[VT_LEGACY].cuGraphAddKernelNode(NODE_ARGUMENTS, &params));
}

/* The context of a copy or fill node: the one that is current. */
static CUcontext current_context(void)
{
	CUcontext context = NULL;

	vt__driver[VT_LEGACY].cuCtxGetCurrent(&context);
	return context;
}

cudaError_t cudaGraphAddMemcpyNode(NODE, const struct cudaMemcpy3DParms *pCopyParams)
{
	CUDA_MEMCPY3D copy;
	cudaError_t error = vt__runtime_enter();

	if (error == cudaSuccess)
		error = vt__copy_described(pCopyParams, &copy);
	if (error != cudaSuccess)
		return vt__failed(error);
	return vt__result(vt__driver[VT_LEGACY].cuGraphAddMemcpyNode(NODE_ARGUMENTS, &copy,
								     current_context()));
}

cudaError_t cudaGraphAddMemcpyNode1D(NODE, void *dst, const void *src, size_t count,
				     enum cudaMemcpyKind kind)
{
	CUDA_MEMCPY3D copy;
	cudaError_t error = vt__runtime_enter();

	if (error == cudaSuccess && !vt__copy_box(kind, &copy))
		error = cudaErrorInvalidMemcpyDirection;
	if (error != cudaSuccess)
		return vt__failed(error);
	vt__copy_from(&copy, src, count);
	vt__copy_to(&copy, dst, count);
	copy.WidthInBytes = count;
	return vt__result(vt__driver[VT_LEGACY].cuGraphAddMemcpyNode(NODE_ARGUMENTS, &copy,
								     current_context()));
}

cudaError_t cudaGraphAddMemsetNode(NODE, const struct cudaMemsetParams *pMemsetParams)
{
	CUDA_MEMSET_NODE_PARAMS params;
	cudaError_t error = pMemsetParams ? vt__runtime_enter() : cudaErrorInvalidValue;

	if (error != cudaSuccess)
		return vt__failed(error);
	params = (CUDA_MEMSET_NODE_PARAMS){
		.dst = (CUdeviceptr)(uintptr_t)pMemsetParams->dst,
		.pitch = pMemsetParams->pitch,
		.value = pMemsetParams->value,
		.elementSize = pMemsetParams->elementSize,
		.width = pMemsetParams->width,
		.height = pMemsetParams->height,
	};
	return vt__result(vt__driver[VT_LEGACY].cuGraphAddMemsetNode(NODE_ARGUMENTS, &params,
								     current_context()));
}

cudaError_t cudaGraphAddMemAllocNode(NODE, struct cudaMemAllocNodeParams *nodeParams)
{
	CUDA_MEM_ALLOC_NODE_PARAMS params = {0};
	cudaError_t error = nodeParams ? vt__runtime_init() : cudaErrorInvalidValue;

	if (error != cudaSuccess)
		return vt__failed(error);
	memcpy(&params.poolProps, &nodeParams->poolProps, sizeof(params.poolProps));
	params.bytesize = nodeParams->bytesize;
	error = vt__result(vt__driver[VT_LEGACY].cuGraphAddMemAllocNode(NODE_ARGUMENTS, &params));
	if (error == cudaSuccess)
		nodeParams->dptr = (void *)(uintptr_t)params.dptr;
	return error;
}
