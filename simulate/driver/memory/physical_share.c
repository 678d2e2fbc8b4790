/* Physical memory and multicast objects passed on as file descriptors, or by the bytes of a fabric.
 */
#include "config.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "simulate/driver/memory/fabric.h"
#include "simulate/driver/memory/physical.h"

static CUresult export_file(const struct vt__physical *physical, void *handle)
{
	int file;

	if (vt__memory_file_reopen(physical->file, &file))
		return CUDA_ERROR_OUT_OF_MEMORY;
	memcpy(handle, &file, sizeof(file));
	return CUDA_SUCCESS;
}

CUresult cuMemExportToShareableHandle(void *shareableHandle, CUmemGenericAllocationHandle handle,
				      CUmemAllocationHandleType handleType,
				      unsigned long long flags)
{
	const struct vt__physical *physical;
	CUresult result;

	if (!shareableHandle || flags)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	physical = vt__physical_of(handle);
	result = vt__handle_types_possible(handleType);
	if (result == CUDA_SUCCESS &&
	    (!physical || !(physical->properties.requestedHandleTypes & handleType)))
		result = CUDA_ERROR_INVALID_VALUE;
	else if (result == CUDA_SUCCESS && handleType == CU_MEM_HANDLE_TYPE_FABRIC)
		result = vt__fabric_export(VT_NAME_FABRIC, physical->file, shareableHandle);
	else if (result == CUDA_SUCCESS)
		result = export_file(physical, shareableHandle);
	vt__leave();
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

static CUresult import(int file, CUmemGenericAllocationHandle *handle)
{
	struct vt__physical *physical;
	struct vt__file_facts facts;
	CUresult result = CUDA_SUCCESS;

	if (vt__memory_file_facts(file, &facts))
		return CUDA_ERROR_INVALID_VALUE;
	physical = vt__physical_of_file(facts.inode);
	if (!physical)
		result = adopt(file, &facts, &physical);
	if (result == CUDA_SUCCESS) {
		vt__physical_retain(physical);
		*handle = vt__physical_handle(physical);
	}
	return result;
}

/* A descriptor stays the program's. */
CUresult cuMemImportFromShareableHandle(CUmemGenericAllocationHandle *handle, void *osHandle,
					CUmemAllocationHandleType shHandleType)
{
	const bool fabric = shHandleType == CU_MEM_HANDLE_TYPE_FABRIC;
	int file = (int)(intptr_t)osHandle;
	CUresult result;

	if (!handle || (fabric && !osHandle))
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	result = shHandleType ? vt__handle_types_possible(shHandleType) : CUDA_ERROR_NOT_SUPPORTED;
	if (result == CUDA_SUCCESS && fabric)
		file = vt__fabric_open(VT_NAME_FABRIC, osHandle);
	if (result == CUDA_SUCCESS)
		result = import(file, handle);
	if (fabric && file >= 0)
		close(file);
	vt__leave();
	return result;
}
