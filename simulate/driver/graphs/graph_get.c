/* Questions about the parameters of kernels, copies and fills in a graph. */
#include "config.h"

#include "simulate/driver/graphs/graph.h"

/* The parameters stay the node's. What shapes the launch is not kept. */
CUresult cuGraphKernelNodeGetParams_v2(CUgraphNode hNode, CUDA_KERNEL_NODE_PARAMS *nodeParams)
{
	CUresult result = vt__enter_node_of(hNode, CU_GRAPH_NODE_TYPE_KERNEL, nodeParams);

	if (result != CUDA_SUCCESS)
		return result;
	for (unsigned int i = 0; i < hNode->work.parameter_count; i++)
		hNode->parameters[i] = &hNode->work.parameters[i];
	*nodeParams = (CUDA_KERNEL_NODE_PARAMS){
		.func = hNode->work.as.kernel,
		.gridDimX = 1,
		.gridDimY = 1,
		.gridDimZ = 1,
		.blockDimX = 1,
		.blockDimY = 1,
		.blockDimZ = 1,
		.kernelParams = hNode->work.parameter_count ? hNode->parameters : NULL,
	};
	vt__leave();
	return CUDA_SUCCESS;
}

/* Rows and planes as the program described them are not kept: addresses and extent are. */
CUresult cuGraphMemcpyNodeGetParams(CUgraphNode hNode, CUDA_MEMCPY3D *nodeParams)
{
	CUresult result = vt__enter_node_of(hNode, CU_GRAPH_NODE_TYPE_MEMCPY, nodeParams);
	const struct vt__copy *copy;

	if (result != CUDA_SUCCESS)
		return result;
	copy = &hNode->work.as.copy;
	*nodeParams = (CUDA_MEMCPY3D){
		.srcMemoryType = CU_MEMORYTYPE_UNIFIED,
		.srcDevice = copy->from.address,
		.srcPitch = copy->from.pitch,
		.dstMemoryType = CU_MEMORYTYPE_UNIFIED,
		.dstDevice = copy->to.address,
		.dstPitch = copy->to.pitch,
		.WidthInBytes = copy->width,
		.Height = copy->height,
		.Depth = copy->depth,
	};
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuGraphMemsetNodeGetParams(CUgraphNode hNode, CUDA_MEMSET_NODE_PARAMS *nodeParams)
{
	CUresult result = vt__enter_node_of(hNode, CU_GRAPH_NODE_TYPE_MEMSET, nodeParams);
	const struct vt__fill *fill;

	if (result != CUDA_SUCCESS)
		return result;
	fill = &hNode->work.as.fill;
	*nodeParams = (CUDA_MEMSET_NODE_PARAMS){
		.dst = fill->address,
		.pitch = fill->pitch,
		.value = fill->value,
		.elementSize = (unsigned int)fill->element,
		.width = fill->width,
		.height = fill->height,
	};
	vt__leave();
	return CUDA_SUCCESS;
}
