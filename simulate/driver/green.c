/*
 * Green contexts: the primary context with a part of the device. As measured on an H100, the
 * handle is a context handle as well, and memory allocated with it current is the primary
 * context's: it stays when the green context goes.
 */
#include "config.h"

#include "simulate/driver/green.h"
#include "simulate/driver/memory/memory.h"

static bool is_green(CUgreenCtx green)
{
	return vt__object_live(green, VT_CONTEXT) && ((CUcontext)green)->parent;
}

CUgreenCtx vt__green_current(void)
{
	CUcontext current = vt__context_current();

	return current && current->parent ? (CUgreenCtx)current : NULL;
}

bool vt__green_usable(CUstream stream)
{
	return !stream->green || ((CUcontext)stream->green)->alive;
}

/* Enters and checks the handle. */
static CUresult enter_green(CUgreenCtx green, CUcontext *context)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	*context = (CUcontext)green;
	if (!is_green(green))
		result = CUDA_ERROR_INVALID_CONTEXT;
	else if (!(*context)->alive || !(*context)->parent->alive)
		result = CUDA_ERROR_CONTEXT_IS_DESTROYED;
	if (result != CUDA_SUCCESS)
		vt__leave();
	return result;
}

static CUresult create(CUdevResourceDesc desc, struct vt__device *device, CUcontext *green)
{
	CUcontext made;
	CUresult result;

	if (!vt__object_live(desc, VT_RESOURCE) || desc->device != device->ordinal)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__primary_retain(device);
	if (result != CUDA_SUCCESS)
		return result;
	made = vt__object_create(VT_CONTEXT, sizeof(*made), NULL);
	if (made)
		made->parent = &device->primary;
	if (!made || vt__context_init(made, device->ordinal, 0) != CUDA_SUCCESS) {
		if (made)
			vt__object_destroy(&made->object);
		vt__primary_release(device);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	made->resource = vt__resource_provisioned(&desc->resource);
	*green = made;
	return CUDA_SUCCESS;
}

CUresult cuGreenCtxCreate(CUgreenCtx *phCtx, CUdevResourceDesc desc, CUdevice dev,
			  unsigned int flags)
{
	CUcontext green;
	CUresult result;

	if (!phCtx || flags != CU_GREEN_CTX_DEFAULT_STREAM)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	result = vt__device(dev) ? create(desc, vt__device(dev), &green)
				 : CUDA_ERROR_INVALID_DEVICE;
	if (result == CUDA_SUCCESS)
		*phCtx = (CUgreenCtx)green;
	vt__leave();
	return result;
}

static bool has_streams(CUgreenCtx green)
{
	struct vt__object *object = vt__object_from(0);

	for (; object; object = vt__object_from(object->node.key + 1)) {
		if (object->kind == VT_STREAM && ((CUstream)object)->green == green)
			return true;
	}
	return false;
}

/*
 * Streams made for it stay, unusable, and with them what it held of the device. The record
 * stays too, so that a thread that still has it current is told.
 */
CUresult cuGreenCtxDestroy(CUgreenCtx hCtx)
{
	CUcontext context;
	CUresult result = enter_green(hCtx, &context);

	if (result != CUDA_SUCCESS)
		return result;
	if (!has_streams(hCtx)) {
		vt__uncharge(context->device, context->held);
		context->held = 0;
	}
	context->alive = false;
	vt__primary_release(vt__device(context->device));
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuCtxFromGreenCtx(CUcontext *pContext, CUgreenCtx hCtx)
{
	CUcontext context;
	CUresult result = pContext ? enter_green(hCtx, &context) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	*pContext = context;
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuGreenCtxGetId(CUgreenCtx greenCtx, unsigned long long *greenCtxId)
{
	CUcontext context;
	CUresult result = greenCtxId ? enter_green(greenCtx, &context) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	*greenCtxId = context->id;
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuGreenCtxGetDevResource(CUgreenCtx hCtx, CUdevResource *resource, CUdevResourceType type)
{
	CUcontext context;
	CUresult result;

	if (!resource)
		return CUDA_ERROR_INVALID_VALUE;
	if (type != CU_DEV_RESOURCE_TYPE_SM)
		return CUDA_ERROR_INVALID_RESOURCE_TYPE;
	result = enter_green(hCtx, &context);
	if (result != CUDA_SUCCESS)
		return result;
	*resource = context->resource;
	vt__leave();
	return CUDA_SUCCESS;
}

/* Of a context that is not green: all of its device. */
CUresult cuCtxGetDevResource(CUcontext hCtx, CUdevResource *resource, CUdevResourceType type)
{
	CUresult result;
	bool green;

	if (!resource)
		return CUDA_ERROR_INVALID_VALUE;
	if (type != CU_DEV_RESOURCE_TYPE_SM)
		return CUDA_ERROR_INVALID_RESOURCE_TYPE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	green = is_green((CUgreenCtx)hCtx);
	if (!vt__context_usable(hCtx))
		result = CUDA_ERROR_INVALID_CONTEXT;
	else if (!hCtx->alive)
		result = CUDA_ERROR_CONTEXT_IS_DESTROYED;
	else if (!green)
		*resource = vt__resource_of_device(hCtx->device);
	vt__leave();
	return result == CUDA_SUCCESS && green
		       ? cuGreenCtxGetDevResource((CUgreenCtx)hCtx, resource, type)
		       : result;
}

CUresult cuGreenCtxStreamCreate(CUstream *phStream, CUgreenCtx greenCtx, unsigned int flags,
				int priority)
{
	CUcontext context;
	CUresult result;

	if (!phStream || flags != CU_STREAM_NON_BLOCKING)
		return CUDA_ERROR_INVALID_VALUE;
	result = enter_green(greenCtx, &context);
	if (result != CUDA_SUCCESS)
		return result;
	*phStream = vt__stream_create(context->parent, flags, priority);
	if (*phStream)
		(*phStream)->green = greenCtx;
	vt__leave();
	return *phStream ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

/* The default streams are those of the current context, green or not. */
CUresult cuStreamGetCtx_v2(CUstream hStream, CUcontext *pCtx, CUgreenCtx *pGreenCtx)
{
	bool special = !hStream || hStream == CU_STREAM_LEGACY || hStream == CU_STREAM_PER_THREAD;
	CUresult result = cuStreamGetCtx(hStream, pCtx);

	if (result != CUDA_SUCCESS || !pGreenCtx)
		return result;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	*pGreenCtx = special ? vt__green_current() : NULL;
	if (!special && vt__object_live(hStream, VT_STREAM))
		*pGreenCtx = hStream->green;
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuStreamGetGreenCtx(CUstream hStream, CUgreenCtx *phCtx)
{
	CUcontext context;

	return phCtx ? cuStreamGetCtx_v2(hStream, &context, phCtx) : CUDA_ERROR_INVALID_VALUE;
}
