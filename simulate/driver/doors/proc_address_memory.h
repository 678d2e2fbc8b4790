/*
 * Rows of the cuGetProcAddress table: memory, contexts, devices and textures.
 *
 * LEGACY(base name, lowest CUDA version, suffix of the symbol) answers every request;
 * PER_THREAD, preferred to it, one with the per-thread default stream flag.
 */
#ifndef VT_SIMULATE_PROC_ADDRESS_MEMORY_H
#define VT_SIMULATE_PROC_ADDRESS_MEMORY_H

/* clang-format off */
#define VT_PROC_ADDRESS_MEMORY(LEGACY, PER_THREAD) \
	LEGACY(cuArray3DCreate, 2000, ) LEGACY(cuArray3DCreate, 3020, _v2) \
	LEGACY(cuArray3DGetDescriptor, 2000, ) LEGACY(cuArray3DGetDescriptor, 3020, _v2) \
	LEGACY(cuArrayCreate, 2000, ) LEGACY(cuArrayCreate, 3020, _v2) \
	LEGACY(cuArrayDestroy, 2000, ) \
	LEGACY(cuArrayGetDescriptor, 2000, ) LEGACY(cuArrayGetDescriptor, 3020, _v2) \
	LEGACY(cuArrayGetMemoryRequirements, 11060, ) \
	LEGACY(cuArrayGetPlane, 11020, ) \
	LEGACY(cuArrayGetSparseProperties, 11010, ) \
	LEGACY(cuCtxAttach, 2000, ) \
	LEGACY(cuCtxCreate, 2000, ) LEGACY(cuCtxCreate, 3020, _v2) \
	LEGACY(cuCtxCreate, 11040, _v3) LEGACY(cuCtxCreate, 12050, _v4) \
	LEGACY(cuCtxDestroy, 2000, ) LEGACY(cuCtxDestroy, 4000, _v2) \
	LEGACY(cuCtxDetach, 2000, ) \
	LEGACY(cuCtxDisablePeerAccess, 4000, ) \
	LEGACY(cuCtxEnablePeerAccess, 4000, ) \
	LEGACY(cuCtxFromGreenCtx, 12040, ) \
	LEGACY(cuCtxGetApiVersion, 3020, ) \
	LEGACY(cuCtxGetCacheConfig, 3020, ) \
	LEGACY(cuCtxGetCurrent, 4000, ) \
	LEGACY(cuCtxGetDevResource, 12040, ) \
	LEGACY(cuCtxGetDevice, 2000, ) LEGACY(cuCtxGetDevice, 13000, _v2) \
	LEGACY(cuCtxGetExecAffinity, 11040, ) \
	LEGACY(cuCtxGetFlags, 7000, ) \
	LEGACY(cuCtxGetId, 12000, ) \
	LEGACY(cuCtxGetLimit, 3010, ) \
	LEGACY(cuCtxGetSharedMemConfig, 4020, ) \
	LEGACY(cuCtxGetStreamPriorityRange, 5050, ) \
	LEGACY(cuCtxPopCurrent, 2000, ) LEGACY(cuCtxPopCurrent, 4000, _v2) \
	LEGACY(cuCtxPushCurrent, 2000, ) LEGACY(cuCtxPushCurrent, 4000, _v2) \
	LEGACY(cuCtxRecordEvent, 12050, ) \
	LEGACY(cuCtxResetPersistingL2Cache, 11000, ) \
	LEGACY(cuCtxSetCacheConfig, 3020, ) \
	LEGACY(cuCtxSetCurrent, 4000, ) \
	LEGACY(cuCtxSetFlags, 12010, ) \
	LEGACY(cuCtxSetLimit, 3010, ) \
	LEGACY(cuCtxSetSharedMemConfig, 4020, ) \
	LEGACY(cuCtxSynchronize, 2000, ) LEGACY(cuCtxSynchronize, 13000, _v2) \
	LEGACY(cuCtxWaitEvent, 12050, ) \
	LEGACY(cuDestroyExternalMemory, 10000, ) \
	LEGACY(cuDestroyExternalSemaphore, 10000, ) \
	LEGACY(cuDevResourceGenerateDesc, 12040, ) \
	LEGACY(cuDevSmResourceSplitByCount, 12040, ) \
	LEGACY(cuDeviceCanAccessPeer, 4000, ) \
	LEGACY(cuDeviceComputeCapability, 2000, ) \
	LEGACY(cuDeviceGet, 2000, ) \
	LEGACY(cuDeviceGetAttribute, 2000, ) \
	LEGACY(cuDeviceGetByPCIBusId, 4010, ) \
	LEGACY(cuDeviceGetCount, 2000, ) \
	LEGACY(cuDeviceGetDefaultMemPool, 11020, ) \
	LEGACY(cuDeviceGetDevResource, 12040, ) \
	LEGACY(cuDeviceGetExecAffinitySupport, 11040, ) \
	LEGACY(cuDeviceGetGraphMemAttribute, 11040, ) \
	LEGACY(cuDeviceGetHostAtomicCapabilities, 13000, ) \
	LEGACY(cuDeviceGetLuid, 10000, ) \
	LEGACY(cuDeviceGetMemPool, 11020, ) \
	LEGACY(cuDeviceGetName, 2000, ) \
	LEGACY(cuDeviceGetNvSciSyncAttributes, 10020, ) \
	LEGACY(cuDeviceGetP2PAtomicCapabilities, 13000, ) \
	LEGACY(cuDeviceGetP2PAttribute, 8000, ) \
	LEGACY(cuDeviceGetPCIBusId, 4010, ) \
	LEGACY(cuDeviceGetProperties, 2000, ) \
	LEGACY(cuDeviceGetTexture1DLinearMaxWidth, 11010, ) \
	LEGACY(cuDeviceGetUuid, 9020, ) LEGACY(cuDeviceGetUuid, 11040, _v2) \
	LEGACY(cuDeviceGraphMemTrim, 11040, ) \
	LEGACY(cuDevicePrimaryCtxGetState, 7000, ) \
	LEGACY(cuDevicePrimaryCtxRelease, 7000, ) \
	LEGACY(cuDevicePrimaryCtxRelease, 11000, _v2) \
	LEGACY(cuDevicePrimaryCtxReset, 7000, ) \
	LEGACY(cuDevicePrimaryCtxReset, 11000, _v2) \
	LEGACY(cuDevicePrimaryCtxRetain, 7000, ) \
	LEGACY(cuDevicePrimaryCtxSetFlags, 7000, ) \
	LEGACY(cuDevicePrimaryCtxSetFlags, 11000, _v2) \
	LEGACY(cuDeviceRegisterAsyncNotification, 12040, ) \
	LEGACY(cuDeviceSetGraphMemAttribute, 11040, ) \
	LEGACY(cuDeviceSetMemPool, 11020, ) \
	LEGACY(cuDeviceTotalMem, 2000, ) LEGACY(cuDeviceTotalMem, 3020, _v2) \
	LEGACY(cuDeviceUnregisterAsyncNotification, 12040, ) \
	LEGACY(cuExternalMemoryGetMappedBuffer, 10000, ) \
	LEGACY(cuExternalMemoryGetMappedMipmappedArray, 10000, ) \
	LEGACY(cuImportExternalMemory, 10000, ) \
	LEGACY(cuImportExternalSemaphore, 10000, ) \
	LEGACY(cuIpcCloseMemHandle, 4010, ) \
	LEGACY(cuIpcGetEventHandle, 4010, ) \
	LEGACY(cuIpcGetMemHandle, 4010, ) \
	LEGACY(cuIpcOpenEventHandle, 4010, ) \
	LEGACY(cuIpcOpenMemHandle, 4010, ) LEGACY(cuIpcOpenMemHandle, 11000, _v2) \
	LEGACY(cuMemAddressFree, 10020, ) \
	LEGACY(cuMemAddressReserve, 10020, ) \
	LEGACY(cuMemAdvise, 8000, ) LEGACY(cuMemAdvise, 12020, _v2) \
	LEGACY(cuMemAlloc, 2000, ) LEGACY(cuMemAlloc, 3020, _v2) \
	LEGACY(cuMemAllocAsync, 11020, ) PER_THREAD(cuMemAllocAsync, 11020, _ptsz) \
	LEGACY(cuMemAllocFromPoolAsync, 11020, ) \
	PER_THREAD(cuMemAllocFromPoolAsync, 11020, _ptsz) \
	LEGACY(cuMemAllocHost, 2000, ) LEGACY(cuMemAllocHost, 3020, _v2) \
	LEGACY(cuMemAllocManaged, 6000, ) \
	LEGACY(cuMemAllocPitch, 2000, ) LEGACY(cuMemAllocPitch, 3020, _v2) \
	LEGACY(cuMemBatchDecompressAsync, 12060, ) \
	PER_THREAD(cuMemBatchDecompressAsync, 12060, _ptsz) \
	LEGACY(cuMemCreate, 10020, ) \
	LEGACY(cuMemDiscardAndPrefetchBatchAsync, 13000, ) \
	PER_THREAD(cuMemDiscardAndPrefetchBatchAsync, 13000, _ptsz) \
	LEGACY(cuMemDiscardBatchAsync, 13000, ) \
	PER_THREAD(cuMemDiscardBatchAsync, 13000, _ptsz) \
	LEGACY(cuMemExportToShareableHandle, 10020, ) \
	LEGACY(cuMemFree, 2000, ) LEGACY(cuMemFree, 3020, _v2) \
	LEGACY(cuMemFreeAsync, 11020, ) PER_THREAD(cuMemFreeAsync, 11020, _ptsz) \
	LEGACY(cuMemFreeHost, 2000, ) \
	LEGACY(cuMemGetAccess, 10020, ) \
	LEGACY(cuMemGetAddressRange, 2000, ) LEGACY(cuMemGetAddressRange, 3020, _v2) \
	LEGACY(cuMemGetAllocationGranularity, 10020, ) \
	LEGACY(cuMemGetAllocationPropertiesFromHandle, 10020, ) \
	LEGACY(cuMemGetDefaultMemPool, 13000, ) \
	LEGACY(cuMemGetHandleForAddressRange, 11070, ) \
	LEGACY(cuMemGetInfo, 2000, ) LEGACY(cuMemGetInfo, 3020, _v2) \
	LEGACY(cuMemGetMemPool, 13000, ) \
	LEGACY(cuMemHostAlloc, 2020, ) \
	LEGACY(cuMemHostGetDevicePointer, 2020, ) \
	LEGACY(cuMemHostGetDevicePointer, 3020, _v2) \
	LEGACY(cuMemHostGetFlags, 2030, ) \
	LEGACY(cuMemHostRegister, 4000, ) LEGACY(cuMemHostRegister, 6050, _v2) \
	LEGACY(cuMemHostUnregister, 4000, ) \
	LEGACY(cuMemImportFromShareableHandle, 10020, ) \
	LEGACY(cuMemMap, 10020, ) \
	LEGACY(cuMemMapArrayAsync, 11010, ) PER_THREAD(cuMemMapArrayAsync, 11010, _ptsz) \
	LEGACY(cuMemPoolCreate, 11020, ) \
	LEGACY(cuMemPoolDestroy, 11020, ) \
	LEGACY(cuMemPoolExportPointer, 11020, ) \
	LEGACY(cuMemPoolExportToShareableHandle, 11020, ) \
	LEGACY(cuMemPoolGetAccess, 11020, ) \
	LEGACY(cuMemPoolGetAttribute, 11020, ) \
	LEGACY(cuMemPoolImportFromShareableHandle, 11020, ) \
	LEGACY(cuMemPoolImportPointer, 11020, ) \
	LEGACY(cuMemPoolSetAccess, 11020, ) \
	LEGACY(cuMemPoolSetAttribute, 11020, ) \
	LEGACY(cuMemPoolTrimTo, 11020, ) \
	LEGACY(cuMemPrefetchAsync, 8000, ) LEGACY(cuMemPrefetchAsync, 12020, _v2) \
	PER_THREAD(cuMemPrefetchAsync, 8000, _ptsz) \
	PER_THREAD(cuMemPrefetchAsync, 12020, _v2_ptsz) \
	LEGACY(cuMemPrefetchBatchAsync, 13000, ) \
	PER_THREAD(cuMemPrefetchBatchAsync, 13000, _ptsz) \
	LEGACY(cuMemRangeGetAttribute, 8000, ) \
	LEGACY(cuMemRangeGetAttributes, 8000, ) \
	LEGACY(cuMemRelease, 10020, ) \
	LEGACY(cuMemRetainAllocationHandle, 11000, ) \
	LEGACY(cuMemSetAccess, 10020, ) \
	LEGACY(cuMemSetMemPool, 13000, ) \
	LEGACY(cuMemUnmap, 10020, ) \
	LEGACY(cuMipmappedArrayCreate, 5000, ) \
	LEGACY(cuMipmappedArrayDestroy, 5000, ) \
	LEGACY(cuMipmappedArrayGetLevel, 5000, ) \
	LEGACY(cuMipmappedArrayGetMemoryRequirements, 11060, ) \
	LEGACY(cuMipmappedArrayGetSparseProperties, 11010, ) \
	LEGACY(cuMulticastAddDevice, 12010, ) \
	LEGACY(cuMulticastBindAddr, 12010, ) \
	LEGACY(cuMulticastBindMem, 12010, ) \
	LEGACY(cuMulticastCreate, 12010, ) \
	LEGACY(cuMulticastGetGranularity, 12010, ) \
	LEGACY(cuMulticastUnbind, 12010, ) \
	LEGACY(cuPointerGetAttribute, 4000, ) \
	LEGACY(cuPointerGetAttributes, 7000, ) \
	LEGACY(cuPointerSetAttribute, 6000, ) \
	LEGACY(cuSurfObjectCreate, 5000, ) \
	LEGACY(cuSurfObjectDestroy, 5000, ) \
	LEGACY(cuSurfObjectGetResourceDesc, 5000, ) \
	LEGACY(cuSurfRefGetArray, 3000, ) \
	LEGACY(cuSurfRefSetArray, 3000, ) \
	LEGACY(cuTensorMapEncodeIm2col, 12000, ) \
	LEGACY(cuTensorMapEncodeIm2colWide, 12080, ) \
	LEGACY(cuTensorMapEncodeTiled, 12000, ) \
	LEGACY(cuTensorMapReplaceAddress, 12000, ) \
	LEGACY(cuTexObjectCreate, 5000, ) \
	LEGACY(cuTexObjectDestroy, 5000, ) \
	LEGACY(cuTexObjectGetResourceDesc, 5000, ) \
	LEGACY(cuTexObjectGetResourceViewDesc, 5000, ) \
	LEGACY(cuTexObjectGetTextureDesc, 5000, ) \
	LEGACY(cuTexRefCreate, 2000, ) \
	LEGACY(cuTexRefDestroy, 2000, ) \
	LEGACY(cuTexRefGetAddress, 2000, ) LEGACY(cuTexRefGetAddress, 3020, _v2) \
	LEGACY(cuTexRefGetAddressMode, 2000, ) \
	LEGACY(cuTexRefGetArray, 2000, ) \
	LEGACY(cuTexRefGetBorderColor, 8000, ) \
	LEGACY(cuTexRefGetFilterMode, 2000, ) \
	LEGACY(cuTexRefGetFlags, 2000, ) \
	LEGACY(cuTexRefGetFormat, 2000, ) \
	LEGACY(cuTexRefGetMaxAnisotropy, 5000, ) \
	LEGACY(cuTexRefGetMipmapFilterMode, 5000, ) \
	LEGACY(cuTexRefGetMipmapLevelBias, 5000, ) \
	LEGACY(cuTexRefGetMipmapLevelClamp, 5000, ) \
	LEGACY(cuTexRefGetMipmappedArray, 5000, ) \
	LEGACY(cuTexRefSetAddress, 2000, ) LEGACY(cuTexRefSetAddress, 3020, _v2) \
	LEGACY(cuTexRefSetAddress2D, 2020, ) LEGACY(cuTexRefSetAddress2D, 3020, _v2) \
	LEGACY(cuTexRefSetAddress2D, 4010, _v3) \
	LEGACY(cuTexRefSetAddressMode, 2000, ) \
	LEGACY(cuTexRefSetArray, 2000, ) \
	LEGACY(cuTexRefSetBorderColor, 8000, ) \
	LEGACY(cuTexRefSetFilterMode, 2000, ) \
	LEGACY(cuTexRefSetFlags, 2000, ) \
	LEGACY(cuTexRefSetFormat, 2000, ) \
	LEGACY(cuTexRefSetMaxAnisotropy, 5000, ) \
	LEGACY(cuTexRefSetMipmapFilterMode, 5000, ) \
	LEGACY(cuTexRefSetMipmapLevelBias, 5000, ) \
	LEGACY(cuTexRefSetMipmapLevelClamp, 5000, ) \
	LEGACY(cuTexRefSetMipmappedArray, 5000, )
/* clang-format on */

#endif
