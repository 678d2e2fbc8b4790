/* Executable graphs: instantiating, launching, and the memory their launches leave. */
#include "config.h"

#include <stdlib.h>

#include "simulate/driver_memory.h"
#include "simulate/driver_stream.h"

struct CUgraphExec_st {
	struct vt__object object;
	unsigned long long flags;
	size_t count;
	struct vt__work work[]; /* in running order */
};

static CUresult instantiate(CUgraph graph, unsigned long long flags, CUgraphExec *exec)
{
	CUgraphExec made = vt__object_create(
		VT_GRAPH_EXEC, sizeof(*made) + graph->count * sizeof(made->work[0]), NULL);

	if (!made)
		return CUDA_ERROR_OUT_OF_MEMORY;
	made->flags = flags;
	for (CUgraphNode node = graph->first; node; node = node->next) {
		made->work[made->count++] = node->work;
		if (node->work.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
			node->work.as.allocation->holders++;
	}
	*exec = made;
	return CUDA_SUCCESS;
}

CUresult cuGraphInstantiateWithFlags(CUgraphExec *phGraphExec, CUgraph hGraph,
				     unsigned long long flags)
{
	CUresult result;

	if (!phGraphExec)
		return CUDA_ERROR_INVALID_VALUE;
	if (flags & CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH)
		return CUDA_ERROR_NOT_SUPPORTED;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	result = vt__object_live(hGraph, VT_GRAPH) ? instantiate(hGraph, flags, phGraphExec)
						   : CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

/* The interfaces with a log have nothing to log: what fails here fails for want of memory. */
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
	instantiateParams->hErrNode_out = NULL;
	instantiateParams->result_out = result == CUDA_SUCCESS ? CUDA_GRAPH_INSTANTIATE_SUCCESS
							       : CUDA_GRAPH_INSTANTIATE_ERROR;
	return result;
}

/* What earlier launches left allocated. */
static void free_left_over(CUgraphExec exec)
{
	for (size_t i = 0; i < exec->count; i++) {
		struct vt__region *region;

		if (exec->work[i].type != CU_GRAPH_NODE_TYPE_MEM_ALLOC)
			continue;
		region = vt__region_starting(exec->work[i].as.allocation->address);
		if (region)
			vt__region_destroy(region);
	}
}

static CUresult launch(CUgraphExec exec, CUstream handle, CUcontext context)
{
	CUstream stream = vt__stream_of(handle, context);
	CUresult result = CUDA_SUCCESS;

	if (!stream)
		return CUDA_ERROR_INVALID_HANDLE;
	if (vt__capture_implicit(stream))
		return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
	if (stream->capture)
		return CUDA_ERROR_NOT_SUPPORTED; /* it would be a child graph */
	if (exec->flags & CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH)
		free_left_over(exec);
	for (size_t i = 0; i < exec->count && result == CUDA_SUCCESS; i++)
		result = vt__work_run(&exec->work[i]);
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
	vt__leave();
	return result;
}

/* Memory that its launches did not free stays, as interception of real drivers shows. */
CUresult cuGraphExecDestroy(CUgraphExec hGraphExec)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__object_live(hGraphExec, VT_GRAPH_EXEC)) {
		result = CUDA_ERROR_INVALID_VALUE;
	} else {
		for (size_t i = 0; i < hGraphExec->count; i++) {
			if (hGraphExec->work[i].type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
				vt__graph_memory_release(hGraphExec->work[i].as.allocation);
		}
		vt__object_destroy(&hGraphExec->object);
	}
	vt__leave();
	return result;
}

CUresult cuGraphExecGetFlags(CUgraphExec hGraphExec, cuuint64_t *flags)
{
	CUresult result;

	if (!flags)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	if (vt__object_live(hGraphExec, VT_GRAPH_EXEC))
		*flags = hGraphExec->flags;
	else
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

static size_t *graph_number(struct vt__reserve *reserve, CUgraphMem_attribute attribute)
{
	switch (attribute) {
	case CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT:
		return &reserve->used;
	case CU_GRAPH_MEM_ATTR_USED_MEM_HIGH:
		return &reserve->used_high;
	case CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT:
		return &reserve->held;
	case CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH:
		return &reserve->held_high;
	default:
		return NULL;
	}
}

static CUresult graph_attribute(CUdevice device, CUgraphMem_attribute attribute, void *value,
				bool set)
{
	CUresult result;
	size_t *number;

	if (!value)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	number = vt__device(device) ? graph_number(&vt__device(device)->graph_memory, attribute)
				    : NULL;
	if (!vt__device(device))
		result = CUDA_ERROR_INVALID_DEVICE;
	else if (!number)
		result = CUDA_ERROR_INVALID_VALUE;
	else if (!set)
		*(cuuint64_t *)value = *number;
	else if (attribute == CU_GRAPH_MEM_ATTR_USED_MEM_HIGH)
		*number = vt__device(device)->graph_memory.used;
	else if (attribute == CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH)
		*number = vt__device(device)->graph_memory.held;
	else
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

CUresult cuDeviceGetGraphMemAttribute(CUdevice device, CUgraphMem_attribute attr, void *value)
{
	return graph_attribute(device, attr, value, false);
}

CUresult cuDeviceSetGraphMemAttribute(CUdevice device, CUgraphMem_attribute attr, void *value)
{
	return graph_attribute(device, attr, value, true);
}

CUresult cuDeviceGraphMemTrim(CUdevice device)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	if (vt__device(device))
		vt__reserve_trim(&vt__device(device)->graph_memory, device, 0);
	else
		result = CUDA_ERROR_INVALID_DEVICE;
	vt__leave();
	return result;
}
