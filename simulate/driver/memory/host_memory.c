/* Page-locked host memory: the driver's own, and the program's that it registers. */
#include "config.h"

#include "simulate/driver/memory/memory_api.h"
#include "simulate/driver/stream.h"

#define HOST_ALLOC_FLAGS                                                                           \
	(CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP | CU_MEMHOSTALLOC_WRITECOMBINED)
#define HOST_REGISTER_FLAGS                                                                        \
	(CU_MEMHOSTREGISTER_PORTABLE | CU_MEMHOSTREGISTER_DEVICEMAP |                              \
	 CU_MEMHOSTREGISTER_IOMEMORY | CU_MEMHOSTREGISTER_READ_ONLY)

CUresult cuMemHostAlloc(void **pp, size_t bytesize, unsigned int Flags)
{
	const struct vt__region wanted = {
		.kind = VT_REGION_HOST,
		.size = bytesize,
		.flags = Flags | CU_MEMHOSTALLOC_DEVICEMAP,
	};
	CUdeviceptr address;
	CUresult result;

	if (!pp || Flags & ~(unsigned int)HOST_ALLOC_FLAGS)
		return CUDA_ERROR_INVALID_VALUE;
	*pp = NULL;
	if (!bytesize)
		return CUDA_SUCCESS;
	result = vt__memory_create(&wanted, &address);
	if (result == CUDA_SUCCESS)
		*pp = (void *)(uintptr_t)address;
	return result;
}

CUresult cuMemAllocHost_v2(void **pp, size_t bytesize)
{
	return cuMemHostAlloc(pp, bytesize, 0);
}

/* What an address is told that is no start of such a range. */
static CUresult wrong_start(void *p, enum vt__region_kind kind)
{
	if (kind == VT_REGION_HOST)
		return p ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
	return !p || vt__region_at((uintptr_t)p) ? CUDA_ERROR_INVALID_VALUE
						 : CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED;
}

static CUresult drop_host(void *p, enum vt__region_kind kind)
{
	struct vt__region *region;
	CUcontext context;
	CUresult result = vt__enter_free(&context);

	if (result != CUDA_SUCCESS)
		return result;
	region = vt__region_starting((uintptr_t)p);
	if (vt__capture_forbids(context || !region ? context : region->context))
		result = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	else if (region && region->kind == kind)
		vt__region_destroy(region);
	else
		result = wrong_start(p, kind);
	vt__leave();
	return result;
}

CUresult cuMemFreeHost(void *p)
{
	return drop_host(p, VT_REGION_HOST);
}

CUresult cuMemHostUnregister(void *p)
{
	return drop_host(p, VT_REGION_REGISTERED);
}

/* Only what is free of allocations can be registered. */
static CUresult may_register(uintptr_t address, size_t size)
{
	const struct vt__region *there = vt__region_at(address);

	if (!there)
		there = vt__region_from(address);
	if (!there || (there->node.key > address && there->node.key - address >= size))
		return CUDA_SUCCESS;
	return there->kind == VT_REGION_REGISTERED ? CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED
						   : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMemHostRegister_v2(void *p, size_t bytesize, unsigned int Flags)
{
	struct vt__region wanted = {.kind = VT_REGION_REGISTERED,
				    .size = bytesize,
				    .flags = Flags | CU_MEMHOSTALLOC_DEVICEMAP,
				    .readable = true,
				    .writable = !(Flags & CU_MEMHOSTREGISTER_READ_ONLY)};
	uintptr_t address = (uintptr_t)p;
	CUcontext context;
	CUresult result;

	if (!p || !bytesize || address + bytesize < address ||
	    Flags & ~(unsigned int)HOST_REGISTER_FLAGS)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	wanted.device = context->device;
	wanted.context = context;
	result = may_register(address, bytesize);
	if (result == CUDA_SUCCESS && !vt__region_enter(&wanted, address))
		result = CUDA_ERROR_OUT_OF_MEMORY;
	vt__leave();
	return result;
}

CUresult cuMemHostRegister(void *p, size_t bytesize, unsigned int Flags)
{
	return cuMemHostRegister_v2(p, bytesize, Flags);
}

static bool is_host(const struct vt__region *region)
{
	return region && (region->kind == VT_REGION_HOST || region->kind == VT_REGION_REGISTERED);
}

CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr *pdptr, void *p, unsigned int Flags)
{
	CUcontext context;
	CUresult result;

	if (!pdptr || Flags)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	if (is_host(vt__region_at((uintptr_t)p)))
		*pdptr = (uintptr_t)p;
	else
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

CUresult cuMemHostGetFlags(unsigned int *pFlags, void *p)
{
	const struct vt__region *region;
	CUcontext context;
	CUresult result = pFlags ? vt__enter_context(&context) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	region = vt__region_at((uintptr_t)p);
	if (region && region->kind == VT_REGION_HOST)
		*pFlags = region->flags;
	else
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}
