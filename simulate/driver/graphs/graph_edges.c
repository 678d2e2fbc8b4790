/* The edges of graphs: what each node depends on, asked and changed. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "simulate/driver/graphs/graph.h"

static bool depends_on(CUgraphNode node, CUgraphNode on)
{
	for (size_t i = 0; i < node->dependency_count; i++) {
		if (node->dependencies[i] == on)
			return true;
	}
	return false;
}

bool vt__graph_nodes_valid(CUgraph graph, const CUgraphNode *nodes, size_t count)
{
	if (count && !nodes)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!vt__object_live(nodes[i], VT_GRAPH_NODE) || nodes[i]->graph != graph)
			return false;
		for (size_t before = 0; before < i; before++) {
			if (nodes[before] == nodes[i])
				return false;
		}
	}
	return true;
}

CUresult vt__graph_depend(CUgraphNode node, const CUgraphNode *dependencies, size_t count)
{
	CUgraphNode *grown;

	if (!count)
		return CUDA_SUCCESS;
	grown = realloc(node->dependencies, (node->dependency_count + count) * sizeof(*grown));
	if (!grown)
		return CUDA_ERROR_OUT_OF_MEMORY;
	memcpy(grown + node->dependency_count, dependencies, count * sizeof(*grown));
	node->dependencies = grown;
	node->dependency_count += count;
	return CUDA_SUCCESS;
}

/* Room for answers: nowhere when only their number is asked. */
struct answers {
	CUgraphNode *first;
	CUgraphNode *second; /* NULL: single nodes, no edges */
	size_t room;
	size_t found;
};

static void answer(struct answers *answers, CUgraphNode first, CUgraphNode second)
{
	if (answers->first && answers->found < answers->room) {
		answers->first[answers->found] = first;
		if (answers->second)
			answers->second[answers->found] = second;
	}
	answers->found++;
}

/* With room the caller learns how many answers were stored, and gets NULL for the rest. */
static void finish(struct answers *answers, CUgraphEdgeData *data, size_t *count)
{
	size_t stored = answers->found < answers->room ? answers->found : answers->room;

	if (!answers->first) {
		*count = answers->found;
		return;
	}
	if (data)
		memset(data, 0, stored * sizeof(*data));
	memset(answers->first + stored, 0, (answers->room - stored) * sizeof(CUgraphNode));
	if (answers->second)
		memset(answers->second + stored, 0, (answers->room - stored) * sizeof(CUgraphNode));
	*count = stored;
}

CUresult cuGraphGetNodes(CUgraph hGraph, CUgraphNode *nodes, size_t *numNodes)
{
	struct answers answers = {.first = nodes};
	CUresult result = numNodes ? vt__enter_graph(hGraph) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	answers.room = *numNodes;
	for (CUgraphNode node = hGraph->first; node; node = node->next)
		answer(&answers, node, NULL);
	finish(&answers, NULL, numNodes);
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuGraphGetRootNodes(CUgraph hGraph, CUgraphNode *rootNodes, size_t *numRootNodes)
{
	struct answers answers = {.first = rootNodes};
	CUresult result = numRootNodes ? vt__enter_graph(hGraph) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	answers.room = *numRootNodes;
	for (CUgraphNode node = hGraph->first; node; node = node->next) {
		if (!node->dependency_count)
			answer(&answers, node, NULL);
	}
	finish(&answers, NULL, numRootNodes);
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuGraphGetEdges_v2(CUgraph hGraph, CUgraphNode *from, CUgraphNode *to,
			    CUgraphEdgeData *edgeData, size_t *numEdges)
{
	struct answers answers = {.first = from, .second = to};
	CUresult result;

	if (!numEdges || !from != !to)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_graph(hGraph);
	if (result != CUDA_SUCCESS)
		return result;
	answers.room = *numEdges;
	for (CUgraphNode node = hGraph->first; node; node = node->next) {
		for (size_t i = 0; i < node->dependency_count; i++)
			answer(&answers, node->dependencies[i], node);
	}
	finish(&answers, edgeData, numEdges);
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuGraphGetEdges(CUgraph hGraph, CUgraphNode *from, CUgraphNode *to, size_t *numEdges)
{
	return cuGraphGetEdges_v2(hGraph, from, to, NULL, numEdges);
}

static CUresult neighbours(CUgraphNode of, bool later, CUgraphNode *nodes, CUgraphEdgeData *data,
			   size_t *count)
{
	struct answers answers = {.first = nodes};
	CUresult result = count ? vt__enter_graph_node(of) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	answers.room = *count;
	for (size_t i = 0; !later && i < of->dependency_count; i++)
		answer(&answers, of->dependencies[i], NULL);
	for (CUgraphNode node = later ? of->graph->first : NULL; node; node = node->next) {
		if (depends_on(node, of))
			answer(&answers, node, NULL);
	}
	finish(&answers, data, count);
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuGraphNodeGetDependencies_v2(CUgraphNode hNode, CUgraphNode *dependencies,
				       CUgraphEdgeData *edgeData, size_t *numDependencies)
{
	return neighbours(hNode, false, dependencies, edgeData, numDependencies);
}

CUresult cuGraphNodeGetDependencies(CUgraphNode hNode, CUgraphNode *dependencies,
				    size_t *numDependencies)
{
	return neighbours(hNode, false, dependencies, NULL, numDependencies);
}

CUresult cuGraphNodeGetDependentNodes_v2(CUgraphNode hNode, CUgraphNode *dependentNodes,
					 CUgraphEdgeData *edgeData, size_t *numDependentNodes)
{
	return neighbours(hNode, true, dependentNodes, edgeData, numDependentNodes);
}

CUresult cuGraphNodeGetDependentNodes(CUgraphNode hNode, CUgraphNode *dependentNodes,
				      size_t *numDependentNodes)
{
	return neighbours(hNode, true, dependentNodes, NULL, numDependentNodes);
}

static CUresult add_edge(CUgraphNode from, CUgraphNode to)
{
	return depends_on(to, from) ? CUDA_ERROR_INVALID_VALUE : vt__graph_depend(to, &from, 1);
}

static CUresult remove_edge(CUgraphNode from, CUgraphNode to)
{
	for (size_t i = 0; i < to->dependency_count; i++) {
		if (to->dependencies[i] == from) {
			to->dependencies[i] = to->dependencies[--to->dependency_count];
			return CUDA_SUCCESS;
		}
	}
	return CUDA_ERROR_INVALID_VALUE;
}

/* Cycles are found when the graph is instantiated, as by NVIDIA's driver. */
static CUresult change(CUgraph graph, const CUgraphNode *from, const CUgraphNode *to, size_t count,
		       CUresult (*edge)(CUgraphNode, CUgraphNode))
{
	CUresult result = vt__enter_graph(graph);

	if (result != CUDA_SUCCESS)
		return result;
	if (count && (!from || !to))
		result = CUDA_ERROR_INVALID_VALUE;
	else if (edge == remove_edge && vt__graph_has_memory(graph))
		result = CUDA_ERROR_NOT_SUPPORTED;
	for (size_t i = 0; i < count && result == CUDA_SUCCESS; i++) {
		if (from[i] == to[i] || !vt__graph_nodes_valid(graph, &from[i], 1) ||
		    !vt__graph_nodes_valid(graph, &to[i], 1))
			result = CUDA_ERROR_INVALID_VALUE;
		else
			result = edge(from[i], to[i]);
	}
	vt__leave();
	return result;
}

CUresult cuGraphAddDependencies(CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to,
				size_t numDependencies)
{
	return change(hGraph, from, to, numDependencies, add_edge);
}

CUresult cuGraphAddDependencies_v2(CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to,
				   const CUgraphEdgeData *edgeData, size_t numDependencies)
{
	(void)edgeData;
	return change(hGraph, from, to, numDependencies, add_edge);
}

CUresult cuGraphRemoveDependencies(CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to,
				   size_t numDependencies)
{
	return change(hGraph, from, to, numDependencies, remove_edge);
}

CUresult cuGraphRemoveDependencies_v2(CUgraph hGraph, const CUgraphNode *from,
				      const CUgraphNode *to, const CUgraphEdgeData *edgeData,
				      size_t numDependencies)
{
	(void)edgeData;
	return change(hGraph, from, to, numDependencies, remove_edge);
}
