/* Memory and events shared with other processes: IPC handles and memory pools. */
#include "config.h"

#include <string.h>

#include "simulate/runtime/runtime.h"

_Static_assert(sizeof(cudaIpcMemHandle_t) == sizeof(CUipcMemHandle), "memory handle");
_Static_assert(sizeof(cudaIpcEventHandle_t) == sizeof(CUipcEventHandle), "event handle");
_Static_assert(sizeof(struct cudaMemPoolPtrExportData) == sizeof(CUmemPoolPtrExportData),
	       "pointer of a pool");

static CUipcMemHandle memory_handle(const cudaIpcMemHandle_t *handle)
{
	CUipcMemHandle same;

	memcpy(&same, handle, sizeof(same));
	return same;
}

static CUipcEventHandle event_handle(const cudaIpcEventHandle_t *handle)
{
	CUipcEventHandle same;

	memcpy(&same, handle, sizeof(same));
	return same;
}

PASS(cudaIpcGetMemHandle, (cudaIpcMemHandle_t * handle, void *devPtr),
     cuIpcGetMemHandle((CUipcMemHandle *)handle, (CUdeviceptr)(uintptr_t)devPtr))
PASS(cudaIpcOpenMemHandle, (void **devPtr, cudaIpcMemHandle_t handle, unsigned int flags),
     cuIpcOpenMemHandle((CUdeviceptr *)devPtr, memory_handle(&handle), flags))
PASS(cudaIpcCloseMemHandle, (void *devPtr), cuIpcCloseMemHandle((CUdeviceptr)(uintptr_t)devPtr))
PASS(cudaIpcGetEventHandle, (cudaIpcEventHandle_t * handle, cudaEvent_t event),
     cuIpcGetEventHandle((CUipcEventHandle *)handle, event))
PASS(cudaIpcOpenEventHandle, (cudaEvent_t * event, cudaIpcEventHandle_t handle),
     cuIpcOpenEventHandle(event, event_handle(&handle)))

PASS_DEVICE(cudaMemPoolExportToShareableHandle,
	    (void *shareableHandle, cudaMemPool_t memPool,
	     enum cudaMemAllocationHandleType handleType, unsigned int flags),
	    cuMemPoolExportToShareableHandle(shareableHandle, memPool,
					     (CUmemAllocationHandleType)handleType, flags))
PASS_DEVICE(cudaMemPoolImportFromShareableHandle,
	    (cudaMemPool_t * memPool, void *shareableHandle,
	     enum cudaMemAllocationHandleType handleType, unsigned int flags),
	    cuMemPoolImportFromShareableHandle(memPool, shareableHandle,
					       (CUmemAllocationHandleType)handleType, flags))
PASS_DEVICE(cudaMemPoolExportPointer, (struct cudaMemPoolPtrExportData * exportData, void *ptr),
	    cuMemPoolExportPointer((CUmemPoolPtrExportData *)exportData,
				   (CUdeviceptr)(uintptr_t)ptr))
PASS_DEVICE(cudaMemPoolImportPointer,
	    (void **ptr, cudaMemPool_t memPool, struct cudaMemPoolPtrExportData *exportData),
	    cuMemPoolImportPointer((CUdeviceptr *)ptr, memPool,
				   (CUmemPoolPtrExportData *)exportData))
