/* Graphs: nodes added by captures or one by one, kept in an order that can be run. */
#include "config.h"

#include <stdlib.h>

#include "simulate/driver_copy.h"
#include "simulate/driver_memory.h"
#include "simulate/driver_stream.h"

struct vt__graph_memory *vt__graph_memory_create(CUdevice device, size_t size)
{
	struct vt__graph_memory *memory = calloc(1, sizeof(*memory));

	if (!memory)
		return NULL;
	if (vt__space_take(VT_SPACE_ANYWHERE, size, VT_SPACE_BLOCK, &memory->address)) {
		free(memory);
		return NULL;
	}
	memory->size = size;
	memory->device = device;
	memory->holders = 1;
	return memory;
}

void vt__graph_memory_release(struct vt__graph_memory *memory)
{
	if (--memory->holders)
		return;
	vt__space_give_back(VT_SPACE_ANYWHERE, memory->address, memory->size, VT_SPACE_BLOCK);
	free(memory);
}

CUgraph vt__graph_create(void)
{
	CUgraph graph = vt__object_create(VT_GRAPH, sizeof(*graph), NULL);

	if (graph)
		graph->last = &graph->first;
	return graph;
}

CUgraphNode vt__graph_add(CUgraph graph, const struct vt__work *work)
{
	CUgraphNode node = vt__object_create(VT_GRAPH_NODE, sizeof(*node), NULL);

	if (!node)
		return NULL;
	node->graph = graph;
	node->work = *work;
	if (work->type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
		work->as.allocation->holders++;
	*graph->last = node;
	graph->last = &node->next;
	graph->count++;
	return node;
}

static void drop_node(CUgraphNode node)
{
	if (node->work.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
		vt__graph_memory_release(node->work.as.allocation);
	vt__object_destroy(&node->object);
}

void vt__graph_destroy(CUgraph graph)
{
	CUgraphNode node = graph->first;

	while (node) {
		CUgraphNode next = node->next;

		drop_node(node);
		node = next;
	}
	vt__object_destroy(&graph->object);
}

CUresult cuGraphCreate(CUgraph *phGraph, unsigned int flags)
{
	CUgraph graph;
	CUresult result;

	if (!phGraph || flags)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	graph = vt__graph_create();
	if (graph)
		*phGraph = graph;
	vt__leave();
	return graph ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

static CUresult enter_graph(CUgraph graph)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS || vt__object_live(graph, VT_GRAPH))
		return result;
	vt__leave();
	return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGraphDestroy(CUgraph hGraph)
{
	CUresult result = enter_graph(hGraph);

	if (result != CUDA_SUCCESS)
		return result;
	vt__graph_destroy(hGraph);
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuGraphGetNodes(CUgraph hGraph, CUgraphNode *nodes, size_t *numNodes)
{
	size_t room, count = 0;
	CUresult result;

	if (!numNodes)
		return CUDA_ERROR_INVALID_VALUE;
	result = enter_graph(hGraph);
	if (result != CUDA_SUCCESS)
		return result;
	room = nodes ? *numNodes : 0;
	for (CUgraphNode node = hGraph->first; node && count < room; node = node->next)
		nodes[count++] = node;
	*numNodes = nodes ? count : hGraph->count;
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuGraphNodeGetType(CUgraphNode hNode, CUgraphNodeType *type)
{
	CUresult result;

	if (!type)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	if (vt__object_live(hNode, VT_GRAPH_NODE))
		*type = hNode->work.type;
	else
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

/*
 * What a node depends on is in the graph before it, so the order of adding is an order of
 * running: the dependencies are checked and need not be kept.
 */
static CUresult add(CUgraphNode *node, CUgraph graph, const CUgraphNode *dependencies, size_t count,
		    const struct vt__work *work)
{
	CUgraphNode added;
	CUresult result;

	if (!node || (count && !dependencies))
		return CUDA_ERROR_INVALID_VALUE;
	result = enter_graph(graph);
	if (result != CUDA_SUCCESS)
		return result;
	for (size_t i = 0; i < count && result == CUDA_SUCCESS; i++) {
		if (!vt__object_live(dependencies[i], VT_GRAPH_NODE) ||
		    dependencies[i]->graph != graph)
			result = CUDA_ERROR_INVALID_VALUE;
	}
	if (result == CUDA_SUCCESS) {
		added = vt__graph_add(graph, work);
		if (added)
			*node = added;
		else
			result = CUDA_ERROR_OUT_OF_MEMORY;
	}
	vt__leave();
	return result;
}

CUresult cuGraphAddEmptyNode(CUgraphNode *phGraphNode, CUgraph hGraph,
			     const CUgraphNode *dependencies, size_t numDependencies)
{
	const struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_EMPTY};

	return add(phGraphNode, hGraph, dependencies, numDependencies, &work);
}

CUresult cuGraphAddHostNode(CUgraphNode *phGraphNode, CUgraph hGraph,
			    const CUgraphNode *dependencies, size_t numDependencies,
			    const CUDA_HOST_NODE_PARAMS *nodeParams)
{
	struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_HOST};

	if (!nodeParams || !nodeParams->fn)
		return CUDA_ERROR_INVALID_VALUE;
	work.as.host.function = nodeParams->fn;
	work.as.host.argument = nodeParams->userData;
	return add(phGraphNode, hGraph, dependencies, numDependencies, &work);
}

CUresult cuGraphAddKernelNode_v2(CUgraphNode *phGraphNode, CUgraph hGraph,
				 const CUgraphNode *dependencies, size_t numDependencies,
				 const CUDA_KERNEL_NODE_PARAMS *nodeParams)
{
	const struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_KERNEL};

	if (!nodeParams || (!nodeParams->func && !nodeParams->kern))
		return CUDA_ERROR_INVALID_VALUE;
	vt__kernels_are_not_run();
	return add(phGraphNode, hGraph, dependencies, numDependencies, &work);
}

CUresult cuGraphAddKernelNode(CUgraphNode *phGraphNode, CUgraph hGraph,
			      const CUgraphNode *dependencies, size_t numDependencies,
			      const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams)
{
	const CUDA_KERNEL_NODE_PARAMS params = {.func = nodeParams ? nodeParams->func : NULL};

	return cuGraphAddKernelNode_v2(phGraphNode, hGraph, dependencies, numDependencies, &params);
}

CUresult cuGraphAddMemcpyNode(CUgraphNode *phGraphNode, CUgraph hGraph,
			      const CUgraphNode *dependencies, size_t numDependencies,
			      const CUDA_MEMCPY3D *copyParams, CUcontext ctx)
{
	struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_MEMCPY};
	CUresult result;

	(void)ctx;
	if (!copyParams)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	result = vt__copy_of(copyParams, &work.as.copy);
	vt__leave();
	if (result != CUDA_SUCCESS)
		return result;
	return add(phGraphNode, hGraph, dependencies, numDependencies, &work);
}

CUresult cuGraphAddMemsetNode(CUgraphNode *phGraphNode, CUgraph hGraph,
			      const CUgraphNode *dependencies, size_t numDependencies,
			      const CUDA_MEMSET_NODE_PARAMS *memsetParams, CUcontext ctx)
{
	struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_MEMSET};

	(void)ctx;
	if (!memsetParams || (memsetParams->elementSize != 1 && memsetParams->elementSize != 2 &&
			      memsetParams->elementSize != 4))
		return CUDA_ERROR_INVALID_VALUE;
	work.as.fill = (struct vt__fill){
		.address = (uintptr_t)memsetParams->dst,
		.pitch = memsetParams->pitch,
		.width = memsetParams->width,
		.height = memsetParams->height,
		.depth = 1,
		.element = memsetParams->elementSize,
		.value = memsetParams->value,
	};
	return add(phGraphNode, hGraph, dependencies, numDependencies, &work);
}

CUresult cuGraphAddMemFreeNode(CUgraphNode *phGraphNode, CUgraph hGraph,
			       const CUgraphNode *dependencies, size_t numDependencies,
			       CUdeviceptr dptr)
{
	struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_MEM_FREE};

	if (!dptr)
		return CUDA_ERROR_INVALID_VALUE;
	work.as.freed = dptr;
	return add(phGraphNode, hGraph, dependencies, numDependencies, &work);
}

CUresult cuGraphAddMemAllocNode(CUgraphNode *phGraphNode, CUgraph hGraph,
				const CUgraphNode *dependencies, size_t numDependencies,
				CUDA_MEM_ALLOC_NODE_PARAMS *nodeParams)
{
	struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_MEM_ALLOC};
	CUresult result;

	if (!nodeParams || !nodeParams->bytesize)
		return CUDA_ERROR_INVALID_VALUE;
	if (nodeParams->poolProps.location.type != CU_MEM_LOCATION_TYPE_DEVICE)
		return CUDA_ERROR_NOT_SUPPORTED;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	if (vt__device(nodeParams->poolProps.location.id))
		work.as.allocation = vt__graph_memory_create(nodeParams->poolProps.location.id,
							     nodeParams->bytesize);
	vt__leave();
	if (!work.as.allocation)
		return CUDA_ERROR_OUT_OF_MEMORY;
	result = add(phGraphNode, hGraph, dependencies, numDependencies, &work);
	if (result == CUDA_SUCCESS)
		nodeParams->dptr = work.as.allocation->address;
	vt__reenter();
	vt__graph_memory_release(work.as.allocation);
	vt__leave();
	return result;
}
