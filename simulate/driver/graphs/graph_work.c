/* Parameters of graph nodes, of every interface version, turned into work. */
#include "config.h"

#include "simulate/driver/memory/copy.h"
#include "simulate/driver/graphs/graph.h"
#include "simulate/driver/program.h"

void vt__graph_params_of_kernel(const CUDA_KERNEL_NODE_PARAMS_v1 *kernel, CUgraphNodeParams *params)
{
	*params = (CUgraphNodeParams){.type = CU_GRAPH_NODE_TYPE_KERNEL};
	if (kernel)
		params->kernel.func = kernel->func;
	if (kernel)
		params->kernel.kernelParams = kernel->kernelParams;
}

void vt__graph_params_of_kernel_v2(const CUDA_KERNEL_NODE_PARAMS_v2 *kernel,
				   CUgraphNodeParams *params)
{
	*params = (CUgraphNodeParams){.type = CU_GRAPH_NODE_TYPE_KERNEL};
	if (kernel) {
		params->kernel.func = kernel->func;
		params->kernel.kern = kernel->kern;
		params->kernel.kernelParams = kernel->kernelParams;
	}
}

void vt__graph_params_of_memset(const CUDA_MEMSET_NODE_PARAMS_v1 *memset, CUgraphNodeParams *params)
{
	*params = (CUgraphNodeParams){.type = CU_GRAPH_NODE_TYPE_MEMSET};
	if (memset)
		params->memset = (CUDA_MEMSET_NODE_PARAMS_v2){
			.dst = memset->dst,
			.pitch = memset->pitch,
			.value = memset->value,
			.elementSize = memset->elementSize,
			.width = memset->width,
			.height = memset->height,
		};
}

void vt__graph_params_of_memcpy(const CUDA_MEMCPY3D *copy, CUgraphNodeParams *params)
{
	*params = (CUgraphNodeParams){.type = CU_GRAPH_NODE_TYPE_MEMCPY};
	if (copy)
		params->memcpy.copyParams = *copy;
}

void vt__graph_params_of_host(const CUDA_HOST_NODE_PARAMS_v1 *host, CUgraphNodeParams *params)
{
	*params = (CUgraphNodeParams){.type = CU_GRAPH_NODE_TYPE_HOST};
	if (host) {
		params->host.fn = host->fn;
		params->host.userData = host->userData;
	}
}

static CUresult kernel_work(const CUDA_KERNEL_NODE_PARAMS_v3 *params, struct vt__work *work)
{
	work->as.kernel = params->func ? params->func : (CUfunction)params->kern;
	if (!work->as.kernel)
		return CUDA_ERROR_INVALID_VALUE;
	if (!vt__object_live(work->as.kernel, VT_FUNCTION))
		return CUDA_ERROR_INVALID_HANDLE;
	vt__function_parameters(work->as.kernel, params->kernelParams, work);
	vt__kernels_are_not_run();
	return CUDA_SUCCESS;
}

static CUresult memset_work(const CUDA_MEMSET_NODE_PARAMS_v2 *params, struct vt__work *work)
{
	if (params->elementSize != 1 && params->elementSize != 2 && params->elementSize != 4)
		return CUDA_ERROR_INVALID_VALUE;
	work->as.fill = (struct vt__fill){
		.address = (uintptr_t)params->dst,
		.pitch = params->pitch,
		.width = params->width,
		.height = params->height,
		.depth = 1,
		.element = params->elementSize,
		.value = params->value,
	};
	return CUDA_SUCCESS;
}

CUresult vt__graph_work_of(const CUgraphNodeParams *params, struct vt__work *work)
{
	*work = (struct vt__work){.type = params->type};
	switch (params->type) {
	case CU_GRAPH_NODE_TYPE_EMPTY:
		return CUDA_SUCCESS;
	case CU_GRAPH_NODE_TYPE_KERNEL:
		return kernel_work(&params->kernel, work);
	case CU_GRAPH_NODE_TYPE_MEMSET:
		return memset_work(&params->memset, work);
	case CU_GRAPH_NODE_TYPE_MEMCPY:
		return vt__copy_of(&params->memcpy.copyParams, &work->as.copy);
	case CU_GRAPH_NODE_TYPE_HOST:
		work->as.host.function = params->host.fn;
		work->as.host.argument = params->host.userData;
		return params->host.fn ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
	default:
		return CUDA_ERROR_NOT_SUPPORTED;
	}
}
