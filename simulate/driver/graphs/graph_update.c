/* Executables updated as a whole: what their nodes do, from a graph of the same shape. */
#include "config.h"

#include "simulate/driver/graphs/graph_exec.h"

/* A child graph of an executable is part of its copy, so that it can be compared too. */
static CUgraphExecUpdateResult compare(CUgraph old, CUgraph now, CUgraphNode *wrong);

static bool same_dependencies(CUgraphNode one, CUgraphNode other)
{
	if (one->dependency_count != other->dependency_count)
		return false;
	for (size_t i = 0; i < one->dependency_count; i++) {
		if (one->dependencies[i]->place != other->dependencies[i]->place)
			return false;
	}
	return true;
}

/* A memory node stays what it is; a child graph may have children that change. */
static CUgraphExecUpdateResult compare_nodes(CUgraphNode old, CUgraphNode now, CUgraphNode *wrong)
{
	*wrong = now;
	if (old->work.type != now->work.type)
		return CU_GRAPH_EXEC_UPDATE_ERROR_NODE_TYPE_CHANGED;
	if (!same_dependencies(old, now))
		return CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED;
	if (old->work.type == CU_GRAPH_NODE_TYPE_GRAPH)
		return compare(old->work.as.child, now->work.as.child, wrong);
	if ((old->work.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC &&
	     old->work.as.allocation != now->work.as.allocation) ||
	    (old->work.type == CU_GRAPH_NODE_TYPE_MEM_FREE &&
	     old->work.as.freed != now->work.as.freed))
		return CU_GRAPH_EXEC_UPDATE_ERROR_PARAMETERS_CHANGED;
	return CU_GRAPH_EXEC_UPDATE_SUCCESS;
}

static CUgraphExecUpdateResult compare(CUgraph old, CUgraph now, CUgraphNode *wrong)
{
	CUgraphExecUpdateResult result = CU_GRAPH_EXEC_UPDATE_SUCCESS;
	CUgraphNode before = old->first, after = now->first;

	*wrong = NULL;
	if (old->count != now->count)
		return CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED;
	/* Of several differences the last is told: NVIDIA's driver looks from the end. */
	for (; before; before = before->next, after = after->next) {
		CUgraphNode node;
		CUgraphExecUpdateResult found = compare_nodes(before, after, &node);

		if (found != CU_GRAPH_EXEC_UPDATE_SUCCESS) {
			result = found;
			*wrong = node;
		}
	}
	return result;
}

/* The old copy keeps its nodes, which stand for those of the graph it was made from. */
static void take_over(CUgraph old, CUgraph now)
{
	CUgraphNode after = now->first;

	for (CUgraphNode before = old->first; before; before = before->next, after = after->next) {
		if (before->work.type == CU_GRAPH_NODE_TYPE_GRAPH)
			take_over(before->work.as.child, after->work.as.child);
		else
			before->work = after->work;
	}
}

/* The node of the graph that one of its copy stands for; NULL for one of a child graph. */
static CUgraphNode original_of(CUgraph graph, CUgraphNode copied)
{
	CUgraphNode node = copied ? graph->first : NULL;

	while (node && node->twin != copied)
		node = node->next;
	return node;
}

static CUresult update(CUgraphExec exec, CUgraph graph, CUgraphExecUpdateResultInfo *info)
{
	CUgraphNode wrong;
	CUgraph copy;
	CUresult result;

	*info = (CUgraphExecUpdateResultInfo){.result = CU_GRAPH_EXEC_UPDATE_ERROR};
	if (!vt__object_live(graph, VT_GRAPH) || graph->moved)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__graph_copy(graph, &copy);
	if (result != CUDA_SUCCESS)
		return result;
	info->result = compare(exec->graph, copy, &wrong);
	if (info->result == CU_GRAPH_EXEC_UPDATE_SUCCESS) {
		take_over(exec->graph, copy);
	} else {
		info->errorNode = original_of(graph, wrong);
		result = CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE;
	}
	vt__graph_destroy(copy);
	return result;
}

CUresult cuGraphExecUpdate_v2(CUgraphExec hGraphExec, CUgraph hGraph,
			      CUgraphExecUpdateResultInfo *resultInfo)
{
	CUresult result = resultInfo ? vt__enter_graph_exec(hGraphExec) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	result = hGraphExec->running ? CUDA_ERROR_NOT_SUPPORTED
				     : update(hGraphExec, hGraph, resultInfo);
	vt__leave();
	return result;
}

CUresult cuGraphExecUpdate(CUgraphExec hGraphExec, CUgraph hGraph, CUgraphNode *hErrorNode_out,
			   CUgraphExecUpdateResult *updateResult_out)
{
	CUgraphExecUpdateResultInfo info = {.result = CU_GRAPH_EXEC_UPDATE_ERROR};
	CUresult result = cuGraphExecUpdate_v2(hGraphExec, hGraph, &info);

	if (hErrorNode_out)
		*hErrorNode_out = info.errorNode;
	if (updateResult_out)
		*updateResult_out = info.result;
	return result;
}

CUresult cuGraphExecChildGraphNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
					    CUgraph childGraph)
{
	CUgraphNode node, wrong;
	CUgraph copy;
	CUresult result = vt__enter_graph_exec_node(hGraphExec, hNode, &node);

	if (result != CUDA_SUCCESS)
		return result;
	if (node->work.type != CU_GRAPH_NODE_TYPE_GRAPH || !vt__object_live(childGraph, VT_GRAPH))
		result = CUDA_ERROR_INVALID_VALUE;
	else
		result = vt__graph_copy(childGraph, &copy);
	if (result == CUDA_SUCCESS) {
		if (compare(node->work.as.child, copy, &wrong) == CU_GRAPH_EXEC_UPDATE_SUCCESS)
			take_over(node->work.as.child, copy);
		else
			result = CUDA_ERROR_INVALID_VALUE;
		vt__graph_destroy(copy);
	}
	vt__leave();
	return result;
}
