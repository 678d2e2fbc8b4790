/* Memory of the device and page-locked host memory. */
#include "config.h"

#include "simulate/runtime/runtime.h"

#define PITCH_ELEMENT 4 /* the least element size that a pitched allocation can name */

static CUdeviceptr device_address(const void *pointer)
{
	return (CUdeviceptr)(uintptr_t)pointer;
}

/*
 * Hands an address out: NULL for a call that fails. A request for nothing is met with NULL,
 * without the driver.
 */
#define ALLOCATE(out, size, call)                                                                  \
	do {                                                                                       \
		cudaError_t entered;                                                               \
		CUdeviceptr address = 0;                                                           \
                                                                                                   \
		if (!(out))                                                                        \
			return vt__failed(cudaErrorInvalidValue);                                  \
		*(out) = NULL;                                                                     \
		entered = vt__runtime_enter();                                                     \
		if (entered != cudaSuccess)                                                        \
			return vt__failed(entered);                                                \
		if (size) {                                                                        \
			entered = vt__result(vt__runtime_driver[mode].call);                       \
			if (entered != cudaSuccess)                                                \
				return entered;                                                    \
		}                                                                                  \
		*(out) = (void *)(uintptr_t)address;                                               \
		return cudaSuccess;                                                                \
	} while (0)

cudaError_t cudaMalloc(void **devPtr, size_t size)
{
	const enum vt__stream_mode mode = VT_LEGACY;

	ALLOCATE(devPtr, size, cuMemAlloc(&address, size));
}

cudaError_t cudaMallocPitch(void **devPtr, size_t *pitch, size_t width, size_t height)
{
	const enum vt__stream_mode mode = VT_LEGACY;

	if (!pitch)
		return vt__failed(cudaErrorInvalidValue);
	*pitch = 0;
	ALLOCATE(devPtr, width && height,
		 cuMemAllocPitch(&address, pitch, width, height, PITCH_ELEMENT));
}

cudaError_t cudaMalloc3D(struct cudaPitchedPtr *pitchedDevPtr, struct cudaExtent extent)
{
	cudaError_t error;

	if (!pitchedDevPtr)
		return vt__failed(cudaErrorInvalidValue);
	/* A real one does not look at an overflow either. */
	error = cudaMallocPitch(&pitchedDevPtr->ptr, &pitchedDevPtr->pitch, extent.width,
				extent.height * extent.depth);
	if (error == cudaSuccess) {
		pitchedDevPtr->xsize = extent.width;
		pitchedDevPtr->ysize = extent.height;
	}
	return error;
}

cudaError_t cudaMallocManaged(void **devPtr, size_t size, unsigned int flags)
{
	const enum vt__stream_mode mode = VT_LEGACY;

	ALLOCATE(devPtr, size, cuMemAllocManaged(&address, size, flags));
}

static cudaError_t malloc_async(enum vt__stream_mode mode, void **devPtr, size_t size,
				cudaStream_t stream)
{
	ALLOCATE(devPtr, size, cuMemAllocAsync(&address, size, stream));
}

VT_BOTH_MODES(cudaMallocAsync, cudaMallocAsync_ptsz,
	      (void **devPtr, size_t size, cudaStream_t hStream), malloc_async, devPtr, size,
	      hStream)

static cudaError_t malloc_from_pool(enum vt__stream_mode mode, void **ptr, size_t size,
				    cudaMemPool_t pool, cudaStream_t stream)
{
	ALLOCATE(ptr, size, cuMemAllocFromPoolAsync(&address, size, pool, stream));
}

VT_BOTH_MODES(cudaMallocFromPoolAsync, cudaMallocFromPoolAsync_ptsz,
	      (void **ptr, size_t size, cudaMemPool_t memPool, cudaStream_t stream),
	      malloc_from_pool, ptr, size, memPool, stream)

PASS_STREAM(cudaFreeAsync, cudaFreeAsync_ptsz, (void *devPtr, cudaStream_t hStream),
	    cuMemFreeAsync(device_address(devPtr), hStream))

/* cudaFree(0) is how programs start a context: it does reach the driver. */
PASS(cudaFree, (void *devPtr), cuMemFree(device_address(devPtr)))

PASS(cudaMemGetInfo, (size_t * free, size_t *total), cuMemGetInfo(free, total))

static cudaError_t host_alloc(void **ptr, size_t size, unsigned int flags)
{
	cudaError_t error = ptr ? vt__runtime_enter() : cudaErrorInvalidValue;

	if (error != cudaSuccess)
		return vt__failed(error);
	*ptr = NULL;
	return size ? vt__result(vt__runtime_driver[VT_LEGACY].cuMemHostAlloc(ptr, size, flags))
		    : cudaSuccess;
}

cudaError_t cudaHostAlloc(void **pHost, size_t size, unsigned int flags)
{
	return host_alloc(pHost, size, flags);
}

cudaError_t cudaMallocHost(void **ptr, size_t size)
{
	return host_alloc(ptr, size, 0);
}

PASS(cudaFreeHost, (void *ptr), cuMemFreeHost(ptr))

PASS(cudaHostRegister, (void *ptr, size_t size, unsigned int flags),
     cuMemHostRegister(ptr, size, flags))
PASS(cudaHostUnregister, (void *ptr), cuMemHostUnregister(ptr))
PASS(cudaHostGetDevicePointer, (void **pDevice, void *pHost, unsigned int flags),
     cuMemHostGetDevicePointer((CUdeviceptr *)pDevice, pHost, flags))
PASS(cudaHostGetFlags, (unsigned int *pFlags, void *pHost), cuMemHostGetFlags(pFlags, pHost))

static CUmemLocation location_of(struct cudaMemLocation location)
{
	const CUmemLocation same = {.type = (CUmemLocationType)location.type, .id = location.id};

	return same;
}

PASS(cudaMemAdvise,
     (const void *devPtr, size_t count, enum cudaMemoryAdvise advice,
      struct cudaMemLocation location),
     cuMemAdvise(device_address(devPtr), count, (CUmem_advise)advice, location_of(location)))
PASS_STREAM(cudaMemPrefetchAsync, cudaMemPrefetchAsync_ptsz,
	    (const void *devPtr, size_t count, struct cudaMemLocation location, unsigned int flags,
	     cudaStream_t stream),
	    cuMemPrefetchAsync(device_address(devPtr), count, location_of(location), flags, stream))

cudaError_t cudaPointerGetAttributes(struct cudaPointerAttributes *attributes, const void *ptr)
{
	CUpointer_attribute asked[] = {
		CU_POINTER_ATTRIBUTE_MEMORY_TYPE,    CU_POINTER_ATTRIBUTE_IS_MANAGED,
		CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL, CU_POINTER_ATTRIBUTE_DEVICE_POINTER,
		CU_POINTER_ATTRIBUTE_HOST_POINTER,
	};
	unsigned int type = 0;
	int managed = 0, device = 0;
	CUdeviceptr on_device = 0;
	void *on_host = NULL;
	void *answers[] = {&type, &managed, &device, &on_device, &on_host};
	cudaError_t error = attributes ? vt__runtime_enter() : cudaErrorInvalidValue;

	if (error != cudaSuccess)
		return vt__failed(error);
	error = vt__result(vt__runtime_driver[VT_LEGACY].cuPointerGetAttributes(
		5, asked, answers, device_address(ptr)));
	if (error != cudaSuccess)
		return error;
	/* The driver's memory types have the runtime's numbers; 0 is not registered. */
	attributes->type = managed ? cudaMemoryTypeManaged : (enum cudaMemoryType)type;
	attributes->device = device;
	attributes->devicePointer = (void *)(uintptr_t)on_device;
	attributes->hostPointer = on_host;
	return cudaSuccess;
}
