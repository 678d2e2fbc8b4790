/* Graphs. Handles, flags and numbers are the driver's. */
#include "config.h"

#include <string.h>

#include "simulate/runtime/copy.h"
#include "simulate/runtime/graph.h"

PASS_DEVICE(cudaGraphCreate, (cudaGraph_t * pGraph, unsigned int flags),
	    cuGraphCreate(pGraph, flags))
PASS_DEVICE(cudaGraphDestroy, (cudaGraph_t graph), cuGraphDestroy(graph))
PASS_DEVICE(cudaGraphGetNodes, (cudaGraph_t graph, cudaGraphNode_t *nodes, size_t *numNodes),
	    cuGraphGetNodes(graph, nodes, numNodes))
PASS_DEVICE(cudaGraphNodeGetType, (cudaGraphNode_t node, enum cudaGraphNodeType *pType),
	    cuGraphNodeGetType(node, (CUgraphNodeType *)pType))
PASS_DEVICE(cudaGraphAddEmptyNode, (VT_NODE), cuGraphAddEmptyNode(VT_NODE_ARGUMENTS))
PASS_DEVICE(cudaGraphAddMemFreeNode, (VT_NODE, void *dptr),
	    cuGraphAddMemFreeNode(VT_NODE_ARGUMENTS, (CUdeviceptr)(uintptr_t)dptr))
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

VT_NODE_CALL(cudaGraphAddHostNode, (VT_NODE, const struct cudaHostNodeParams *pNodeParams),
	     CUDA_HOST_NODE_PARAMS, vt__host_node(pNodeParams, &params),
	     cuGraphAddHostNode(VT_NODE_ARGUMENTS, &params))
VT_NODE_CALL(cudaGraphAddKernelNode, (VT_NODE, const struct cudaKernelNodeParams *pNodeParams),
	     CUDA_KERNEL_NODE_PARAMS, vt__kernel_node(pNodeParams, &params),
	     cuGraphAddKernelNode(VT_NODE_ARGUMENTS, &params))
VT_NODE_CALL(cudaGraphAddMemcpyNode, (VT_NODE, const struct cudaMemcpy3DParms *pCopyParams),
	     CUDA_MEMCPY3D, vt__copy_described(pCopyParams, &params),
	     cuGraphAddMemcpyNode(VT_NODE_ARGUMENTS, &params, vt__current_context()))
VT_NODE_CALL(cudaGraphAddMemcpyNode1D,
	     (VT_NODE, void *dst, const void *src, size_t count, enum cudaMemcpyKind kind),
	     CUDA_MEMCPY3D, vt__memcpy_node_1d(dst, src, count, kind, &params),
	     cuGraphAddMemcpyNode(VT_NODE_ARGUMENTS, &params, vt__current_context()))
VT_NODE_CALL(cudaGraphAddMemsetNode, (VT_NODE, const struct cudaMemsetParams *pMemsetParams),
	     CUDA_MEMSET_NODE_PARAMS, vt__memset_node(pMemsetParams, &params),
	     cuGraphAddMemsetNode(VT_NODE_ARGUMENTS, &params, vt__current_context()))

cudaError_t cudaGraphAddMemAllocNode(VT_NODE, struct cudaMemAllocNodeParams *nodeParams)
{
	CUDA_MEM_ALLOC_NODE_PARAMS params = {0};
	cudaError_t error = nodeParams ? vt__runtime_init() : cudaErrorInvalidValue;

	if (error != cudaSuccess)
		return vt__failed(error);
	memcpy(&params.poolProps, &nodeParams->poolProps, sizeof(params.poolProps));
	params.accessDescs = (const CUmemAccessDesc *)nodeParams->accessDescs;
	params.accessDescCount = nodeParams->accessDescCount;
	params.bytesize = nodeParams->bytesize;
	error = vt__result(
		vt__runtime_driver[VT_LEGACY].cuGraphAddMemAllocNode(VT_NODE_ARGUMENTS, &params));
	if (error == cudaSuccess)
		nodeParams->dptr = (void *)(uintptr_t)params.dptr;
	return error;
}
