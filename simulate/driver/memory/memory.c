/* Linear device memory: allocate, free, and what is left. */
#include "config.h"

#include "simulate/driver/memory/memory_api.h"
#include "simulate/driver/stream.h"

#define PITCH_ALIGNMENT ((size_t)512)

/* A size of 0 stands for whatever cannot be asked for. */
CUresult vt__memory_create(const struct vt__region *wanted, CUdeviceptr *address)
{
	struct vt__region filled = *wanted;
	struct vt__region *region;
	CUcontext context;
	CUresult result = vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	filled.device = context->device;
	filled.context = context;
	*address = 0;
	if (!filled.size)
		result = CUDA_ERROR_INVALID_VALUE;
	else if (vt__capture_forbids(context))
		result = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	else if (vt__allocation_refused())
		result = CUDA_ERROR_OUT_OF_MEMORY;
	else
		result = vt__region_create(&filled, &region);
	if (result == CUDA_SUCCESS) {
		*address = region->node.key;
		vt__allocation_done(context->device);
	}
	vt__leave();
	return result;
}

CUresult cuMemAlloc_v2(CUdeviceptr *dptr, size_t bytesize)
{
	const struct vt__region wanted = {.kind = VT_REGION_DEVICE, .size = bytesize};

	return dptr ? vt__memory_create(&wanted, dptr) : CUDA_ERROR_INVALID_VALUE;
}

CUresult vt__pitched_size(size_t width, size_t height, unsigned int element, size_t *pitch,
			  size_t *size)
{
	if (!width || !height || (element != 4 && element != 8 && element != 16))
		return CUDA_ERROR_INVALID_VALUE;
	*pitch = vt__round_up(width, PITCH_ALIGNMENT);
	if (!*pitch || __builtin_mul_overflow(*pitch, height, size))
		return CUDA_ERROR_INVALID_VALUE;
	return CUDA_SUCCESS;
}

CUresult cuMemAllocPitch_v2(CUdeviceptr *dptr, size_t *pPitch, size_t WidthInBytes, size_t Height,
			    unsigned int ElementSizeBytes)
{
	struct vt__region wanted = {.kind = VT_REGION_DEVICE};
	size_t pitch;
	CUresult result;

	if (!dptr || !pPitch)
		return CUDA_ERROR_INVALID_VALUE;
	if (vt__pitched_size(WidthInBytes, Height, ElementSizeBytes, &pitch, &wanted.size) !=
	    CUDA_SUCCESS)
		wanted.size = 0;
	result = vt__memory_create(&wanted, dptr);
	if (result == CUDA_SUCCESS)
		*pPitch = pitch;
	return result;
}

CUresult cuMemAllocManaged(CUdeviceptr *dptr, size_t bytesize, unsigned int flags)
{
	bool known = flags == CU_MEM_ATTACH_GLOBAL || flags == CU_MEM_ATTACH_HOST;
	const struct vt__region wanted = {
		.kind = VT_REGION_MANAGED, .size = known ? bytesize : 0, .flags = flags};

	return dptr ? vt__memory_create(&wanted, dptr) : CUDA_ERROR_INVALID_VALUE;
}

/*
 * cuMemFree takes whatever is device memory by address, however it was allocated; but not a
 * __managed__ variable, which no context owns.
 */
static bool freed_by_address(const struct vt__region *region)
{
	return region->kind == VT_REGION_DEVICE || region->kind == VT_REGION_POOL ||
	       region->kind == VT_REGION_GRAPH || region->kind == VT_REGION_POOL_IMPORT ||
	       region->kind == VT_REGION_EXTERNAL ||
	       (region->kind == VT_REGION_MANAGED && region->context);
}

struct vt__region *vt__freeable(CUdeviceptr address)
{
	struct vt__region *region = vt__region_starting((uintptr_t)address);

	return region && freed_by_address(region) ? region : NULL;
}

CUresult cuMemFree_v2(CUdeviceptr dptr)
{
	struct vt__region *region;
	CUcontext context;
	CUresult result = vt__enter_free(&context);

	if (result != CUDA_SUCCESS)
		return result;
	region = vt__freeable(dptr);
	if (vt__capture_forbids(context || !region ? context : region->context))
		result = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	else if (region)
		vt__region_destroy(region);
	else if (dptr)
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

/* Another process, between two questions. */
static void others_take_more(struct vt__device *device)
{
	const size_t left = device->total - device->used;
	const size_t more = vt__device_options.other_grows < left ? vt__device_options.other_grows
								  : left;

	device->other += more;
	device->used += more;
}

CUresult cuMemGetInfo_v2(size_t *free, size_t *total)
{
	struct vt__device *device;
	CUcontext context;
	CUresult result;

	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	device = &vt__devices[context->device];
	if (total)
		*total = device->total;
	if (free)
		*free = device->total - device->used;
	others_take_more(device);
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuMemGetAddressRange_v2(CUdeviceptr *pbase, size_t *psize, CUdeviceptr dptr)
{
	const struct vt__region *region;
	CUcontext context;
	CUresult result = vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	region = vt__region_at((uintptr_t)dptr);
	if (!region || region->kind == VT_REGION_REGISTERED) {
		result = CUDA_ERROR_NOT_FOUND;
	} else {
		if (pbase)
			*pbase = region->node.key;
		if (psize)
			*psize = region->size;
	}
	vt__leave();
	return result;
}
