/* The graph memory of a device: how much, how much at most, and giving back what is unused. */
#include "config.h"

#include "simulate/driver/graphs/graph.h"

/* Enters and checks the ordinal. */
static CUresult enter_reserve(CUdevice device, struct vt__reserve **reserve)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__device(device)) {
		vt__leave();
		return CUDA_ERROR_INVALID_DEVICE;
	}
	*reserve = &vt__device(device)->graph_memory;
	return CUDA_SUCCESS;
}

static size_t *number_of(struct vt__reserve *reserve, CUgraphMem_attribute attribute)
{
	switch (attribute) {
	case CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT:
	case CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT:
		return &reserve->held;
	case CU_GRAPH_MEM_ATTR_USED_MEM_HIGH:
		return &reserve->used_high;
	case CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH:
		return &reserve->held_high;
	default:
		return NULL;
	}
}

CUresult cuDeviceGetGraphMemAttribute(CUdevice device, CUgraphMem_attribute attr, void *value)
{
	struct vt__reserve *reserve;
	const size_t *number;
	CUresult result = value ? enter_reserve(device, &reserve) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	number = number_of(reserve, attr);
	if (number)
		*(cuuint64_t *)value = *number;
	vt__leave();
	return number ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/* The high marks can be set, and only to zero: to what is held now. */
CUresult cuDeviceSetGraphMemAttribute(CUdevice device, CUgraphMem_attribute attr, void *value)
{
	struct vt__reserve *reserve;
	CUresult result;

	if (!value || *(const cuuint64_t *)value ||
	    (attr != CU_GRAPH_MEM_ATTR_USED_MEM_HIGH &&
	     attr != CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH))
		return CUDA_ERROR_INVALID_VALUE;
	result = enter_reserve(device, &reserve);
	if (result != CUDA_SUCCESS)
		return result;
	*number_of(reserve, attr) = reserve->held;
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuDeviceGraphMemTrim(CUdevice device)
{
	struct vt__reserve *reserve;
	CUresult result = enter_reserve(device, &reserve);
	size_t keep;

	if (result != CUDA_SUCCESS)
		return result;
	keep = vt__round_up(reserve->used, VT_GRAPH_BLOCK);
	if (reserve->held > keep) {
		vt__uncharge(device, reserve->held - keep);
		reserve->held = keep;
	}
	vt__leave();
	return CUDA_SUCCESS;
}
