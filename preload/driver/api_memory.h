/* The wrapped driver functions of linear, host, array and address memory.
 * The rows of VT_DRIVER_API (preload/driver/driver_api.h). */
#ifndef VT_PRELOAD_API_MEMORY_H
#define VT_PRELOAD_API_MEMORY_H

/* clang-format off */
#define VT_MEMORY_API(API) \
	/* linear memory; the names without a suffix are the 32-bit ABI of CUDA 2 and 3 */ \
	API(cuMemAlloc, (CUdeviceptr_v1 *dptr, unsigned int bytesize), (dptr, bytesize)) \
	API(cuMemAlloc_v2, (CUdeviceptr *dptr, size_t bytesize), (dptr, bytesize)) \
	API(cuMemAllocPitch, (CUdeviceptr_v1 *dptr, unsigned int *pPitch, \
	    unsigned int WidthInBytes, unsigned int Height, unsigned int ElementSizeBytes), \
	    (dptr, pPitch, WidthInBytes, Height, ElementSizeBytes)) \
	API(cuMemAllocPitch_v2, (CUdeviceptr *dptr, size_t *pPitch, size_t WidthInBytes, \
	    size_t Height, unsigned int ElementSizeBytes), \
	    (dptr, pPitch, WidthInBytes, Height, ElementSizeBytes)) \
	API(cuMemAllocManaged, (CUdeviceptr *dptr, size_t bytesize, unsigned int flags), \
	    (dptr, bytesize, flags)) \
	API(cuMemFree, (CUdeviceptr_v1 dptr), (dptr)) \
	API(cuMemFree_v2, (CUdeviceptr dptr), (dptr)) \
	/* page-locked host memory */ \
	API(cuMemAllocHost, (void **pp, unsigned int bytesize), (pp, bytesize)) \
	API(cuMemAllocHost_v2, (void **pp, size_t bytesize), (pp, bytesize)) \
	API(cuMemHostAlloc, (void **pp, size_t bytesize, unsigned int Flags), \
	    (pp, bytesize, Flags)) \
	API(cuMemFreeHost, (void *p), (p)) \
	API(cuMemHostRegister, (void *p, size_t bytesize, unsigned int Flags), \
	    (p, bytesize, Flags)) \
	API(cuMemHostRegister_v2, (void *p, size_t bytesize, unsigned int Flags), \
	    (p, bytesize, Flags)) \
	API(cuMemHostUnregister, (void *p), (p)) \
	/* arrays: handles, not addresses */ \
	API(cuArrayCreate, (CUarray *pHandle, \
	    const CUDA_ARRAY_DESCRIPTOR_v1 *pAllocateArray), (pHandle, pAllocateArray)) \
	API(cuArrayCreate_v2, (CUarray *pHandle, \
	    const CUDA_ARRAY_DESCRIPTOR *pAllocateArray), (pHandle, pAllocateArray)) \
	API(cuArray3DCreate, (CUarray *pHandle, \
	    const CUDA_ARRAY3D_DESCRIPTOR_v1 *pAllocateArray), (pHandle, pAllocateArray)) \
	API(cuArray3DCreate_v2, (CUarray *pHandle, \
	    const CUDA_ARRAY3D_DESCRIPTOR *pAllocateArray), (pHandle, pAllocateArray)) \
	API(cuArrayDestroy, (CUarray hArray), (hArray)) \
	API(cuMipmappedArrayCreate, (CUmipmappedArray *pHandle, \
	    const CUDA_ARRAY3D_DESCRIPTOR *pMipmappedArrayDesc, \
	    unsigned int numMipmapLevels), (pHandle, pMipmappedArrayDesc, numMipmapLevels)) \
	API(cuMipmappedArrayDestroy, (CUmipmappedArray hMipmappedArray), (hMipmappedArray)) \
	/* address space without memory */ \
	API(cuMemAddressReserve, (CUdeviceptr *ptr, size_t size, size_t alignment, \
	    CUdeviceptr addr, unsigned long long flags), \
	    (ptr, size, alignment, addr, flags)) \
	API(cuMemAddressFree, (CUdeviceptr ptr, size_t size), (ptr, size)) \
	/* how much there is */ \
	API(cuMemGetInfo, (unsigned int *free, unsigned int *total), (free, total)) \
	API(cuMemGetInfo_v2, (size_t *free, size_t *total), (free, total))
/* clang-format on */

#endif
