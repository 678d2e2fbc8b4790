/* Physical memory and multicast objects passed on as file descriptors. */
#include "config.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "simulate/driver/memory/physical.h"

CUresult cuMemExportToShareableHandle(void *shareableHandle, CUmemGenericAllocationHandle handle,
				      CUmemAllocationHandleType handleType,
				      unsigned long long flags)
{
	const struct vt__physical *physical;
	CUresult result;
	int file = -1;

	if (!shareableHandle || flags)
		return CUDA_ERROR_INVALID_VALUE;
	if (handleType != CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR)
		return CUDA_ERROR_NOT_SUPPORTED;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	physical = vt__physical_of(handle);
	if (!physical || !physical->properties.requestedHandleTypes)
		result = CUDA_ERROR_INVALID_VALUE;
	else if (vt__memory_file_reopen(physical->file, &file))
		result = CUDA_ERROR_OUT_OF_MEMORY;
	vt__leave();
	if (result == CUDA_SUCCESS)
		memcpy(shareableHandle, &file, sizeof(file));
	return result;
}

/* Memory of another process: mapped, but not charged to this one. */
static struct vt__physical *adopt_memory(int file, const struct vt__file_facts *facts)
{
	struct vt__physical *physical = vt__physical_add();

	if (!physical)
		return NULL;
	if (!vt__physical_own(physical, file)) {
		vt__physical_drop_unused(physical);
		return NULL;
	}
	physical->size = facts->size;
	physical->properties = (CUmemAllocationProp){
		.type = CU_MEM_ALLOCATION_TYPE_PINNED,
		.requestedHandleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
		.location = {.type = facts->kind == VT_FILE_MEMORY ? CU_MEM_LOCATION_TYPE_DEVICE
								   : CU_MEM_LOCATION_TYPE_HOST_NUMA,
			     .id = facts->device},
	};
	return physical;
}

static CUresult adopt(int file, const struct vt__file_facts *facts, struct vt__physical **adopted)
{
	struct vt__physical *physical = NULL;
	int own;

	if (!vt__device(facts->device) || facts->size < VT_GRANULARITY)
		return CUDA_ERROR_INVALID_VALUE;
	if (vt__memory_file_duplicate(file, &own))
		return CUDA_ERROR_OUT_OF_MEMORY;
	if (facts->kind == VT_FILE_MULTICAST)
		physical = vt__multicast_adopt(own, facts);
	else if (facts->kind == VT_FILE_MEMORY || facts->kind == VT_FILE_HOST_MEMORY)
		physical = adopt_memory(own, facts);
	if (!physical) {
		close(own);
		return CUDA_ERROR_INVALID_VALUE;
	}
	*adopted = physical;
	return CUDA_SUCCESS;
}

/* The descriptor stays the program's. */
CUresult cuMemImportFromShareableHandle(CUmemGenericAllocationHandle *handle, void *osHandle,
					CUmemAllocationHandleType shHandleType)
{
	int file = (int)(intptr_t)osHandle;
	struct vt__physical *physical;
	struct vt__file_facts facts;
	CUresult result;

	if (shHandleType != CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR)
		return CUDA_ERROR_NOT_SUPPORTED;
	if (!handle || vt__memory_file_facts(file, &facts))
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	physical = vt__physical_of_file(facts.inode);
	if (!physical)
		result = adopt(file, &facts, &physical);
	if (result == CUDA_SUCCESS) {
		vt__physical_retain(physical);
		*handle = vt__physical_handle(physical);
	}
	vt__leave();
	return result;
}
