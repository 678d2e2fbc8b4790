/* Parameters of graph nodes as the runtime describes them, for the driver. */
#ifndef VT_SIMULATE_RUNTIME_GRAPH_H
#define VT_SIMULATE_RUNTIME_GRAPH_H

#include "simulate/runtime/runtime.h"

/* The arguments that every call starts with that adds a node. */
#define VT_NODE                                                                                    \
	cudaGraphNode_t *pGraphNode, cudaGraph_t graph, const cudaGraphNode_t *pDependencies,      \
		size_t numDependencies
#define VT_NODE_ARGUMENTS pGraphNode, graph, pDependencies, numDependencies

/* Each: cudaErrorInvalidValue for NULL. A kernel is looked up by its host function. */
cudaError_t vt__kernel_node(const struct cudaKernelNodeParams *params,
			    CUDA_KERNEL_NODE_PARAMS *node);
cudaError_t vt__memset_node(const struct cudaMemsetParams *params, CUDA_MEMSET_NODE_PARAMS *node);
cudaError_t vt__host_node(const struct cudaHostNodeParams *params, CUDA_HOST_NODE_PARAMS *node);
cudaError_t vt__memcpy_node_1d(void *dst, const void *src, size_t count, enum cudaMemcpyKind kind,
			       CUDA_MEMCPY3D *copy);

/*
 * A call about one node: `fill` makes the driver's params, of that type, out of what the
 * program gave.
 */
#define VT_NODE_CALL(name, parameters, type, fill, call)                                           \
	cudaError_t name parameters                                                                \
	{                                                                                          \
		type params;                                                                       \
		cudaError_t error = vt__runtime_enter();                                           \
                                                                                                   \
		if (error == cudaSuccess)                                                          \
			error = fill;                                                              \
		if (error != cudaSuccess)                                                          \
			return vt__failed(error);                                                  \
		return vt__result(vt__runtime_driver[VT_LEGACY].call);                             \
	}

/* The context of a copy or fill node: the one that is current. */
CUcontext vt__current_context(void);

#endif
