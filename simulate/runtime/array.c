/* Arrays, mipmapped arrays, texture and surface objects. */
#include "config.h"

#include "simulate/runtime/copy.h"

struct cudaChannelFormatDesc cudaCreateChannelDesc(int x, int y, int z, int w,
						   enum cudaChannelFormatKind f)
{
	const struct cudaChannelFormatDesc made = {x, y, z, w, f};

	return made;
}

static const struct format {
	enum cudaChannelFormatKind kind;
	int bits;
	CUarray_format format;
} formats[] = {
	{cudaChannelFormatKindUnsigned, 8, CU_AD_FORMAT_UNSIGNED_INT8},
	{cudaChannelFormatKindUnsigned, 16, CU_AD_FORMAT_UNSIGNED_INT16},
	{cudaChannelFormatKindUnsigned, 32, CU_AD_FORMAT_UNSIGNED_INT32},
	{cudaChannelFormatKindSigned, 8, CU_AD_FORMAT_SIGNED_INT8},
	{cudaChannelFormatKindSigned, 16, CU_AD_FORMAT_SIGNED_INT16},
	{cudaChannelFormatKindSigned, 32, CU_AD_FORMAT_SIGNED_INT32},
	{cudaChannelFormatKindFloat, 16, CU_AD_FORMAT_HALF},
	{cudaChannelFormatKindFloat, 32, CU_AD_FORMAT_FLOAT},
};

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

static unsigned int channel_count(const struct cudaChannelFormatDesc *channels)
{
	return !!channels->x + !!channels->y + !!channels->z + !!channels->w;
}

cudaError_t vt__array_descriptor(const struct cudaChannelFormatDesc *channels,
				 struct cudaExtent extent, unsigned int flags,
				 CUDA_ARRAY3D_DESCRIPTOR *descriptor)
{
	for (size_t i = 0; i < FORMATS; i++) {
		if (formats[i].kind != channels->f || formats[i].bits != channels->x)
			continue;
		*descriptor = (CUDA_ARRAY3D_DESCRIPTOR){
			.Width = extent.width,
			.Height = extent.height,
			.Depth = extent.depth,
			.Format = formats[i].format,
			.NumChannels = channel_count(channels),
			.Flags = flags,
		};
		return cudaSuccess;
	}
	return cudaErrorInvalidChannelDescriptor;
}

static struct cudaChannelFormatDesc channels_of(const CUDA_ARRAY3D_DESCRIPTOR *array)
{
	struct cudaChannelFormatDesc channels = {0, 0, 0, 0, cudaChannelFormatKindNone};

	for (size_t i = 0; i < FORMATS; i++) {
		if (formats[i].format != array->Format)
			continue;
		channels.f = formats[i].kind;
		channels.x = formats[i].bits;
		channels.y = array->NumChannels > 1 ? formats[i].bits : 0;
		channels.z = array->NumChannels > 2 ? formats[i].bits : 0;
		channels.w = array->NumChannels > 3 ? formats[i].bits : 0;
	}
	return channels;
}

/* The driver's handle, of which the runtime's type is another view. */
static CUarray handle_of(cudaArray_const_t array)
{
	return (CUarray)(uintptr_t)array;
}

size_t vt__array_element(cudaArray_const_t array)
{
	CUDA_ARRAY3D_DESCRIPTOR descriptor;
	struct cudaChannelFormatDesc channels;

	if (vt__runtime_driver[VT_LEGACY].cuArray3DGetDescriptor(&descriptor, handle_of(array)) !=
	    CUDA_SUCCESS)
		return 0;
	channels = channels_of(&descriptor);
	return (size_t)channels.x / 8 * descriptor.NumChannels;
}

cudaError_t cudaMalloc3DArray(cudaArray_t *array, const struct cudaChannelFormatDesc *desc,
			      struct cudaExtent extent, unsigned int flags)
{
	CUDA_ARRAY3D_DESCRIPTOR descriptor;
	cudaError_t error = vt__runtime_enter();

	if (array)
		*array = NULL;
	if (error == cudaSuccess)
		error = array && desc ? vt__array_descriptor(desc, extent, flags, &descriptor)
				      : cudaErrorInvalidValue;
	if (error != cudaSuccess)
		return vt__failed(error);
	return vt__result(
		vt__runtime_driver[VT_LEGACY].cuArray3DCreate((CUarray *)array, &descriptor));
}

cudaError_t cudaMallocArray(cudaArray_t *array, const struct cudaChannelFormatDesc *desc,
			    size_t width, size_t height, unsigned int flags)
{
	const struct cudaExtent extent = {width, height, 0};

	return cudaMalloc3DArray(array, desc, extent, flags);
}

cudaError_t cudaMallocMipmappedArray(cudaMipmappedArray_t *mipmappedArray,
				     const struct cudaChannelFormatDesc *desc,
				     struct cudaExtent extent, unsigned int numLevels,
				     unsigned int flags)
{
	CUDA_ARRAY3D_DESCRIPTOR descriptor;
	cudaError_t error = vt__runtime_enter();

	if (mipmappedArray)
		*mipmappedArray = NULL;
	if (error == cudaSuccess)
		error = mipmappedArray && desc
				? vt__array_descriptor(desc, extent, flags, &descriptor)
				: cudaErrorInvalidValue;
	if (error != cudaSuccess)
		return vt__failed(error);
	return vt__result(vt__runtime_driver[VT_LEGACY].cuMipmappedArrayCreate(
		(CUmipmappedArray *)mipmappedArray, &descriptor, numLevels));
}

cudaError_t cudaFreeArray(cudaArray_t array)
{
	cudaError_t error = vt__runtime_enter();

	if (error != cudaSuccess)
		return vt__failed(error);
	return array ? vt__result(vt__runtime_driver[VT_LEGACY].cuArrayDestroy(handle_of(array)))
		     : cudaSuccess;
}

cudaError_t cudaFreeMipmappedArray(cudaMipmappedArray_t mipmappedArray)
{
	cudaError_t error = vt__runtime_enter();

	if (error != cudaSuccess)
		return vt__failed(error);
	return mipmappedArray ? vt__result(vt__runtime_driver[VT_LEGACY].cuMipmappedArrayDestroy(
					(CUmipmappedArray)mipmappedArray))
			      : cudaSuccess;
}

PASS(cudaGetMipmappedArrayLevel,
     (cudaArray_t * levelArray, cudaMipmappedArray_const_t mipmappedArray, unsigned int level),
     cuMipmappedArrayGetLevel((CUarray *)levelArray, (CUmipmappedArray)(uintptr_t)mipmappedArray,
			      level))

cudaError_t cudaArrayGetInfo(struct cudaChannelFormatDesc *desc, struct cudaExtent *extent,
			     unsigned int *flags, cudaArray_t array)
{
	CUDA_ARRAY3D_DESCRIPTOR descriptor;
	cudaError_t error = vt__runtime_enter();

	if (error != cudaSuccess)
		return vt__failed(error);
	error = vt__result(vt__runtime_driver[VT_LEGACY].cuArray3DGetDescriptor(&descriptor,
										handle_of(array)));
	if (error != cudaSuccess)
		return error;
	if (desc)
		*desc = channels_of(&descriptor);
	if (extent)
		*extent = (struct cudaExtent){descriptor.Width, descriptor.Height,
					      descriptor.Depth};
	if (flags)
		*flags = descriptor.Flags;
	return cudaSuccess;
}

cudaError_t cudaGetChannelDesc(struct cudaChannelFormatDesc *desc, cudaArray_const_t array)
{
	return cudaArrayGetInfo(desc, NULL, NULL, (cudaArray_t)(uintptr_t)array);
}

_Static_assert(sizeof(struct cudaArraySparseProperties) == sizeof(CUDA_ARRAY_SPARSE_PROPERTIES),
	       "sparse properties");
_Static_assert(sizeof(struct cudaArrayMemoryRequirements) == sizeof(CUDA_ARRAY_MEMORY_REQUIREMENTS),
	       "memory requirements");

PASS(cudaArrayGetSparseProperties,
     (struct cudaArraySparseProperties * sparseProperties, cudaArray_t array),
     cuArrayGetSparseProperties((CUDA_ARRAY_SPARSE_PROPERTIES *)sparseProperties, handle_of(array)))
PASS(cudaMipmappedArrayGetMemoryRequirements,
     (struct cudaArrayMemoryRequirements * memoryRequirements, cudaMipmappedArray_t mipmap,
      int device),
     cuMipmappedArrayGetMemoryRequirements((CUDA_ARRAY_MEMORY_REQUIREMENTS *)memoryRequirements,
					   (CUmipmappedArray)mipmap, device))
PASS(cudaArrayGetMemoryRequirements,
     (struct cudaArrayMemoryRequirements * memoryRequirements, cudaArray_t array, int device),
     cuArrayGetMemoryRequirements((CUDA_ARRAY_MEMORY_REQUIREMENTS *)memoryRequirements,
				  handle_of(array), device))

/* A resource of the runtime as the driver describes it. */
static cudaError_t resource_of(const struct cudaResourceDesc *desc, CUDA_RESOURCE_DESC *resource)
{
	CUDA_ARRAY3D_DESCRIPTOR format;
	struct cudaExtent none = {0, 0, 0};
	cudaError_t error = cudaSuccess;

	if (!desc)
		return cudaErrorInvalidValue;
	*resource = (CUDA_RESOURCE_DESC){0};
	switch (desc->resType) {
	case cudaResourceTypeArray:
		resource->resType = CU_RESOURCE_TYPE_ARRAY;
		resource->res.array.hArray = handle_of(desc->res.array.array);
		break;
	case cudaResourceTypeMipmappedArray:
		resource->resType = CU_RESOURCE_TYPE_MIPMAPPED_ARRAY;
		resource->res.mipmap.hMipmappedArray = (CUmipmappedArray)desc->res.mipmap.mipmap;
		break;
	case cudaResourceTypeLinear:
		error = vt__array_descriptor(&desc->res.linear.desc, none, 0, &format);
		resource->resType = CU_RESOURCE_TYPE_LINEAR;
		resource->res.linear.devPtr = (CUdeviceptr)(uintptr_t)desc->res.linear.devPtr;
		resource->res.linear.sizeInBytes = desc->res.linear.sizeInBytes;
		break;
	case cudaResourceTypePitch2D:
		error = vt__array_descriptor(&desc->res.pitch2D.desc, none, 0, &format);
		resource->resType = CU_RESOURCE_TYPE_PITCH2D;
		resource->res.pitch2D.devPtr = (CUdeviceptr)(uintptr_t)desc->res.pitch2D.devPtr;
		resource->res.pitch2D.width = desc->res.pitch2D.width;
		resource->res.pitch2D.height = desc->res.pitch2D.height;
		resource->res.pitch2D.pitchInBytes = desc->res.pitch2D.pitchInBytes;
		break;
	default:
		return cudaErrorInvalidValue;
	}
	return error;
}

cudaError_t cudaCreateTextureObject(cudaTextureObject_t *pTexObject,
				    const struct cudaResourceDesc *pResDesc,
				    const struct cudaTextureDesc *pTexDesc,
				    const struct cudaResourceViewDesc *pResViewDesc)
{
	CUDA_TEXTURE_DESC texture = {0};
	CUDA_RESOURCE_DESC resource;
	cudaError_t error = vt__runtime_enter();

	if (error == cudaSuccess && (!pTexObject || !pTexDesc))
		error = cudaErrorInvalidValue;
	if (error == cudaSuccess && pResViewDesc)
		error = cudaErrorNotSupported;
	if (error == cudaSuccess)
		error = resource_of(pResDesc, &resource);
	if (error != cudaSuccess)
		return vt__failed(error);
	for (int i = 0; i < 3; i++)
		texture.addressMode[i] = (CUaddress_mode)pTexDesc->addressMode[i];
	texture.filterMode = (CUfilter_mode)pTexDesc->filterMode;
	return vt__result(vt__runtime_driver[VT_LEGACY].cuTexObjectCreate(pTexObject, &resource,
									  &texture, NULL));
}

PASS(cudaDestroyTextureObject, (cudaTextureObject_t texObject), cuTexObjectDestroy(texObject))

cudaError_t cudaCreateSurfaceObject(cudaSurfaceObject_t *pSurfObject,
				    const struct cudaResourceDesc *pResDesc)
{
	CUDA_RESOURCE_DESC resource;
	cudaError_t error = vt__runtime_enter();

	if (error == cudaSuccess)
		error = resource_of(pResDesc, &resource);
	if (error != cudaSuccess)
		return vt__failed(error);
	return vt__result(vt__runtime_driver[VT_LEGACY].cuSurfObjectCreate(pSurfObject, &resource));
}

PASS(cudaDestroySurfaceObject, (cudaSurfaceObject_t surfObject), cuSurfObjectDestroy(surfObject))
