/* The wrapped driver functions of virtual memory: physical memory, mappings, multicast.
 * The rows of VT_DRIVER_API (preload/driver/driver_api.h). */
#ifndef VT_PRELOAD_API_VIRTUAL_H
#define VT_PRELOAD_API_VIRTUAL_H

/* clang-format off */
#define VT_VIRTUAL_API(API) \
	/* physical memory and its mappings */ \
	API(cuMemCreate, (CUmemGenericAllocationHandle *handle, size_t size, \
	    const CUmemAllocationProp *prop, unsigned long long flags), \
	    (handle, size, prop, flags)) \
	API(cuMemRelease, (CUmemGenericAllocationHandle handle), (handle)) \
	API(cuMemRetainAllocationHandle, (CUmemGenericAllocationHandle *handle, void *addr), \
	    (handle, addr)) \
	API(cuMemImportFromShareableHandle, (CUmemGenericAllocationHandle *handle, \
	    void *osHandle, CUmemAllocationHandleType shHandleType), \
	    (handle, osHandle, shHandleType)) \
	API(cuMemMap, (CUdeviceptr ptr, size_t size, size_t offset, \
	    CUmemGenericAllocationHandle handle, unsigned long long flags), \
	    (ptr, size, offset, handle, flags)) \
	API(cuMemUnmap, (CUdeviceptr ptr, size_t size), (ptr, size)) \
	/* multicast objects and the memory bound to them */ \
	API(cuMulticastCreate, (CUmemGenericAllocationHandle *mcHandle, \
	    const CUmulticastObjectProp *prop), (mcHandle, prop)) \
	API(cuMulticastBindMem, (CUmemGenericAllocationHandle mcHandle, size_t mcOffset, \
	    CUmemGenericAllocationHandle memHandle, size_t memOffset, size_t size, \
	    unsigned long long flags), \
	    (mcHandle, mcOffset, memHandle, memOffset, size, flags)) \
	API(cuMulticastBindAddr, (CUmemGenericAllocationHandle mcHandle, size_t mcOffset, \
	    CUdeviceptr memptr, size_t size, unsigned long long flags), \
	    (mcHandle, mcOffset, memptr, size, flags)) \
	API(cuMulticastBindMem_v2, (CUmemGenericAllocationHandle mcHandle, CUdevice dev, \
	    size_t mcOffset, CUmemGenericAllocationHandle memHandle, size_t memOffset, \
	    size_t size, unsigned long long flags), \
	    (mcHandle, dev, mcOffset, memHandle, memOffset, size, flags)) \
	API(cuMulticastBindAddr_v2, (CUmemGenericAllocationHandle mcHandle, CUdevice dev, \
	    size_t mcOffset, CUdeviceptr memptr, size_t size, unsigned long long flags), \
	    (mcHandle, dev, mcOffset, memptr, size, flags)) \
	API(cuMulticastUnbind, (CUmemGenericAllocationHandle mcHandle, CUdevice dev, \
	    size_t mcOffset, size_t size), (mcHandle, dev, mcOffset, size))
/* clang-format on */

#endif
