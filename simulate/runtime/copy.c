/* Descriptions of copies, made from the runtime's arguments. */
#include "config.h"

#include "simulate/runtime/copy.h"

static const struct direction {
	CUmemorytype from, to;
} directions[] = {
	[cudaMemcpyHostToHost] = {CU_MEMORYTYPE_HOST, CU_MEMORYTYPE_HOST},
	[cudaMemcpyHostToDevice] = {CU_MEMORYTYPE_HOST, CU_MEMORYTYPE_DEVICE},
	[cudaMemcpyDeviceToHost] = {CU_MEMORYTYPE_DEVICE, CU_MEMORYTYPE_HOST},
	[cudaMemcpyDeviceToDevice] = {CU_MEMORYTYPE_DEVICE, CU_MEMORYTYPE_DEVICE},
	[cudaMemcpyDefault] = {CU_MEMORYTYPE_UNIFIED, CU_MEMORYTYPE_UNIFIED},
};

bool vt__copy_box(enum cudaMemcpyKind kind, CUDA_MEMCPY3D *copy)
{
	if ((unsigned int)kind > cudaMemcpyDefault)
		return false;
	*copy = (CUDA_MEMCPY3D){0};
	copy->srcMemoryType = directions[kind].from;
	copy->dstMemoryType = directions[kind].to;
	copy->Height = 1;
	copy->Depth = 1;
	return true;
}

void vt__copy_from(CUDA_MEMCPY3D *copy, const void *address, size_t pitch)
{
	copy->srcHost = address;
	copy->srcDevice = (CUdeviceptr)(uintptr_t)address;
	copy->srcPitch = pitch;
}

void vt__copy_to(CUDA_MEMCPY3D *copy, void *address, size_t pitch)
{
	copy->dstHost = address;
	copy->dstDevice = (CUdeviceptr)(uintptr_t)address;
	copy->dstPitch = pitch;
}

cudaError_t vt__copy_send(enum vt__stream_mode mode, const CUDA_MEMCPY3D *copy, bool synchronous,
			  cudaStream_t stream)
{
	const struct vt__runtime_driver *driver = &vt__runtime_driver[mode];
	cudaError_t error = vt__runtime_enter();

	if (error != cudaSuccess)
		return vt__failed(error);
	return vt__result(synchronous ? driver->cuMemcpy3D(copy)
				      : driver->cuMemcpy3DAsync(copy, stream));
}

/* The driver's own call for each direction, as programs that wrap those expect. */
static CUresult linear(const struct vt__runtime_driver *driver, void *to, const void *from,
		       size_t size, enum cudaMemcpyKind kind, bool synchronous, cudaStream_t stream)
{
	CUdeviceptr device_to = (CUdeviceptr)(uintptr_t)to;
	CUdeviceptr device_from = (CUdeviceptr)(uintptr_t)from;

	switch (kind) {
	case cudaMemcpyHostToDevice:
		return synchronous ? driver->cuMemcpyHtoD(device_to, from, size)
				   : driver->cuMemcpyHtoDAsync(device_to, from, size, stream);
	case cudaMemcpyDeviceToHost:
		return synchronous ? driver->cuMemcpyDtoH(to, device_from, size)
				   : driver->cuMemcpyDtoHAsync(to, device_from, size, stream);
	case cudaMemcpyDeviceToDevice:
		return synchronous
			       ? driver->cuMemcpyDtoD(device_to, device_from, size)
			       : driver->cuMemcpyDtoDAsync(device_to, device_from, size, stream);
	default:
		return synchronous ? driver->cuMemcpy(device_to, device_from, size)
				   : driver->cuMemcpyAsync(device_to, device_from, size, stream);
	}
}

cudaError_t vt__copy_linear(enum vt__stream_mode mode, void *to, const void *from, size_t size,
			    enum cudaMemcpyKind kind, bool synchronous, cudaStream_t stream)
{
	cudaError_t error = vt__runtime_enter();

	if (error != cudaSuccess)
		return vt__failed(error);
	if ((unsigned int)kind > cudaMemcpyDefault)
		return vt__failed(cudaErrorInvalidMemcpyDirection);
	if (!size)
		return cudaSuccess;
	return vt__result(
		linear(&vt__runtime_driver[mode], to, from, size, kind, synchronous, stream));
}

/* With an array on a side, widths and positions count that array's elements. */
cudaError_t vt__copy_described(const struct cudaMemcpy3DParms *params, CUDA_MEMCPY3D *copy)
{
	cudaArray_t array;
	size_t unit;

	if (!params || !vt__copy_box(params->kind, copy) ||
	    (params->srcArray && params->srcPtr.ptr) || (params->dstArray && params->dstPtr.ptr))
		return cudaErrorInvalidValue;
	array = params->srcArray ? params->srcArray : params->dstArray;
	unit = array ? vt__array_element(array) : 1;
	if (!unit)
		return cudaErrorInvalidValue;
	copy->WidthInBytes = params->extent.width * unit;
	copy->Height = params->extent.height;
	copy->Depth = params->extent.depth;
	copy->srcXInBytes = params->srcPos.x * (params->srcArray ? unit : 1);
	copy->srcY = params->srcPos.y;
	copy->srcZ = params->srcPos.z;
	copy->dstXInBytes = params->dstPos.x * (params->dstArray ? unit : 1);
	copy->dstY = params->dstPos.y;
	copy->dstZ = params->dstPos.z;
	vt__copy_from(copy, params->srcPtr.ptr, params->srcPtr.pitch);
	copy->srcHeight = params->srcPtr.ysize;
	vt__copy_to(copy, params->dstPtr.ptr, params->dstPtr.pitch);
	copy->dstHeight = params->dstPtr.ysize;
	if (params->srcArray) {
		copy->srcMemoryType = CU_MEMORYTYPE_ARRAY;
		copy->srcArray = (CUarray)params->srcArray;
	}
	if (params->dstArray) {
		copy->dstMemoryType = CU_MEMORYTYPE_ARRAY;
		copy->dstArray = (CUarray)params->dstArray;
	}
	return cudaSuccess;
}
