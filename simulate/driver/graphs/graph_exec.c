/* Executable graphs: instantiating, launching, and the memory their launches leave. */
#include "config.h"

#include <stdlib.h>

#include "simulate/driver/graphs/graph_exec.h"
#include "simulate/driver/memory/overhead.h"

#define KNOWN_FLAGS                                                                                \
	((unsigned long long)CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH |                     \
	 CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD | CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH |          \
	 CUDA_GRAPH_INSTANTIATE_FLAG_USE_NODE_PRIORITY)

static bool has_executable(CUgraph graph)
{
	struct vt__object *object = vt__object_from(0);

	for (; object; object = vt__object_from(object->node.key + 1)) {
		if (object->kind == VT_GRAPH_EXEC &&
		    ((CUgraphExec)object)->graph->origin == graph->id)
			return true;
	}
	return false;
}

/* A graph with memory nodes has one executable at a time. */
static CUresult check(CUgraph graph, unsigned long long flags)
{
	bool memory = vt__graph_has_memory(graph);

	if (flags & ~KNOWN_FLAGS)
		return CUDA_ERROR_INVALID_VALUE;
	if (flags & CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH)
		return memory ? CUDA_ERROR_INVALID_VALUE : CUDA_ERROR_NOT_SUPPORTED;
	if (graph->moved || vt__capture_into(graph) || (memory && has_executable(graph)))
		return CUDA_ERROR_NOT_SUPPORTED;
	return CUDA_SUCCESS;
}

static void destroy(CUgraphExec exec)
{
	if (exec->context && vt__context_usable(exec->context))
		vt__overhead_graph_gone(exec->context, exec->share);
	vt__graph_destroy(exec->graph);
	free(exec);
}

static CUresult instantiate(CUgraph graph, unsigned long long flags, CUgraphExec *exec)
{
	CUgraphExec made;
	CUgraph copy;
	CUresult result = check(graph, flags);

	if (result == CUDA_SUCCESS)
		result = vt__graph_copy(graph, &copy);
	if (result != CUDA_SUCCESS)
		return result;
	made = vt__object_create(VT_GRAPH_EXEC, sizeof(*made), NULL);
	if (!made) {
		vt__graph_destroy(copy);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	made->flags = flags;
	made->graph = copy;
	made->context = vt__context_current();
	if (made->context)
		result = vt__overhead_graph(made->context, copy, &made->share);
	if (result != CUDA_SUCCESS) {
		vt__object_withdraw(&made->object);
		made->context = NULL;
		destroy(made);
		return result;
	}
	*exec = made;
	return CUDA_SUCCESS;
}

CUresult cuGraphInstantiateWithFlags(CUgraphExec *phGraphExec, CUgraph hGraph,
				     unsigned long long flags)
{
	CUresult result = phGraphExec ? vt__enter_graph(hGraph) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	result = instantiate(hGraph, flags, phGraphExec);
	vt__leave();
	return result;
}

/* The interfaces with a log have nothing to log: a result says it all. */
CUresult cuGraphInstantiate_v2(CUgraphExec *phGraphExec, CUgraph hGraph, CUgraphNode *phErrorNode,
			       char *logBuffer, size_t bufferSize)
{
	if (phErrorNode)
		*phErrorNode = NULL;
	if (logBuffer && bufferSize)
		*logBuffer = '\0';
	return cuGraphInstantiateWithFlags(phGraphExec, hGraph, 0);
}

CUresult cuGraphInstantiate(CUgraphExec *phGraphExec, CUgraph hGraph, CUgraphNode *phErrorNode,
			    char *logBuffer, size_t bufferSize)
{
	return cuGraphInstantiate_v2(phGraphExec, hGraph, phErrorNode, logBuffer, bufferSize);
}

CUresult cuGraphInstantiateWithParams(CUgraphExec *phGraphExec, CUgraph hGraph,
				      CUDA_GRAPH_INSTANTIATE_PARAMS *instantiateParams)
{
	CUresult result;

	if (!instantiateParams)
		return CUDA_ERROR_INVALID_VALUE;
	result = cuGraphInstantiateWithFlags(phGraphExec, hGraph, instantiateParams->flags);
	if (result == CUDA_SUCCESS && instantiateParams->flags & CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD)
		result = cuGraphUpload(*phGraphExec, instantiateParams->hUploadStream);
	instantiateParams->hErrNode_out = NULL;
	instantiateParams->result_out = result == CUDA_SUCCESS ? CUDA_GRAPH_INSTANTIATE_SUCCESS
							       : CUDA_GRAPH_INSTANTIATE_ERROR;
	return result;
}

static CUresult run(CUgraph copy)
{
	CUresult result = CUDA_SUCCESS;

	for (CUgraphNode node = copy->first; node && result == CUDA_SUCCESS; node = node->next) {
		if (node->work.type == CU_GRAPH_NODE_TYPE_GRAPH)
			result = run(node->work.as.child);
		else if (!node->disabled)
			result = vt__work_run(&node->work);
	}
	return result;
}

static CUresult run_exec(CUgraphExec exec)
{
	CUresult result;

	if (exec->flags & CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH)
		vt__graph_memory_free_left_over(exec->graph);
	result = vt__graph_memory_prepare(exec->graph, true);
	if (result != CUDA_SUCCESS)
		return result;
	exec->running++;
	result = run(exec->graph);
	exec->running--;
	if (exec->destroyed && !exec->running)
		destroy(exec);
	return result;
}

/* A captured launch is a child graph, which cannot have memory nodes of its own. */
static CUresult capture(CUgraphExec exec, CUstream stream)
{
	struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_GRAPH};
	CUresult result = CUDA_ERROR_NOT_SUPPORTED;

	if (!vt__graph_has_memory(exec->graph))
		result = vt__graph_copy(exec->graph, &work.as.child);
	if (result != CUDA_SUCCESS)
		return result;
	result = vt__capture_add(stream, &work);
	/* What failed after the node was there left it its child. */
	if (result != CUDA_SUCCESS && !work.as.child->holder)
		vt__graph_destroy(work.as.child);
	return result;
}

static CUresult launch(CUgraphExec exec, CUstream handle, CUcontext context)
{
	CUstream stream = vt__stream_of(handle, context);
	unsigned long long id;
	CUresult result;

	if (!stream)
		return CUDA_ERROR_INVALID_HANDLE;
	if (vt__capture_implicit(stream))
		return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
	if (stream->capture)
		return capture(exec, stream);
	result = vt__overhead_stream(context, stream);
	if (result != CUDA_SUCCESS)
		return result;
	id = stream->id;
	vt__stream_hold_up(stream);
	result = run_exec(exec);
	vt__stream_go_on(stream, id);
	return result;
}

CUresult cuGraphLaunch(CUgraphExec hGraphExec, CUstream hStream)
{
	CUcontext context;
	CUresult result = vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	result = vt__object_live(hGraphExec, VT_GRAPH_EXEC) ? launch(hGraphExec, hStream, context)
							    : CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

/* Takes the memory that the next launch needs. */
CUresult cuGraphUpload(CUgraphExec hGraphExec, CUstream hStream)
{
	CUcontext context;
	CUresult result = vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__object_live(hGraphExec, VT_GRAPH_EXEC))
		result = CUDA_ERROR_INVALID_VALUE;
	else if (!vt__stream_of(hStream, context))
		result = CUDA_ERROR_INVALID_HANDLE;
	else
		result = vt__graph_memory_prepare(hGraphExec->graph, false);
	vt__leave();
	return result;
}

CUresult vt__enter_graph_exec(CUgraphExec exec)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS || vt__object_live(exec, VT_GRAPH_EXEC))
		return result;
	vt__leave();
	return CUDA_ERROR_INVALID_VALUE;
}

/* Memory that its launches did not free stays live, as measured on an H100 and an H200. */
CUresult cuGraphExecDestroy(CUgraphExec hGraphExec)
{
	CUresult result = vt__enter_graph_exec(hGraphExec);

	if (result != CUDA_SUCCESS)
		return result;
	vt__object_withdraw(&hGraphExec->object);
	hGraphExec->destroyed = true;
	if (!hGraphExec->running)
		destroy(hGraphExec);
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuGraphExecGetFlags(CUgraphExec hGraphExec, cuuint64_t *flags)
{
	CUresult result = flags ? vt__enter_graph_exec(hGraphExec) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	*flags = hGraphExec->flags;
	vt__leave();
	return CUDA_SUCCESS;
}
