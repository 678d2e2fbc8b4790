/* Texture and surface objects: descriptions that kernels would read through. */
#include "config.h"

#include "simulate/driver/memory/memory.h"

struct texture {
	struct vt__object object;
	CUDA_RESOURCE_DESC resource;
	CUDA_TEXTURE_DESC texture;
	bool surface;
};

static CUresult create(unsigned long long *handle, const CUDA_RESOURCE_DESC *resource,
		       const CUDA_TEXTURE_DESC *description)
{
	struct texture *made;
	CUcontext context;
	CUresult result = handle && resource ? vt__enter_context(&context)
					     : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	made = vt__object_create(VT_TEXTURE, sizeof(*made), context);
	if (made) {
		made->resource = *resource;
		made->surface = !description;
		if (description)
			made->texture = *description;
		*handle = (uintptr_t)made;
	}
	vt__leave();
	return made ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

static CUresult enter_object(unsigned long long handle, bool surface, struct texture **found)
{
	CUcontext context;
	CUresult result = vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	*found = (struct texture *)(uintptr_t)handle;
	if (vt__object_live(*found, VT_TEXTURE) && (*found)->surface == surface)
		return CUDA_SUCCESS;
	vt__leave();
	return CUDA_ERROR_INVALID_VALUE;
}

static CUresult destroy(unsigned long long handle, bool surface)
{
	struct texture *found;
	CUresult result = enter_object(handle, surface, &found);

	if (result != CUDA_SUCCESS)
		return result;
	vt__object_destroy(&found->object);
	vt__leave();
	return CUDA_SUCCESS;
}

static CUresult resource_of(CUDA_RESOURCE_DESC *resource, unsigned long long handle, bool surface)
{
	struct texture *found;
	CUresult result = resource ? enter_object(handle, surface, &found)
				   : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	*resource = found->resource;
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuTexObjectCreate(CUtexObject *pTexObject, const CUDA_RESOURCE_DESC *pResDesc,
			   const CUDA_TEXTURE_DESC *pTexDesc,
			   const CUDA_RESOURCE_VIEW_DESC *pResViewDesc)
{
	if (!pTexDesc)
		return CUDA_ERROR_INVALID_VALUE;
	return pResViewDesc ? CUDA_ERROR_NOT_SUPPORTED : create(pTexObject, pResDesc, pTexDesc);
}

CUresult cuTexObjectDestroy(CUtexObject texObject)
{
	return destroy(texObject, false);
}

CUresult cuTexObjectGetResourceDesc(CUDA_RESOURCE_DESC *pResDesc, CUtexObject texObject)
{
	return resource_of(pResDesc, texObject, false);
}

CUresult cuTexObjectGetTextureDesc(CUDA_TEXTURE_DESC *pTexDesc, CUtexObject texObject)
{
	struct texture *found;
	CUresult result = pTexDesc ? enter_object(texObject, false, &found)
				   : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	*pTexDesc = found->texture;
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuSurfObjectCreate(CUsurfObject *pSurfObject, const CUDA_RESOURCE_DESC *pResDesc)
{
	if (pResDesc && pResDesc->resType != CU_RESOURCE_TYPE_ARRAY)
		return CUDA_ERROR_INVALID_VALUE;
	return create(pSurfObject, pResDesc, NULL);
}

CUresult cuSurfObjectDestroy(CUsurfObject surfObject)
{
	return destroy(surfObject, true);
}

CUresult cuSurfObjectGetResourceDesc(CUDA_RESOURCE_DESC *pResDesc, CUsurfObject surfObject)
{
	return resource_of(pResDesc, surfObject, true);
}
