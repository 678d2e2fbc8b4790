/* Legacy IPC: allocations of cuMemAlloc opened by other processes. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simulate/driver/doors/calls.h"
#include "simulate/driver/memory/import.h"

_Static_assert(sizeof(struct vt__memory_name) <= CU_IPC_HANDLE_SIZE, "handle of memory");

CUresult cuIpcGetMemHandle(CUipcMemHandle *pHandle, CUdeviceptr dptr)
{
	struct vt__region *region;
	struct vt__memory_name name;
	CUcontext context;
	CUresult result = pHandle ? vt__enter_context(&context) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	region = vt__region_starting((uintptr_t)dptr);
	if (region && region->kind == VT_REGION_DEVICE)
		result = vt__region_name(region, VT_NAME_MEMORY, region->id, &name);
	else
		result = CUDA_ERROR_INVALID_VALUE;
	if (result == CUDA_SUCCESS) {
		memset(pHandle, 0, sizeof(*pHandle));
		memcpy(pHandle, &name, sizeof(name));
		region->exported = true;
		region->file = name.file;
		region->file_offset = name.offset;
	}
	vt__leave();
	return result;
}

/* What the current context opened before under the same handle. */
static struct vt__region *opened_before(CUcontext context, const CUipcMemHandle *handle)
{
	struct vt__region *region = vt__region_from(0);

	while (region && !(region->kind == VT_REGION_IPC && region->context == context &&
			   !memcmp(&region->ipc->name, handle, sizeof(region->ipc->name))))
		region = vt__region_from(region->node.key + 1);
	return region;
}

/* The file is the region's then: its lock is what keeps the memory. */
static CUresult open_file(int file, const struct vt__memory_name *name, CUcontext context,
			  struct vt__region **region)
{
	struct vt__region wanted = {
		.kind = VT_REGION_IPC,
		.size = name->size,
		.device = name->device,
		.context = context,
		.ipc = malloc(sizeof(*wanted.ipc)),
	};
	CUresult result;

	if (!wanted.ipc)
		return CUDA_ERROR_OUT_OF_MEMORY;
	*wanted.ipc = (struct vt__ipc_import){.name = *name, .file = file};
	result = vt__memory_file_hold(file, name->offset, name->size)
			 ? CUDA_ERROR_INVALID_VALUE
			 : vt__import_map(&wanted, file, name->offset, region);
	if (result != CUDA_SUCCESS)
		free(wanted.ipc);
	return result;
}

static CUresult open_first(const CUipcMemHandle *handle, CUcontext context,
			   struct vt__region **region)
{
	struct vt__memory_name name;
	CUresult result;
	int file = vt__memory_name_open(handle, VT_NAME_MEMORY, &name);

	if (file < 0)
		return CUDA_ERROR_INVALID_VALUE;
	/* The exporter has the memory already, and a driver does not map it twice. */
	if (name.process == (int32_t)getpid())
		result = CUDA_ERROR_INVALID_CONTEXT;
	else if (!vt__device(name.device))
		result = CUDA_ERROR_INVALID_VALUE;
	else
		result = open_file(file, &name, context, region);
	if (result != CUDA_SUCCESS)
		close(file);
	return result;
}

CUresult cuIpcOpenMemHandle_v2(CUdeviceptr *pdptr, CUipcMemHandle handle, unsigned int Flags)
{
	struct vt__region *region;
	CUcontext context;
	CUresult result;

	if (!pdptr || Flags != CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	region = opened_before(context, &handle);
	if (!region)
		result = open_first(&handle, context, &region);
	if (result == CUDA_SUCCESS) {
		if (!region->ipc->opens++)
			vt__calls_shared_made();
		*pdptr = region->node.key;
	}
	vt__leave();
	return result;
}

CUresult cuIpcOpenMemHandle(CUdeviceptr *pdptr, CUipcMemHandle handle, unsigned int Flags)
{
	return cuIpcOpenMemHandle_v2(pdptr, handle, Flags);
}

CUresult cuIpcCloseMemHandle(CUdeviceptr dptr)
{
	struct vt__region *region;
	CUcontext context;
	CUresult result = vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	region = vt__region_starting((uintptr_t)dptr);
	if (!region || region->kind != VT_REGION_IPC)
		result = CUDA_ERROR_INVALID_VALUE;
	else if (!--region->ipc->opens) {
		vt__region_destroy(region);
		vt__calls_shared_ended();
	}
	vt__leave();
	return result;
}
