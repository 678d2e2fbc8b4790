/* Copies as the driver's structures describe them, resolved to addresses. */
#include "config.h"

#include "simulate/driver/memory/copy.h"
#include "simulate/driver/memory/memory.h"

/* One side as described, of either direction. */
struct described {
	CUmemorytype type;
	uintptr_t host;
	CUdeviceptr device;
	CUarray array;
	size_t x, y, z;
	size_t pitch, height;
};

static CUresult resolve_array(const struct described *described, struct vt__side *side)
{
	CUarray array = described->array;
	size_t rows;

	if (!vt__object_live(array, VT_ARRAY))
		return CUDA_ERROR_INVALID_HANDLE;
	rows = array->descriptor.Height ? array->descriptor.Height : 1;
	side->pitch = array->descriptor.Width * array->element;
	side->slice = side->pitch * rows;
	side->address = array->memory;
	side->plain = true; /* checked against the array instead */
	return CUDA_SUCCESS;
}

static bool inside_array(const struct described *at, const CUDA_MEMCPY3D *box)
{
	const CUDA_ARRAY3D_DESCRIPTOR *limits = &at->array->descriptor;
	size_t width = limits->Width * at->array->element;
	size_t rows = limits->Height ? limits->Height : 1;
	size_t planes = limits->Depth ? limits->Depth : 1;

	return at->x <= width && box->WidthInBytes <= width - at->x && at->y <= rows &&
	       box->Height <= rows - at->y && at->z <= planes && box->Depth <= planes - at->z;
}

/* A unified address is a live allocation's or else the program's own memory. */
static CUresult resolve_unified(struct vt__side *side, const CUDA_MEMCPY3D *box)
{
	size_t size = side->slice * (box->Depth - 1) + side->pitch * (box->Height - 1) +
		      box->WidthInBytes;

	if (vt__region_at(side->address) || !size)
		return CUDA_SUCCESS;
	side->plain = true;
	if (vt__range_reserved(side->address) || !vt__space_is_plain(side->address, size))
		return CUDA_ERROR_INVALID_VALUE;
	return CUDA_SUCCESS;
}

static CUresult resolve(const struct described *described, const CUDA_MEMCPY3D *box,
			struct vt__side *side)
{
	CUresult result = CUDA_SUCCESS;

	*side = (struct vt__side){
		.pitch = described->pitch,
		.slice = described->pitch * (described->height ? described->height : box->Height),
	};
	switch (described->type) {
	case CU_MEMORYTYPE_HOST:
		side->address = described->host;
		side->plain = true;
		break;
	case CU_MEMORYTYPE_DEVICE:
	case CU_MEMORYTYPE_UNIFIED:
		side->address = (uintptr_t)described->device;
		break;
	case CU_MEMORYTYPE_ARRAY:
		result = resolve_array(described, side);
		if (result == CUDA_SUCCESS && !inside_array(described, box))
			result = CUDA_ERROR_INVALID_VALUE;
		break;
	default:
		return CUDA_ERROR_INVALID_VALUE;
	}
	side->address += described->z * side->slice + described->y * side->pitch + described->x;
	if (described->type == CU_MEMORYTYPE_UNIFIED && result == CUDA_SUCCESS)
		result = resolve_unified(side, box);
	return result;
}

CUresult vt__copy_of(const CUDA_MEMCPY3D *d, struct vt__copy *copy)
{
	const struct described from = {d->srcMemoryType, (uintptr_t)d->srcHost, d->srcDevice,
				       d->srcArray,      d->srcXInBytes,        d->srcY,
				       d->srcZ,          d->srcPitch,           d->srcHeight};
	const struct described to = {d->dstMemoryType, (uintptr_t)d->dstHost, d->dstDevice,
				     d->dstArray,      d->dstXInBytes,        d->dstY,
				     d->dstZ,          d->dstPitch,           d->dstHeight};
	CUresult result;

	*copy = (struct vt__copy){.width = d->WidthInBytes, .height = d->Height, .depth = d->Depth};
	if (!copy->width || !copy->height || !copy->depth)
		return CUDA_SUCCESS;
	result = resolve(&from, d, &copy->from);
	return result == CUDA_SUCCESS ? resolve(&to, d, &copy->to) : result;
}
