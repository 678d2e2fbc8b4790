/* The wrapped driver functions of memory that belongs to another process or API.
 * The rows of VT_DRIVER_API (preload/driver/driver_api.h). */
#ifndef VT_PRELOAD_API_FOREIGN_H
#define VT_PRELOAD_API_FOREIGN_H

/* clang-format off */
#define VT_FOREIGN_API(API) \
	/* another process's memory */ \
	API(cuIpcOpenMemHandle, (CUdeviceptr *pdptr, CUipcMemHandle handle, \
	    unsigned int Flags), (pdptr, handle, Flags)) \
	API(cuIpcOpenMemHandle_v2, (CUdeviceptr *pdptr, CUipcMemHandle handle, \
	    unsigned int Flags), (pdptr, handle, Flags)) \
	API(cuIpcCloseMemHandle, (CUdeviceptr dptr), (dptr)) \
	/* its own, for others */ \
	API(cuIpcGetMemHandle, (CUipcMemHandle *pHandle, CUdeviceptr dptr), (pHandle, dptr)) \
	API(cuMemExportToShareableHandle, (void *shareableHandle, \
	    CUmemGenericAllocationHandle handle, CUmemAllocationHandleType handleType, \
	    unsigned long long flags), (shareableHandle, handle, handleType, flags)) \
	API(cuMemPoolExportPointer, (CUmemPoolPtrExportData *shareData_out, CUdeviceptr ptr), \
	    (shareData_out, ptr)) \
	/* a process's memory off the card, and back */ \
	API(cuCheckpointProcessLock, (int pid, CUcheckpointLockArgs *args), (pid, args)) \
	API(cuCheckpointProcessCheckpoint, (int pid, CUcheckpointCheckpointArgs *args), \
	    (pid, args)) \
	API(cuCheckpointProcessRestore, (int pid, CUcheckpointRestoreArgs *args), (pid, args)) \
	API(cuCheckpointProcessUnlock, (int pid, CUcheckpointUnlockArgs *args), (pid, args)) \
	/* memory of another API */ \
	API(cuImportExternalMemory, (CUexternalMemory *extMem_out, \
	    const CUDA_EXTERNAL_MEMORY_HANDLE_DESC *memHandleDesc), \
	    (extMem_out, memHandleDesc)) \
	API(cuExternalMemoryGetMappedBuffer, (CUdeviceptr *devPtr, CUexternalMemory extMem, \
	    const CUDA_EXTERNAL_MEMORY_BUFFER_DESC *bufferDesc), \
	    (devPtr, extMem, bufferDesc)) \
	API(cuExternalMemoryGetMappedMipmappedArray, (CUmipmappedArray *mipmap, \
	    CUexternalMemory extMem, \
	    const CUDA_EXTERNAL_MEMORY_MIPMAPPED_ARRAY_DESC *mipmapDesc), \
	    (mipmap, extMem, mipmapDesc)) \
	API(cuDestroyExternalMemory, (CUexternalMemory extMem), (extMem)) \
	API(cuImportExternalSemaphore, (CUexternalSemaphore *extSem_out, \
	    const CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC *semHandleDesc), \
	    (extSem_out, semHandleDesc)) \
	API(cuDestroyExternalSemaphore, (CUexternalSemaphore extSem), (extSem))
/* clang-format on */

#endif
