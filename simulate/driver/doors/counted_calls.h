/*
 * The driver's calls that make or end something of the program's own: what the option calls
 * counts (calls.c).
 *
 * MAKES(exported symbol, counter)              a success is one more
 * ENDS(exported symbol, counter, its handle)   a success is one less, unless the handle is 0
 * ENDS_OTHERS(exported symbol)                 a success may end what has calls of its own
 *
 * Calls that count references (cuMemRelease, cuMemUnmap, cuIpcOpenMemHandle, ...) are left out:
 * one of them need not make or end anything. Where one does, the room of its subject says so
 * (vt__calls_shared_made(), vt__calls_shared_ended()).
 */
#ifndef VT_SIMULATE_COUNTED_CALLS_H
#define VT_SIMULATE_COUNTED_CALLS_H

/* clang-format off */
#define VT_COUNTED_CALLS(MAKES, ENDS, ENDS_OTHERS) \
	MAKES(cuMemAlloc, allocations) MAKES(cuMemAlloc_v2, allocations) \
	MAKES(cuMemAllocPitch, allocations) MAKES(cuMemAllocPitch_v2, allocations) \
	MAKES(cuMemAllocManaged, allocations) \
	MAKES(cuMemAllocHost, allocations) MAKES(cuMemAllocHost_v2, allocations) \
	MAKES(cuMemHostAlloc, allocations) \
	MAKES(cuMemHostRegister, allocations) MAKES(cuMemHostRegister_v2, allocations) \
	MAKES(cuArrayCreate, allocations) MAKES(cuArrayCreate_v2, allocations) \
	MAKES(cuArray3DCreate, allocations) MAKES(cuArray3DCreate_v2, allocations) \
	MAKES(cuMipmappedArrayCreate, allocations) \
	MAKES(cuMemAddressReserve, allocations) \
	MAKES(cuImportExternalMemory, allocations) \
	MAKES(cuExternalMemoryGetMappedBuffer, allocations) \
	MAKES(cuExternalMemoryGetMappedMipmappedArray, allocations) \
	MAKES(cuMemPoolImportPointer, allocations) \
	MAKES(cuMemAllocAsync, allocations) MAKES(cuMemAllocAsync_ptsz, allocations) \
	MAKES(cuMemAllocFromPoolAsync, allocations) \
	MAKES(cuMemAllocFromPoolAsync_ptsz, allocations) \
	ENDS(cuMemFree, frees, dptr) ENDS(cuMemFree_v2, frees, dptr) \
	ENDS(cuMemFreeHost, frees, p) ENDS(cuMemHostUnregister, frees, p) \
	ENDS(cuArrayDestroy, frees, hArray) ENDS(cuMipmappedArrayDestroy, frees, hMipmappedArray) \
	ENDS(cuMemAddressFree, frees, ptr) ENDS(cuDestroyExternalMemory, frees, extMem) \
	ENDS(cuMemFreeAsync, frees, dptr) ENDS(cuMemFreeAsync_ptsz, frees, dptr) \
	MAKES(cuModuleLoad, objects_made) MAKES(cuModuleLoadData, objects_made) \
	MAKES(cuModuleLoadDataEx, objects_made) MAKES(cuModuleLoadFatBinary, objects_made) \
	MAKES(cuLibraryLoadData, objects_made) MAKES(cuLibraryLoadFromFile, objects_made) \
	MAKES(cuStreamCreate, objects_made) MAKES(cuStreamCreateWithPriority, objects_made) \
	MAKES(cuGreenCtxStreamCreate, objects_made) \
	MAKES(cuEventCreate, objects_made) MAKES(cuIpcOpenEventHandle, objects_made) \
	MAKES(cuTexObjectCreate, objects_made) MAKES(cuSurfObjectCreate, objects_made) \
	MAKES(cuImportExternalSemaphore, objects_made) \
	ENDS(cuModuleUnload, objects_ended, hmod) ENDS(cuLibraryUnload, objects_ended, library) \
	ENDS(cuStreamDestroy, objects_ended, hStream) \
	ENDS(cuStreamDestroy_v2, objects_ended, hStream) \
	ENDS(cuEventDestroy, objects_ended, hEvent) ENDS(cuEventDestroy_v2, objects_ended, hEvent) \
	ENDS(cuTexObjectDestroy, objects_ended, texObject) \
	ENDS(cuSurfObjectDestroy, objects_ended, surfObject) \
	ENDS(cuDestroyExternalSemaphore, objects_ended, extSem) \
	ENDS_OTHERS(cuCtxDestroy) ENDS_OTHERS(cuCtxDestroy_v2) ENDS_OTHERS(cuCtxDetach) \
	ENDS_OTHERS(cuDevicePrimaryCtxRelease) ENDS_OTHERS(cuDevicePrimaryCtxRelease_v2) \
	ENDS_OTHERS(cuDevicePrimaryCtxReset) ENDS_OTHERS(cuDevicePrimaryCtxReset_v2) \
	ENDS_OTHERS(cuGreenCtxDestroy) \
	ENDS_OTHERS(cuGraphLaunch) ENDS_OTHERS(cuGraphLaunch_ptsz) \
	ENDS_OTHERS(cuGraphDestroy) ENDS_OTHERS(cuGraphExecDestroy)
/* clang-format on */

#endif
