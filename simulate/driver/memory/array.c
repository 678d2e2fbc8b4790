/* Arrays: memory with a handle, without an address of its own. */
#include "config.h"

#include "base/array_tiles.h"
#include "simulate/driver/memory/memory_api.h"
#include "simulate/driver/stream.h"

#define ARRAY_FLAGS                                                                                \
	(CUDA_ARRAY3D_LAYERED | CUDA_ARRAY3D_SURFACE_LDST | CUDA_ARRAY3D_CUBEMAP |                 \
	 CUDA_ARRAY3D_TEXTURE_GATHER | CUDA_ARRAY3D_DEPTH_TEXTURE |                                \
	 CUDA_ARRAY3D_COLOR_ATTACHMENT | CUDA_ARRAY3D_SPARSE | CUDA_ARRAY3D_DEFERRED_MAPPING)

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

static CUresult check(const CUDA_ARRAY3D_DESCRIPTOR *wanted)
{
	unsigned int channels = wanted->NumChannels;

	if (!wanted->Width || (channels != 1 && channels != 2 && channels != 4))
		return CUDA_ERROR_INVALID_VALUE;
	if (!channel_bytes(wanted->Format) || wanted->Flags & ~(unsigned int)ARRAY_FLAGS)
		return CUDA_ERROR_NOT_SUPPORTED;
	return CUDA_SUCCESS;
}

static size_t element_of(const CUDA_ARRAY3D_DESCRIPTOR *descriptor)
{
	return channel_bytes(descriptor->Format) * descriptor->NumChannels;
}

CUresult vt__array_size(const CUDA_ARRAY3D_DESCRIPTOR *wanted, unsigned int levels, size_t *size)
{
	const struct vt__array_shape shape = {
		.width = wanted->Width,
		.height = wanted->Height,
		.depth = wanted->Depth,
		.is_layered = wanted->Flags & (CUDA_ARRAY3D_LAYERED | CUDA_ARRAY3D_CUBEMAP),
		.levels = levels,
		.element_bytes = (uint32_t)element_of(wanted),
		.side = 1,
	};
	CUresult result = check(wanted);
	uint64_t bytes;

	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__array_tiled(&shape, &bytes) || !vt__round_up(bytes, VT_SPACE_BLOCK))
		return CUDA_ERROR_OUT_OF_MEMORY;
	*size = bytes;
	return CUDA_SUCCESS;
}

CUarray vt__array_enter(const CUDA_ARRAY3D_DESCRIPTOR *descriptor, CUcontext context,
			CUmipmappedArray owner, uintptr_t memory)
{
	/* A level dies with its mipmapped array, not by itself with the context. */
	CUarray made = vt__object_create(VT_ARRAY, sizeof(*made), owner ? NULL : context);

	if (!made)
		return NULL;
	made->descriptor = *descriptor;
	made->element = element_of(descriptor);
	made->device = context->device;
	made->owner = owner;
	made->memory = memory;
	return made;
}

/* One that is mapped later takes nothing of the device: its bytes are the process's. */
static CUresult take_memory(CUarray array, CUcontext context, size_t size)
{
	struct vt__array_memory *own = &array->own;
	CUresult result = CUDA_SUCCESS;

	if (!vt__array_is_mapped_later(&array->descriptor))
		result = vt__array_memory_take(context, size, own);
	else if (vt__space_take(NULL, VT_SPACE_ANYWHERE, size, 0, &own->address))
		result = CUDA_ERROR_OUT_OF_MEMORY;
	if (result != CUDA_SUCCESS)
		return result;
	own->size = size;
	array->memory = own->address;
	return CUDA_SUCCESS;
}

CUresult vt__array_create(const CUDA_ARRAY3D_DESCRIPTOR *wanted, CUcontext context, CUarray *array)
{
	CUarray made;
	size_t size;
	CUresult result = vt__array_size(wanted, 1, &size);

	if (result != CUDA_SUCCESS)
		return result;
	made = vt__array_enter(wanted, context, NULL, 0);
	if (!made)
		return CUDA_ERROR_OUT_OF_MEMORY;
	result = take_memory(made, context, size);
	if (result == CUDA_SUCCESS)
		*array = made;
	else
		vt__object_destroy(&made->object);
	return result;
}

void vt__array_destroy(CUarray array)
{
	const struct vt__array_memory *own = &array->own;

	vt__array_unmap_all(array);
	if (own->arena)
		vt__array_memory_give_back(own);
	else if (own->size)
		vt__space_give_back(NULL, VT_SPACE_ANYWHERE, own->address, own->size, 0);
	vt__object_destroy(&array->object);
}

CUresult vt__enter_to_allocate(CUcontext *context)
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
	CUresult result = pHandle && pAllocateArray ? vt__enter_to_allocate(&context)
						    : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	result = vt__array_create(pAllocateArray, context, pHandle);
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
	CUresult result = pArrayDescriptor ? vt__enter_context(&context) : CUDA_ERROR_INVALID_VALUE;

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
	CUresult result = vt__enter_handle(hArray, VT_ARRAY, false, &context);

	if (result != CUDA_SUCCESS)
		return result;
	if (vt__capture_forbids(context))
		result = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	else if (!vt__object_live(hArray, VT_ARRAY))
		result = CUDA_ERROR_INVALID_HANDLE;
	else if (!hArray->owner) /* a level stays until its mipmapped array goes: no error */
		vt__array_destroy(hArray);
	vt__leave();
	return result;
}
