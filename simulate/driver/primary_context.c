/* The primary context of each device: shared by the runtime and everyone who retains it. */
#include "config.h"

#include "simulate/driver/state.h"

static CUresult activate(struct vt__device *device)
{
	CUcontext context = &device->primary;

	if (!context->object.kind)
		vt__object_add(&context->object, VT_CONTEXT, NULL);
	context->primary = true;
	return vt__context_init(context, device->ordinal, device->primary_flags);
}

CUresult vt__primary_retain(struct vt__device *device)
{
	CUresult result = device->primary.alive ? CUDA_SUCCESS : activate(device);

	if (result == CUDA_SUCCESS)
		device->primary.references++;
	return result;
}

CUresult vt__primary_release(struct vt__device *device)
{
	if (!device->primary.references)
		return CUDA_ERROR_INVALID_CONTEXT;
	if (--device->primary.references == 0 && device->primary.alive)
		vt__context_clear(&device->primary);
	return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *pctx, CUdevice dev)
{
	struct vt__device *device;
	CUresult result = pctx ? vt__enter() : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	device = vt__device(dev);
	result = device ? vt__primary_retain(device) : CUDA_ERROR_INVALID_DEVICE;
	if (result == CUDA_SUCCESS)
		*pctx = &device->primary;
	vt__leave();
	return result;
}

CUresult cuDevicePrimaryCtxRelease_v2(CUdevice dev)
{
	struct vt__device *device;
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	device = vt__device(dev);
	result = device ? vt__primary_release(device) : CUDA_ERROR_INVALID_DEVICE;
	vt__leave();
	return result;
}

CUresult cuDevicePrimaryCtxRelease(CUdevice dev)
{
	return cuDevicePrimaryCtxRelease_v2(dev);
}

/* Who retained it keeps its reference; the next retain makes the context usable again. */
CUresult cuDevicePrimaryCtxReset_v2(CUdevice dev)
{
	struct vt__device *device;
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	device = vt__device(dev);
	if (!device)
		result = CUDA_ERROR_INVALID_DEVICE;
	else if (device->primary.alive)
		vt__context_clear(&device->primary);
	vt__leave();
	return result;
}

CUresult cuDevicePrimaryCtxReset(CUdevice dev)
{
	return cuDevicePrimaryCtxReset_v2(dev);
}

CUresult cuDevicePrimaryCtxGetState(CUdevice dev, unsigned int *flags, int *active)
{
	struct vt__device *device;
	CUresult result = flags && active ? vt__enter() : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	device = vt__device(dev);
	if (!device) {
		result = CUDA_ERROR_INVALID_DEVICE;
	} else {
		*flags = device->primary_flags;
		*active = device->primary.alive;
	}
	vt__leave();
	return result;
}

CUresult cuDevicePrimaryCtxSetFlags_v2(CUdevice dev, unsigned int flags)
{
	struct vt__device *device;
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	device = vt__device(dev);
	if (!device) {
		result = CUDA_ERROR_INVALID_DEVICE;
	} else if (flags & ~(unsigned int)CU_CTX_FLAGS_MASK) {
		result = CUDA_ERROR_INVALID_VALUE;
	} else {
		device->primary_flags = flags;
		device->primary.flags = flags;
	}
	vt__leave();
	return result;
}

CUresult cuDevicePrimaryCtxSetFlags(CUdevice dev, unsigned int flags)
{
	return cuDevicePrimaryCtxSetFlags_v2(dev, flags);
}
