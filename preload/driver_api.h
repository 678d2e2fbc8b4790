/*
 * The wrapped driver API: one row for each exported symbol.
 *
 * The wrappers, the real pointers, the look-up by address and by name, and the
 * ABI check (a wrapper is compiled against the declaration in cuda.h) are all
 * expansions of VT_DRIVER_API.
 *
 *   ALLOCATES(symbol, parameters, arguments, space, kind, address, bytes)
 *   FREES(symbol, parameters, arguments, space, address)
 *       the whole wrapper follows from the row (allocations.c)
 *   BY_HAND(symbol)
 *       what it does has rules of its own; the file that has the wrapper is
 *       named above the rows
 *
 * `space` and `kind` are the tails of enum vt__space and enum vt_kind; address
 * and bytes are expressions over the parameters, used after a success.
 */
#ifndef VT_PRELOAD_DRIVER_API_H
#define VT_PRELOAD_DRIVER_API_H

#include "preload/array_bytes.h"
#include "preload/cuda_abi.h"

/* Exported by the driver and asked for by name, but in no header. */
CUresult CUDAAPI cuStreamBeginCapture_v2_ptsz(CUstream stream, CUstreamCaptureMode mode);
CUresult CUDAAPI cuStreamBeginCaptureToGraph_ptsz(CUstream stream, CUgraph graph,
						  const CUgraphNode *dependencies,
						  const CUgraphEdgeData *edges, size_t count,
						  CUstreamCaptureMode mode);

/* clang-format off */
#define VT_DRIVER_API(ALLOCATES, FREES, BY_HAND) \
	/* linear memory; the names without a suffix are the 32-bit ABI of CUDA 2 and 3 */ \
	ALLOCATES(cuMemAlloc, (CUdeviceptr_v1 *out, unsigned int bytes), (out, bytes), \
		  DEVICE, LINEAR, *out, bytes) \
	ALLOCATES(cuMemAlloc_v2, (CUdeviceptr *out, size_t bytes), (out, bytes), \
		  DEVICE, LINEAR, *out, bytes) \
	ALLOCATES(cuMemAllocPitch, \
		  (CUdeviceptr_v1 *out, unsigned int *pitch, unsigned int width, \
		   unsigned int height, unsigned int element), \
		  (out, pitch, width, height, element), \
		  DEVICE, PITCHED, *out, (uint64_t)*pitch * height) \
	ALLOCATES(cuMemAllocPitch_v2, \
		  (CUdeviceptr *out, size_t *pitch, size_t width, size_t height, \
		   unsigned int element), \
		  (out, pitch, width, height, element), \
		  DEVICE, PITCHED, *out, (uint64_t)*pitch * height) \
	ALLOCATES(cuMemAllocManaged, (CUdeviceptr *out, size_t bytes, unsigned int flags), \
		  (out, bytes, flags), DEVICE, MANAGED, *out, bytes) \
	FREES(cuMemFree, (CUdeviceptr_v1 address), (address), DEVICE, address) \
	FREES(cuMemFree_v2, (CUdeviceptr address), (address), DEVICE, address) \
	/* page-locked host memory */ \
	ALLOCATES(cuMemAllocHost, (void **out, unsigned int bytes), (out, bytes), \
		  HOST, PINNED, (uintptr_t)*out, bytes) \
	ALLOCATES(cuMemAllocHost_v2, (void **out, size_t bytes), (out, bytes), \
		  HOST, PINNED, (uintptr_t)*out, bytes) \
	ALLOCATES(cuMemHostAlloc, (void **out, size_t bytes, unsigned int flags), \
		  (out, bytes, flags), HOST, PINNED, (uintptr_t)*out, bytes) \
	FREES(cuMemFreeHost, (void *address), (address), HOST, (uintptr_t)address) \
	/* arrays: handles, not addresses */ \
	ALLOCATES(cuArrayCreate, (CUarray *out, const CUDA_ARRAY_DESCRIPTOR_v1 *shape), \
		  (out, shape), ARRAY, ARRAY, (uintptr_t)*out, \
		  vt__array_bytes(shape->Format, shape->NumChannels, shape->Width, \
				  shape->Height, 1, 0)) \
	ALLOCATES(cuArrayCreate_v2, (CUarray *out, const CUDA_ARRAY_DESCRIPTOR *shape), \
		  (out, shape), ARRAY, ARRAY, (uintptr_t)*out, \
		  vt__array_bytes(shape->Format, shape->NumChannels, shape->Width, \
				  shape->Height, 1, 0)) \
	ALLOCATES(cuArray3DCreate, (CUarray *out, const CUDA_ARRAY3D_DESCRIPTOR_v1 *shape), \
		  (out, shape), ARRAY, ARRAY, (uintptr_t)*out, \
		  vt__array_bytes(shape->Format, shape->NumChannels, shape->Width, \
				  shape->Height, shape->Depth, shape->Flags)) \
	ALLOCATES(cuArray3DCreate_v2, (CUarray *out, const CUDA_ARRAY3D_DESCRIPTOR *shape), \
		  (out, shape), ARRAY, ARRAY, (uintptr_t)*out, \
		  vt__array_bytes(shape->Format, shape->NumChannels, shape->Width, \
				  shape->Height, shape->Depth, shape->Flags)) \
	ALLOCATES(cuMipmappedArrayCreate, \
		  (CUmipmappedArray *out, const CUDA_ARRAY3D_DESCRIPTOR *shape, \
		   unsigned int levels), \
		  (out, shape, levels), ARRAY, MIPMAP, (uintptr_t)*out, \
		  vt__mipmap_bytes(shape, levels)) \
	FREES(cuArrayDestroy, (CUarray array), (array), ARRAY, (uintptr_t)array) \
	FREES(cuMipmappedArrayDestroy, (CUmipmappedArray array), (array), \
	      ARRAY, (uintptr_t)array) \
	/* address space without memory behind it */ \
	ALLOCATES(cuMemAddressReserve, \
		  (CUdeviceptr *out, size_t bytes, size_t alignment, CUdeviceptr wanted, \
		   unsigned long long flags), \
		  (out, bytes, alignment, wanted, flags), RANGE, RESERVATION, *out, bytes) \
	FREES(cuMemAddressFree, (CUdeviceptr address, size_t bytes), (address, bytes), \
	      RANGE, address) \
	/* stream-ordered memory: streams.c */ \
	BY_HAND(cuMemAllocAsync) \
	BY_HAND(cuMemAllocAsync_ptsz) \
	BY_HAND(cuMemAllocFromPoolAsync) \
	BY_HAND(cuMemAllocFromPoolAsync_ptsz) \
	BY_HAND(cuMemFreeAsync) \
	BY_HAND(cuMemFreeAsync_ptsz) \
	BY_HAND(cuStreamBeginCapture) \
	BY_HAND(cuStreamBeginCapture_ptsz) \
	BY_HAND(cuStreamBeginCapture_v2) \
	BY_HAND(cuStreamBeginCapture_v2_ptsz) \
	BY_HAND(cuStreamBeginCaptureToGraph) \
	BY_HAND(cuStreamBeginCaptureToGraph_ptsz) \
	/* memory pools: pools.c */ \
	BY_HAND(cuMemPoolCreate) \
	BY_HAND(cuMemPoolDestroy) \
	BY_HAND(cuMemPoolTrimTo) \
	/* physical memory and its mappings: vmm.c */ \
	BY_HAND(cuMemCreate) \
	BY_HAND(cuMemRelease) \
	BY_HAND(cuMemRetainAllocationHandle) \
	BY_HAND(cuMemImportFromShareableHandle) \
	BY_HAND(cuMemMap) \
	BY_HAND(cuMemUnmap) \
	BY_HAND(cuMulticastCreate) \
	/* another process's memory: ipc.c */ \
	BY_HAND(cuIpcOpenMemHandle) \
	BY_HAND(cuIpcOpenMemHandle_v2) \
	BY_HAND(cuIpcCloseMemHandle) \
	/* contexts, whose end frees memory: contexts.c */ \
	BY_HAND(cuCtxCreate) \
	BY_HAND(cuCtxCreate_v2) \
	BY_HAND(cuCtxCreate_v3) \
	BY_HAND(cuCtxCreate_v4) \
	BY_HAND(cuCtxDestroy) \
	BY_HAND(cuCtxDestroy_v2) \
	BY_HAND(cuDevicePrimaryCtxRetain) \
	BY_HAND(cuDevicePrimaryCtxRelease) \
	BY_HAND(cuDevicePrimaryCtxRelease_v2) \
	BY_HAND(cuDevicePrimaryCtxReset) \
	BY_HAND(cuDevicePrimaryCtxReset_v2) \
	/* the driver's own look-up: doors.c */ \
	BY_HAND(cuGetProcAddress) \
	BY_HAND(cuGetProcAddress_v2)

/* What the shim asks the driver itself; not wrapped. */
#define VT_DRIVER_QUERIES(QUERY) \
	QUERY(cuCtxGetCurrent) \
	QUERY(cuCtxGetDevice) \
	QUERY(cuDeviceGetCount) \
	QUERY(cuDeviceGetName) \
	QUERY(cuDeviceGetUuid) \
	QUERY(cuDeviceGetUuid_v2) \
	QUERY(cuDevicePrimaryCtxGetState) \
	QUERY(cuDeviceTotalMem_v2) \
	QUERY(cuDriverGetVersion) \
	QUERY(cuMemGetAddressRange_v2) \
	QUERY(cuMemGetInfo_v2) \
	QUERY(cuPointerGetAttribute) \
	QUERY(cuStreamIsCapturing)
/* clang-format on */

#endif
