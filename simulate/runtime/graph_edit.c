/* Graphs taken apart, put together, copied and updated; capture into a graph. */
#include "config.h"

#include <string.h>

#include "simulate/runtime/graph.h"

#define EDGES(name) ((CUgraphEdgeData *)(name))
#define CONST_EDGES(name) ((const CUgraphEdgeData *)(name))

_Static_assert(sizeof(cudaGraphEdgeData) == sizeof(CUgraphEdgeData), "data of an edge");
_Static_assert(sizeof(cudaGraphExecUpdateResultInfo) == sizeof(CUgraphExecUpdateResultInfo),
	       "result of an update");

PASS_DEVICE(cudaGraphAddChildGraphNode, (VT_NODE, cudaGraph_t childGraph),
	    cuGraphAddChildGraphNode(VT_NODE_ARGUMENTS, childGraph))
PASS_DEVICE(cudaGraphChildGraphNodeGetGraph, (cudaGraphNode_t node, cudaGraph_t *pGraph),
	    cuGraphChildGraphNodeGetGraph(node, pGraph))
PASS_DEVICE(cudaGraphClone, (cudaGraph_t * pGraphClone, cudaGraph_t originalGraph),
	    cuGraphClone(pGraphClone, originalGraph))
PASS_DEVICE(cudaGraphNodeFindInClone,
	    (cudaGraphNode_t * pNode, cudaGraphNode_t originalNode, cudaGraph_t clonedGraph),
	    cuGraphNodeFindInClone(pNode, originalNode, clonedGraph))
PASS_DEVICE(cudaGraphDestroyNode, (cudaGraphNode_t node), cuGraphDestroyNode(node))
PASS_DEVICE(cudaGraphGetRootNodes,
	    (cudaGraph_t graph, cudaGraphNode_t *pRootNodes, size_t *pNumRootNodes),
	    cuGraphGetRootNodes(graph, pRootNodes, pNumRootNodes))
PASS_DEVICE(cudaGraphGetEdges,
	    (cudaGraph_t graph, cudaGraphNode_t *from, cudaGraphNode_t *to,
	     cudaGraphEdgeData *edgeData, size_t *numEdges),
	    cuGraphGetEdges(graph, from, to, EDGES(edgeData), numEdges))
PASS_DEVICE(cudaGraphNodeGetDependencies,
	    (cudaGraphNode_t node, cudaGraphNode_t *pDependencies, cudaGraphEdgeData *edgeData,
	     size_t *pNumDependencies),
	    cuGraphNodeGetDependencies(node, pDependencies, EDGES(edgeData), pNumDependencies))
PASS_DEVICE(cudaGraphNodeGetDependentNodes,
	    (cudaGraphNode_t node, cudaGraphNode_t *pDependentNodes, cudaGraphEdgeData *edgeData,
	     size_t *pNumDependentNodes),
	    cuGraphNodeGetDependentNodes(node, pDependentNodes, EDGES(edgeData),
					 pNumDependentNodes))
PASS_DEVICE(cudaGraphAddDependencies,
	    (cudaGraph_t graph, const cudaGraphNode_t *from, const cudaGraphNode_t *to,
	     const cudaGraphEdgeData *edgeData, size_t numDependencies),
	    cuGraphAddDependencies(graph, from, to, CONST_EDGES(edgeData), numDependencies))
PASS_DEVICE(cudaGraphRemoveDependencies,
	    (cudaGraph_t graph, const cudaGraphNode_t *from, const cudaGraphNode_t *to,
	     const cudaGraphEdgeData *edgeData, size_t numDependencies),
	    cuGraphRemoveDependencies(graph, from, to, CONST_EDGES(edgeData), numDependencies))
PASS_DEVICE(cudaGraphMemFreeNodeGetParams, (cudaGraphNode_t node, void *dptr_out),
	    cuGraphMemFreeNodeGetParams(node, (CUdeviceptr *)dptr_out))

PASS_DEVICE(cudaGraphExecUpdate,
	    (cudaGraphExec_t hGraphExec, cudaGraph_t hGraph,
	     cudaGraphExecUpdateResultInfo *resultInfo),
	    cuGraphExecUpdate(hGraphExec, hGraph, (CUgraphExecUpdateResultInfo *)resultInfo))
PASS_DEVICE(cudaGraphExecChildGraphNodeSetParams,
	    (cudaGraphExec_t hGraphExec, cudaGraphNode_t node, cudaGraph_t childGraph),
	    cuGraphExecChildGraphNodeSetParams(hGraphExec, node, childGraph))
PASS_DEVICE(cudaGraphNodeSetEnabled,
	    (cudaGraphExec_t hGraphExec, cudaGraphNode_t hNode, unsigned int isEnabled),
	    cuGraphNodeSetEnabled(hGraphExec, hNode, isEnabled))
PASS_DEVICE(cudaGraphNodeGetEnabled,
	    (cudaGraphExec_t hGraphExec, cudaGraphNode_t hNode, unsigned int *isEnabled),
	    cuGraphNodeGetEnabled(hGraphExec, hNode, isEnabled))

PASS_STREAM(cudaStreamBeginCaptureToGraph, cudaStreamBeginCaptureToGraph_ptsz,
	    (cudaStream_t stream, cudaGraph_t graph, const cudaGraphNode_t *dependencies,
	     const cudaGraphEdgeData *dependencyData, size_t numDependencies,
	     enum cudaStreamCaptureMode mode),
	    cuStreamBeginCaptureToGraph(stream, graph, dependencies, CONST_EDGES(dependencyData),
					numDependencies, (CUstreamCaptureMode)mode))
PASS_STREAM(cudaStreamUpdateCaptureDependencies, cudaStreamUpdateCaptureDependencies_ptsz,
	    (cudaStream_t stream, cudaGraphNode_t *dependencies,
	     const cudaGraphEdgeData *dependencyData, size_t numDependencies, unsigned int flags),
	    cuStreamUpdateCaptureDependencies(stream, dependencies, CONST_EDGES(dependencyData),
					      numDependencies, flags))

cudaError_t cudaGraphMemAllocNodeGetParams(cudaGraphNode_t node,
					   struct cudaMemAllocNodeParams *params_out)
{
	CUDA_MEM_ALLOC_NODE_PARAMS params;
	cudaError_t error = params_out ? vt__runtime_init() : cudaErrorInvalidValue;

	if (error != cudaSuccess)
		return vt__failed(error);
	error = vt__result(
		vt__runtime_driver[VT_LEGACY].cuGraphMemAllocNodeGetParams(node, &params));
	if (error != cudaSuccess)
		return error;
	memcpy(&params_out->poolProps, &params.poolProps, sizeof(params_out->poolProps));
	params_out->accessDescs = (const struct cudaMemAccessDesc *)params.accessDescs;
	params_out->accessDescCount = params.accessDescCount;
	params_out->bytesize = params.bytesize;
	params_out->dptr = (void *)(uintptr_t)params.dptr;
	return cudaSuccess;
}
