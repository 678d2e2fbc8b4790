/* Questions about an address: whose it is, and of what kind. */
#include "config.h"

#include <string.h>

#include "simulate/driver/memory/physical.h"

static bool is_managed(const struct vt__region *region)
{
	return region->kind == VT_REGION_MANAGED ||
	       (region->kind == VT_REGION_POOL &&
		region->pool->properties.allocType == CU_MEM_ALLOCATION_TYPE_MANAGED);
}

static CUmemorytype memory_type(const struct vt__region *region)
{
	bool host_pool = region->kind == VT_REGION_POOL &&
			 region->pool->properties.location.type != CU_MEM_LOCATION_TYPE_DEVICE;

	return region->kind == VT_REGION_HOST || region->kind == VT_REGION_REGISTERED ||
			       (host_pool && !is_managed(region))
		       ? CU_MEMORYTYPE_HOST
		       : CU_MEMORYTYPE_DEVICE;
}

/* What the memory can be exported as. */
static unsigned long long handle_types(const struct vt__region *region)
{
	if (region && region->kind == VT_REGION_MAPPING)
		return region->physical->properties.requestedHandleTypes;
	if (region && region->kind == VT_REGION_POOL)
		return region->pool->properties.handleTypes;
	return 0;
}

/* Stores a value of the type that the attribute has; `type` names it. */
#define STORE(type, value)                                                                         \
	do {                                                                                       \
		type stored = (value);                                                             \
                                                                                                   \
		memcpy(data, &stored, sizeof(stored));                                             \
	} while (0)

/* Region is NULL for an address that is no allocation: the answers of "none". */
static CUresult answer(const struct vt__region *region, CUpointer_attribute attribute, void *data,
		       uintptr_t address)
{
	bool host = region && memory_type(region) == CU_MEMORYTYPE_HOST;
	bool managed = region && is_managed(region);

	switch (attribute) {
	case CU_POINTER_ATTRIBUTE_CONTEXT:
		STORE(CUcontext, region ? region->context : NULL);
		break;
	case CU_POINTER_ATTRIBUTE_MEMORY_TYPE:
		STORE(unsigned int, region ? memory_type(region) : 0);
		break;
	case CU_POINTER_ATTRIBUTE_DEVICE_POINTER:
		STORE(CUdeviceptr, region ? address : 0);
		break;
	case CU_POINTER_ATTRIBUTE_HOST_POINTER:
		if (region && !host && !managed)
			return CUDA_ERROR_INVALID_VALUE;
		STORE(void *, region ? (void *)address : NULL);
		break;
	case CU_POINTER_ATTRIBUTE_SYNC_MEMOPS:
	case CU_POINTER_ATTRIBUTE_IS_GPU_DIRECT_RDMA_CAPABLE:
		STORE(int, 0);
		break;
	case CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE:
		STORE(int, region && region->kind == VT_REGION_DEVICE);
		break;
	case CU_POINTER_ATTRIBUTE_BUFFER_ID:
	case CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID:
		STORE(unsigned long long, region ? region->id : 0);
		break;
	case CU_POINTER_ATTRIBUTE_IS_MANAGED:
		STORE(int, managed);
		break;
	case CU_POINTER_ATTRIBUTE_MAPPED:
		STORE(int, region != NULL);
		break;
	case CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL:
		STORE(int, region ? region->device : -2);
		break;
	case CU_POINTER_ATTRIBUTE_RANGE_START_ADDR:
	case CU_POINTER_ATTRIBUTE_MAPPING_BASE_ADDR:
		STORE(CUdeviceptr, region ? region->node.key : 0);
		break;
	case CU_POINTER_ATTRIBUTE_RANGE_SIZE:
	case CU_POINTER_ATTRIBUTE_MAPPING_SIZE:
		STORE(size_t, region ? region->size : 0);
		break;
	case CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES:
		STORE(unsigned long long, handle_types(region));
		break;
	case CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE:
		STORE(CUmemoryPool, region ? region->pool : NULL);
		break;
	case CU_POINTER_ATTRIBUTE_ACCESS_FLAGS:
		STORE(int, region ? CU_POINTER_ATTRIBUTE_ACCESS_FLAG_READWRITE
				  : CU_POINTER_ATTRIBUTE_ACCESS_FLAG_NONE);
		break;
	default:
		return CUDA_ERROR_NOT_SUPPORTED;
	}
	return CUDA_SUCCESS;
}

CUresult cuPointerGetAttribute(void *data, CUpointer_attribute attribute, CUdeviceptr ptr)
{
	const struct vt__region *region;
	CUresult result = data ? vt__enter() : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	region = vt__region_at((uintptr_t)ptr);
	result = region ? answer(region, attribute, data, (uintptr_t)ptr)
			: CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

/* Unlike the single question, an unknown address is no error here, and no answer either. */
CUresult cuPointerGetAttributes(unsigned int numAttributes, CUpointer_attribute *attributes,
				void **data, CUdeviceptr ptr)
{
	const struct vt__region *region;
	CUresult result = numAttributes && attributes && data ? vt__enter()
							      : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	region = vt__region_at((uintptr_t)ptr);
	for (unsigned int i = 0; i < numAttributes && result == CUDA_SUCCESS; i++) {
		result = answer(region, attributes[i], data[i], (uintptr_t)ptr);
		/* Device memory has no host address: that one stays empty. */
		if (attributes[i] == CU_POINTER_ATTRIBUTE_HOST_POINTER &&
		    result == CUDA_ERROR_INVALID_VALUE) {
			memset(data[i], 0, sizeof(void *));
			result = CUDA_SUCCESS;
		}
	}
	vt__leave();
	return result;
}

CUresult cuPointerSetAttribute(const void *value, CUpointer_attribute attribute, CUdeviceptr ptr)
{
	CUresult result;

	/* The only one that can be set; everything is synchronous here already. */
	if (!value || attribute != CU_POINTER_ATTRIBUTE_SYNC_MEMOPS)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__region_at((uintptr_t)ptr))
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}
