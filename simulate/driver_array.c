/* Arrays and mipmapped arrays: memory behind a handle, without an address of its own. */
#include "config.h"

#include "simulate/driver_memory.h"
#include "simulate/driver_stream.h"

#define MOST_LEVELS 32
#define ARRAY_FLAGS                                                                                \
	(CUDA_ARRAY3D_LAYERED | CUDA_ARRAY3D_SURFACE_LDST | CUDA_ARRAY3D_CUBEMAP |                 \
	 CUDA_ARRAY3D_TEXTURE_GATHER | CUDA_ARRAY3D_DEPTH_TEXTURE | CUDA_ARRAY3D_COLOR_ATTACHMENT)

struct CUmipmappedArray_st {
	struct vt__object object;
	unsigned int levels;
	CUarray level[MOST_LEVELS];
};

/* Bytes of one channel; 0 for a format that is not simulated. */
static size_t channel_bytes(CUarray_format format)
{
	switch (format) {
	case CU_AD_FORMAT_UNSIGNED_INT8:
	case CU_AD_FORMAT_SIGNED_INT8:
		return 1;
	case CU_AD_FORMAT_UNSIGNED_INT16:
	case CU_AD_FORMAT_SIGNED_INT16:
	case CU_AD_FORMAT_HALF:
		return 2;
	case CU_AD_FORMAT_UNSIGNED_INT32:
	case CU_AD_FORMAT_SIGNED_INT32:
	case CU_AD_FORMAT_FLOAT:
		return 4;
	default:
		return 0;
	}
}

static size_t at_least_one(size_t value)
{
	return value ? value : 1;
}

static CUresult check(const CUDA_ARRAY3D_DESCRIPTOR *wanted)
{
	unsigned int channels = wanted->NumChannels;

	if (!wanted->Width || (channels != 1 && channels != 2 && channels != 4))
		return CUDA_ERROR_INVALID_VALUE;
	if (!channel_bytes(wanted->Format) || wanted->Flags & ~(unsigned int)ARRAY_FLAGS)
		return CUDA_ERROR_NOT_SUPPORTED;
	return CUDA_SUCCESS;
}

CUresult vt__array_create(const CUDA_ARRAY3D_DESCRIPTOR *wanted, CUcontext context,
			  CUmipmappedArray owner, CUarray *array)
{
	size_t element = channel_bytes(wanted->Format) * wanted->NumChannels;
	CUarray made;
	size_t size;
	CUresult result = check(wanted);

	if (result != CUDA_SUCCESS)
		return result;
	if (__builtin_mul_overflow(wanted->Width, element, &size) ||
	    __builtin_mul_overflow(size, at_least_one(wanted->Height), &size) ||
	    __builtin_mul_overflow(size, at_least_one(wanted->Depth), &size) ||
	    !vt__round_up(size, VT_SPACE_UNIT) ||
	    vt__charge(context->device, vt__round_up(size, VT_SPACE_UNIT)) != CUDA_SUCCESS)
		return CUDA_ERROR_OUT_OF_MEMORY;
	/* A level dies with its mipmapped array, not by itself with the context. */
	made = vt__object_create(VT_ARRAY, sizeof(*made), owner ? NULL : context);
	if (!made || vt__space_take(VT_SPACE_ANYWHERE, size, 0, &made->memory)) {
		vt__uncharge(context->device, vt__round_up(size, VT_SPACE_UNIT));
		if (made)
			vt__object_destroy(&made->object);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	made->descriptor = *wanted;
	made->element = element;
	made->size = size;
	made->device = context->device;
	made->owner = owner;
	*array = made;
	return CUDA_SUCCESS;
}

void vt__array_destroy(CUarray array)
{
	vt__uncharge(array->device, vt__round_up(array->size, VT_SPACE_UNIT));
	vt__space_give_back(VT_SPACE_ANYWHERE, array->memory, array->size, 0);
	vt__object_destroy(&array->object);
}

void vt__mipmap_destroy(CUmipmappedArray mipmap)
{
	for (unsigned int i = 0; i < mipmap->levels; i++)
		vt__array_destroy(mipmap->level[i]);
	vt__object_destroy(&mipmap->object);
}

/* Enters for an allocation call that may be made now. */
static CUresult enter_to_allocate(CUcontext *context)
{
	CUresult result = vt__enter_context(context);

	if (result != CUDA_SUCCESS)
		return result;
	if (vt__capture_forbids(*context))
		result = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	else if (vt__allocation_refused())
		result = CUDA_ERROR_OUT_OF_MEMORY;
	if (result != CUDA_SUCCESS)
		vt__leave();
	return result;
}

CUresult cuArray3DCreate_v2(CUarray *pHandle, const CUDA_ARRAY3D_DESCRIPTOR *pAllocateArray)
{
	CUcontext context;
	CUresult result;

	if (!pHandle || !pAllocateArray)
		return CUDA_ERROR_INVALID_VALUE;
	result = enter_to_allocate(&context);
	if (result != CUDA_SUCCESS)
		return result;
	result = vt__array_create(pAllocateArray, context, NULL, pHandle);
	if (result == CUDA_SUCCESS)
		vt__allocation_done(context->device);
	vt__leave();
	return result;
}

CUresult cuArrayCreate_v2(CUarray *pHandle, const CUDA_ARRAY_DESCRIPTOR *pAllocateArray)
{
	CUDA_ARRAY3D_DESCRIPTOR wanted = {0};

	if (!pAllocateArray)
		return CUDA_ERROR_INVALID_VALUE;
	wanted.Width = pAllocateArray->Width;
	wanted.Height = pAllocateArray->Height;
	wanted.Format = pAllocateArray->Format;
	wanted.NumChannels = pAllocateArray->NumChannels;
	return cuArray3DCreate_v2(pHandle, &wanted);
}

CUresult cuArray3DGetDescriptor_v2(CUDA_ARRAY3D_DESCRIPTOR *pArrayDescriptor, CUarray hArray)
{
	CUcontext context;
	CUresult result;

	if (!pArrayDescriptor)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	if (vt__object_live(hArray, VT_ARRAY))
		*pArrayDescriptor = hArray->descriptor;
	else
		result = CUDA_ERROR_INVALID_HANDLE;
	vt__leave();
	return result;
}

CUresult cuArrayGetDescriptor_v2(CUDA_ARRAY_DESCRIPTOR *pArrayDescriptor, CUarray hArray)
{
	CUDA_ARRAY3D_DESCRIPTOR full;
	CUresult result;

	if (!pArrayDescriptor)
		return CUDA_ERROR_INVALID_VALUE;
	result = cuArray3DGetDescriptor_v2(&full, hArray);
	if (result != CUDA_SUCCESS)
		return result;
	pArrayDescriptor->Width = full.Width;
	pArrayDescriptor->Height = full.Height;
	pArrayDescriptor->Format = full.Format;
	pArrayDescriptor->NumChannels = full.NumChannels;
	return CUDA_SUCCESS;
}

CUresult cuArrayDestroy(CUarray hArray)
{
	CUcontext context;
	CUresult result = vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	if (vt__capture_forbids(context))
		result = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	else if (!vt__object_live(hArray, VT_ARRAY) || hArray->owner)
		result = CUDA_ERROR_INVALID_HANDLE;
	else
		vt__array_destroy(hArray);
	vt__leave();
	return result;
}

/* A level halves every extent but the layers. */
static CUresult create_levels(CUmipmappedArray mipmap, const CUDA_ARRAY3D_DESCRIPTOR *base,
			      unsigned int levels, CUcontext context)
{
	CUDA_ARRAY3D_DESCRIPTOR wanted = *base;
	CUresult result = CUDA_SUCCESS;

	for (unsigned int i = 0; i < levels && result == CUDA_SUCCESS; i++) {
		wanted.Width = at_least_one(base->Width >> i);
		wanted.Height = base->Height ? at_least_one(base->Height >> i) : 0;
		if (base->Depth && !(base->Flags & (CUDA_ARRAY3D_LAYERED | CUDA_ARRAY3D_CUBEMAP)))
			wanted.Depth = at_least_one(base->Depth >> i);
		result = vt__array_create(&wanted, context, mipmap, &mipmap->level[i]);
		if (result == CUDA_SUCCESS)
			mipmap->levels++;
	}
	return result;
}

CUresult cuMipmappedArrayCreate(CUmipmappedArray *pHandle,
				const CUDA_ARRAY3D_DESCRIPTOR *pMipmappedArrayDesc,
				unsigned int numMipmapLevels)
{
	CUmipmappedArray mipmap;
	CUcontext context;
	CUresult result;

	if (!pHandle || !pMipmappedArrayDesc || !numMipmapLevels)
		return CUDA_ERROR_INVALID_VALUE;
	result = enter_to_allocate(&context);
	if (result != CUDA_SUCCESS)
		return result;
	mipmap = vt__object_create(VT_MIPMAP, sizeof(*mipmap), context);
	if (!mipmap)
		result = CUDA_ERROR_OUT_OF_MEMORY;
	else
		result = create_levels(
			mipmap, pMipmappedArrayDesc,
			numMipmapLevels > MOST_LEVELS ? MOST_LEVELS : numMipmapLevels, context);
	if (result == CUDA_SUCCESS) {
		*pHandle = mipmap;
		vt__allocation_done(context->device);
	} else if (mipmap) {
		vt__mipmap_destroy(mipmap);
	}
	vt__leave();
	return result;
}

CUresult cuMipmappedArrayGetLevel(CUarray *pLevelArray, CUmipmappedArray hMipmappedArray,
				  unsigned int level)
{
	CUcontext context;
	CUresult result;

	if (!pLevelArray)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
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
	CUresult result = vt__enter_context(&context);

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
