/* Mipmapped arrays, in memory of their own or in that of an external memory object. */
#include "config.h"

#include "simulate/driver/memory/memory_api.h"
#include "simulate/driver/stream.h"

#define MOST_LEVELS 32

struct CUmipmappedArray_st {
	struct vt__object object;
	unsigned int levels;
	CUarray level[MOST_LEVELS];
	struct vt__array_memory own; /* of all levels, or */
	uintptr_t mapped;            /* memory that is not its own, or 0 */
	size_t mapped_size;
};

static size_t at_least_one(size_t value)
{
	return value ? value : 1;
}

/* Of those that are asked for there are no more than halve the largest extent to 1. */
static unsigned int level_count(const CUDA_ARRAY3D_DESCRIPTOR *base, unsigned int levels)
{
	size_t extents = base->Width | base->Height;
	unsigned int most = 1;

	if (!(base->Flags & (CUDA_ARRAY3D_LAYERED | CUDA_ARRAY3D_CUBEMAP)))
		extents |= base->Depth;
	while ((extents >>= 1) != 0 && most < MOST_LEVELS)
		most++;
	return levels < most ? levels : most;
}

/* A level halves every extent but the layers. */
static CUDA_ARRAY3D_DESCRIPTOR level_of(const CUDA_ARRAY3D_DESCRIPTOR *base, unsigned int level)
{
	CUDA_ARRAY3D_DESCRIPTOR wanted = *base;

	wanted.Width = at_least_one(base->Width >> level);
	wanted.Height = base->Height ? at_least_one(base->Height >> level) : 0;
	if (base->Depth && !(base->Flags & (CUDA_ARRAY3D_LAYERED | CUDA_ARRAY3D_CUBEMAP)))
		wanted.Depth = at_least_one(base->Depth >> level);
	return wanted;
}

void vt__mipmap_destroy(CUmipmappedArray mipmap)
{
	for (unsigned int i = 0; i < mipmap->levels; i++)
		vt__array_destroy(mipmap->level[i]);
	if (mipmap->mapped)
		vt__memory_file_unmap(mipmap->mapped, mipmap->mapped_size);
	vt__array_memory_give_back(&mipmap->own);
	vt__object_destroy(&mipmap->object);
}

/* The levels of a mipmapped array, one after the other in its memory. */
static CUresult enter_levels(CUmipmappedArray mipmap, const CUDA_ARRAY3D_DESCRIPTOR *wanted,
			     unsigned int levels, CUcontext context, uintptr_t at)
{
	for (unsigned int i = 0; i < levels; i++) {
		const CUDA_ARRAY3D_DESCRIPTOR level = level_of(wanted, i);
		size_t size = 0;

		mipmap->level[i] = vt__array_enter(&level, context, mipmap, at);
		if (!mipmap->level[i])
			return CUDA_ERROR_OUT_OF_MEMORY;
		mipmap->levels++;
		(void)vt__array_size(&level, 1, &size);
		at += vt__round_up(size, VT_SPACE_UNIT);
	}
	return CUDA_SUCCESS;
}

CUresult vt__mipmap_create(const CUDA_ARRAY3D_DESCRIPTOR *wanted, unsigned int levels,
			   CUcontext context, CUmipmappedArray *mipmap)
{
	CUmipmappedArray made;
	size_t whole = 0;
	CUresult result;

	levels = level_count(wanted, levels);
	result = vt__array_size(wanted, levels, &whole);
	if (result != CUDA_SUCCESS)
		return result;
	if (vt__array_is_mapped_later(wanted))
		return CUDA_ERROR_NOT_SUPPORTED;
	made = vt__object_create(VT_MIPMAP, sizeof(*made), context);
	if (!made)
		return CUDA_ERROR_OUT_OF_MEMORY;
	result = vt__array_memory_take(context, whole, &made->own);
	if (result == CUDA_SUCCESS)
		result = enter_levels(made, wanted, levels, context, made->own.address);
	if (result == CUDA_SUCCESS)
		*mipmap = made;
	else
		vt__mipmap_destroy(made);
	return result;
}

CUresult vt__mipmap_map(const CUDA_ARRAY3D_DESCRIPTOR *wanted, unsigned int levels,
			CUcontext context, int file, size_t offset, size_t size,
			CUmipmappedArray *mipmap)
{
	CUmipmappedArray made;
	uintptr_t address;
	size_t whole = 0;
	CUresult result;

	levels = level_count(wanted, levels);
	result = vt__array_size(wanted, levels, &whole);
	if (result != CUDA_SUCCESS)
		return result;
	if (offset > size || whole > size - offset ||
	    vt__memory_file_map(file, (off_t)offset, whole, &address))
		return CUDA_ERROR_INVALID_VALUE;
	made = vt__object_create(VT_MIPMAP, sizeof(*made), context);
	if (!made) {
		vt__memory_file_unmap(address, whole);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	made->mapped = address;
	made->mapped_size = whole;
	result = enter_levels(made, wanted, levels, context, address);
	if (result == CUDA_SUCCESS)
		*mipmap = made;
	else
		vt__mipmap_destroy(made);
	return result;
}

CUresult cuMipmappedArrayCreate(CUmipmappedArray *pHandle,
				const CUDA_ARRAY3D_DESCRIPTOR *pMipmappedArrayDesc,
				unsigned int numMipmapLevels)
{
	CUcontext context;
	CUresult result = pHandle && pMipmappedArrayDesc && numMipmapLevels &&
					  pMipmappedArrayDesc->Width
				  ? vt__enter_to_allocate(&context)
				  : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	result = vt__mipmap_create(pMipmappedArrayDesc, numMipmapLevels, context, pHandle);
	if (result == CUDA_SUCCESS)
		vt__allocation_done(context->device);
	vt__leave();
	return result;
}

/* Only those whose memory is mapped later have such, and there are none of them here. */
CUresult cuMipmappedArrayGetMemoryRequirements(CUDA_ARRAY_MEMORY_REQUIREMENTS *memoryRequirements,
					       CUmipmappedArray mipmap, CUdevice device)
{
	CUcontext context;
	CUresult result;

	(void)device;
	if (!memoryRequirements)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	result = vt__object_live(mipmap, VT_MIPMAP) ? CUDA_ERROR_INVALID_VALUE
						    : CUDA_ERROR_INVALID_HANDLE;
	vt__leave();
	return result;
}

CUresult cuMipmappedArrayGetLevel(CUarray *pLevelArray, CUmipmappedArray hMipmappedArray,
				  unsigned int level)
{
	CUcontext context;
	CUresult result = pLevelArray ? vt__enter_context(&context) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__object_live(hMipmappedArray, VT_MIPMAP))
		result = CUDA_ERROR_INVALID_HANDLE;
	else if (level >= hMipmappedArray->levels)
		result = CUDA_ERROR_INVALID_VALUE;
	else
		*pLevelArray = hMipmappedArray->level[level];
	vt__leave();
	return result;
}

CUresult cuMipmappedArrayDestroy(CUmipmappedArray hMipmappedArray)
{
	CUcontext context;
	CUresult result = vt__enter_handle(hMipmappedArray, VT_MIPMAP, false, &context);

	if (result != CUDA_SUCCESS)
		return result;
	if (vt__capture_forbids(context))
		result = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	else if (vt__object_live(hMipmappedArray, VT_MIPMAP))
		vt__mipmap_destroy(hMipmappedArray);
	else
		result = CUDA_ERROR_INVALID_HANDLE;
	vt__leave();
	return result;
}
