/* The wrapped driver functions of graphs that allocate.
 * The rows of VT_DRIVER_API (preload/driver/driver_api.h). */
#ifndef VT_PRELOAD_API_GRAPHS_H
#define VT_PRELOAD_API_GRAPHS_H

/* clang-format off */
#define VT_GRAPHS_API(API) \
	/* nodes */ \
	API(cuGraphAddMemAllocNode, (CUgraphNode *phGraphNode, CUgraph hGraph, \
	    const CUgraphNode *dependencies, size_t numDependencies, \
	    CUDA_MEM_ALLOC_NODE_PARAMS *nodeParams), \
	    (phGraphNode, hGraph, dependencies, numDependencies, nodeParams)) \
	API(cuGraphAddNode, (CUgraphNode *phGraphNode, CUgraph hGraph, \
	    const CUgraphNode *dependencies, size_t numDependencies, \
	    CUgraphNodeParams *nodeParams), \
	    (phGraphNode, hGraph, dependencies, numDependencies, nodeParams)) \
	API(cuGraphAddNode_v2, (CUgraphNode *phGraphNode, CUgraph hGraph, \
	    const CUgraphNode *dependencies, const CUgraphEdgeData *dependencyData, \
	    size_t numDependencies, CUgraphNodeParams *nodeParams), \
	    (phGraphNode, hGraph, dependencies, dependencyData, numDependencies, \
	    nodeParams)) \
	API(cuGraphAddNode_v3, (CUgraphNode *phGraphNode, CUgraph hGraph, \
	    const CUgraphNode *dependencies, const CUgraphEdgeData *dependencyData, \
	    size_t numDependencies, CUgraphNodeParams *nodeParams), \
	    (phGraphNode, hGraph, dependencies, dependencyData, numDependencies, \
	    nodeParams)) \
	API(cuGraphDestroy, (CUgraph hGraph), (hGraph)) \
	/* executable graphs */ \
	API(cuGraphInstantiate, (CUgraphExec *phGraphExec, CUgraph hGraph, \
	    CUgraphNode *phErrorNode, char *logBuffer, size_t bufferSize), \
	    (phGraphExec, hGraph, phErrorNode, logBuffer, bufferSize)) \
	API(cuGraphInstantiate_v2, (CUgraphExec *phGraphExec, CUgraph hGraph, \
	    CUgraphNode *phErrorNode, char *logBuffer, size_t bufferSize), \
	    (phGraphExec, hGraph, phErrorNode, logBuffer, bufferSize)) \
	API(cuGraphInstantiateWithFlags, (CUgraphExec *phGraphExec, CUgraph hGraph, \
	    unsigned long long flags), (phGraphExec, hGraph, flags)) \
	API(cuGraphInstantiateWithParams, (CUgraphExec *phGraphExec, CUgraph hGraph, \
	    CUDA_GRAPH_INSTANTIATE_PARAMS *instantiateParams), \
	    (phGraphExec, hGraph, instantiateParams)) \
	API(cuGraphInstantiateWithParams_ptsz, (CUgraphExec *phGraphExec, CUgraph hGraph, \
	    CUDA_GRAPH_INSTANTIATE_PARAMS *instantiateParams), \
	    (phGraphExec, hGraph, instantiateParams)) \
	API(cuGraphExecUpdate, (CUgraphExec hGraphExec, CUgraph hGraph, \
	    CUgraphNode *hErrorNode_out, CUgraphExecUpdateResult *updateResult_out), \
	    (hGraphExec, hGraph, hErrorNode_out, updateResult_out)) \
	API(cuGraphExecUpdate_v2, (CUgraphExec hGraphExec, CUgraph hGraph, \
	    CUgraphExecUpdateResultInfo *resultInfo), (hGraphExec, hGraph, resultInfo)) \
	API(cuGraphExecKernelNodeSetParams, (CUgraphExec hGraphExec, CUgraphNode hNode, \
	    const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams), (hGraphExec, hNode, nodeParams)) \
	API(cuGraphExecKernelNodeSetParams_v2, (CUgraphExec hGraphExec, CUgraphNode hNode, \
	    const CUDA_KERNEL_NODE_PARAMS *nodeParams), (hGraphExec, hNode, nodeParams)) \
	API(cuGraphExecMemcpyNodeSetParams, (CUgraphExec hGraphExec, CUgraphNode hNode, \
	    const CUDA_MEMCPY3D *copyParams, CUcontext ctx), \
	    (hGraphExec, hNode, copyParams, ctx)) \
	API(cuGraphExecMemsetNodeSetParams, (CUgraphExec hGraphExec, CUgraphNode hNode, \
	    const CUDA_MEMSET_NODE_PARAMS *memsetParams, CUcontext ctx), \
	    (hGraphExec, hNode, memsetParams, ctx)) \
	API(cuGraphExecNodeSetParams, (CUgraphExec hGraphExec, CUgraphNode hNode, \
	    CUgraphNodeParams *nodeParams), (hGraphExec, hNode, nodeParams)) \
	API(cuGraphExecDestroy, (CUgraphExec hGraphExec), (hGraphExec)) \
	API(cuGraphLaunch, (CUgraphExec hGraph, CUstream hStream), (hGraph, hStream)) \
	API(cuGraphLaunch_ptsz, (CUgraphExec hGraphExec, CUstream hStream), \
	    (hGraphExec, hStream))
/* clang-format on */

#endif
