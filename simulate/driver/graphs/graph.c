/* Graphs: their life, copies of them, and questions about their nodes. */
#include "config.h"

#include <stdlib.h>

#include "simulate/driver/graphs/graph.h"

CUgraph vt__graph_create(void)
{
	CUgraph graph = vt__object_create(VT_GRAPH, sizeof(*graph), NULL);

	if (!graph)
		return NULL;
	graph->last = &graph->first;
	graph->id = vt__next_id();
	return graph;
}

CUgraphNode vt__graph_add(CUgraph graph, const struct vt__work *work)
{
	CUgraphNode node = vt__object_create(VT_GRAPH_NODE, sizeof(*node), NULL);

	if (!node)
		return NULL;
	node->graph = graph;
	node->work = *work;
	node->id = vt__next_id();
	if (work->type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
		vt__graph_memory_hold(work->as.allocation);
	else if (work->type == CU_GRAPH_NODE_TYPE_GRAPH)
		work->as.child->holder = node;
	*graph->last = node;
	graph->last = &node->next;
	graph->count++;
	return node;
}

static void drop_node(CUgraphNode node)
{
	if (node->work.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
		vt__graph_memory_release(node->work.as.allocation);
	else if (node->work.type == CU_GRAPH_NODE_TYPE_GRAPH)
		vt__graph_destroy(node->work.as.child);
	free(node->dependencies);
	vt__object_destroy(&node->object);
}

void vt__graph_remove(CUgraphNode node)
{
	CUgraph graph = node->graph;
	CUgraphNode *link = &graph->first;

	while (*link != node)
		link = &(*link)->next;
	*link = node->next;
	if (!node->next)
		graph->last = link;
	graph->count--;
	drop_node(node);
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

bool vt__graph_has_memory(CUgraph graph)
{
	for (CUgraphNode node = graph->first; node; node = node->next) {
		if (node->work.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC ||
		    node->work.type == CU_GRAPH_NODE_TYPE_MEM_FREE ||
		    (node->work.type == CU_GRAPH_NODE_TYPE_GRAPH &&
		     vt__graph_has_memory(node->work.as.child)))
			return true;
	}
	return false;
}

CUgraphNode vt__graph_find_copy(CUgraph copy, unsigned long long origin)
{
	CUgraphNode found = NULL;

	for (CUgraphNode node = copy->first; node && !found; node = node->next) {
		if (node->origin == origin)
			found = node;
		else if (node->work.type == CU_GRAPH_NODE_TYPE_GRAPH)
			found = vt__graph_find_copy(node->work.as.child, origin);
	}
	return found;
}

/* The node's copy at the end of the copy; what it depends on is there already. */
static CUresult copy_node(CUgraphNode node, CUgraph copy)
{
	struct vt__work work = node->work;
	CUresult result = CUDA_SUCCESS;

	if (work.type == CU_GRAPH_NODE_TYPE_GRAPH)
		result = vt__graph_copy(node->work.as.child, &work.as.child);
	if (result != CUDA_SUCCESS)
		return result;
	node->twin = vt__graph_add(copy, &work);
	if (!node->twin) {
		if (work.type == CU_GRAPH_NODE_TYPE_GRAPH)
			vt__graph_destroy(work.as.child);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	node->twin->origin = node->id;
	node->twin->disabled = node->disabled;
	node->twin->place = copy->count - 1;
	for (size_t i = 0; i < node->dependency_count && result == CUDA_SUCCESS; i++)
		result = vt__graph_depend(node->twin, &node->dependencies[i]->twin, 1);
	return result;
}

static CUresult visit(CUgraphNode node, CUgraph copy)
{
	CUresult result = CUDA_SUCCESS;

	if (node->mark == VT_DONE)
		return CUDA_SUCCESS;
	if (node->mark == VT_OPEN)
		return CUDA_ERROR_INVALID_VALUE; /* a cycle */
	node->mark = VT_OPEN;
	for (size_t i = 0; i < node->dependency_count && result == CUDA_SUCCESS; i++)
		result = visit(node->dependencies[i], copy);
	if (result == CUDA_SUCCESS)
		result = copy_node(node, copy);
	node->mark = VT_DONE;
	return result;
}

CUresult vt__graph_copy(CUgraph graph, CUgraph *copy)
{
	CUgraph made = vt__graph_create();
	CUresult result = CUDA_SUCCESS;

	if (!made)
		return CUDA_ERROR_OUT_OF_MEMORY;
	made->origin = graph->id;
	for (CUgraphNode node = graph->first; node; node = node->next)
		node->mark = VT_UNSEEN;
	for (CUgraphNode node = graph->first; node && result == CUDA_SUCCESS; node = node->next)
		result = visit(node, made);
	if (result == CUDA_SUCCESS)
		*copy = made;
	else
		vt__graph_destroy(made);
	return result;
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

CUresult vt__enter_graph(CUgraph graph)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS || vt__object_live(graph, VT_GRAPH))
		return result;
	vt__leave();
	return CUDA_ERROR_INVALID_VALUE;
}

CUresult vt__enter_graph_node(CUgraphNode node)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS || vt__object_live(node, VT_GRAPH_NODE))
		return result;
	vt__leave();
	return CUDA_ERROR_INVALID_VALUE;
}

CUresult vt__enter_node_of(CUgraphNode node, CUgraphNodeType type, const void *out)
{
	CUresult result = out ? vt__enter_graph_node(node) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS || node->work.type == type)
		return result;
	vt__leave();
	return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGraphDestroy(CUgraph hGraph)
{
	CUresult result = vt__enter_graph(hGraph);

	if (result != CUDA_SUCCESS)
		return result;
	if (hGraph->holder)
		result = CUDA_ERROR_INVALID_VALUE;
	else if (vt__capture_into(hGraph))
		result = CUDA_ERROR_ILLEGAL_STATE;
	else
		vt__graph_destroy(hGraph);
	vt__leave();
	return result;
}

CUresult cuGraphClone(CUgraph *phGraphClone, CUgraph originalGraph)
{
	CUresult result = phGraphClone ? vt__enter_graph(originalGraph) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	result = vt__graph_has_memory(originalGraph) ? CUDA_ERROR_NOT_SUPPORTED
						     : vt__graph_copy(originalGraph, phGraphClone);
	vt__leave();
	return result;
}

/* Only the clone's own nodes: a child graph in it has its own originals. */
CUresult cuGraphNodeFindInClone(CUgraphNode *phNode, CUgraphNode hOriginalNode,
				CUgraph hClonedGraph)
{
	CUgraphNode node;
	CUresult result = phNode ? vt__enter_graph(hClonedGraph) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	node = vt__object_live(hOriginalNode, VT_GRAPH_NODE) ? hClonedGraph->first : NULL;
	while (node && node->origin != hOriginalNode->id)
		node = node->next;
	if (node)
		*phNode = node;
	vt__leave();
	return node ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGraphNodeGetType(CUgraphNode hNode, CUgraphNodeType *type)
{
	CUresult result = type ? vt__enter_graph_node(hNode) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	*type = hNode->work.type;
	vt__leave();
	return CUDA_SUCCESS;
}

static void forget_dependency(CUgraphNode node, CUgraphNode gone)
{
	for (size_t i = 0; i < node->dependency_count; i++) {
		if (node->dependencies[i] == gone) {
			node->dependencies[i] = node->dependencies[--node->dependency_count];
			return;
		}
	}
}

CUresult cuGraphDestroyNode(CUgraphNode hNode)
{
	CUresult result = vt__enter_graph_node(hNode);

	if (result != CUDA_SUCCESS)
		return result;
	if (vt__graph_has_memory(hNode->graph)) {
		result = CUDA_ERROR_NOT_SUPPORTED;
	} else if (vt__capture_into(hNode->graph)) {
		result = CUDA_ERROR_ILLEGAL_STATE;
	} else {
		for (CUgraphNode node = hNode->graph->first; node; node = node->next)
			forget_dependency(node, hNode);
		vt__graph_remove(hNode);
	}
	vt__leave();
	return result;
}
