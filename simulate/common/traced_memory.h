/*
 * Rows of the driver's traced calls: memory, contexts, devices and textures.
 *
 * CALL(exported symbol, fields of NVIDIA's struct <symbol>_params in their order)
 * BARE(exported symbol that takes no argument)
 */
#ifndef VT_SIMULATE_TRACED_MEMORY_H
#define VT_SIMULATE_TRACED_MEMORY_H

/* clang-format off */
#define VT_TRACED_MEMORY(CALL, BARE) \
	CALL(cuArray3DCreate, pHandle, pAllocateArray) \
	CALL(cuArray3DCreate_v2, pHandle, pAllocateArray) \
	CALL(cuArray3DGetDescriptor, pArrayDescriptor, hArray) \
	CALL(cuArray3DGetDescriptor_v2, pArrayDescriptor, hArray) \
	CALL(cuArrayCreate, pHandle, pAllocateArray) \
	CALL(cuArrayCreate_v2, pHandle, pAllocateArray) CALL(cuArrayDestroy, hArray) \
	CALL(cuArrayGetDescriptor, pArrayDescriptor, hArray) \
	CALL(cuArrayGetDescriptor_v2, pArrayDescriptor, hArray) \
	CALL(cuArrayGetMemoryRequirements, memoryRequirements, array, device) \
	CALL(cuArrayGetPlane, pPlaneArray, hArray, planeIdx) \
	CALL(cuArrayGetSparseProperties, sparseProperties, array) CALL(cuCtxAttach, pctx, flags) \
	CALL(cuCtxCreate, pctx, flags, dev) CALL(cuCtxCreate_v2, pctx, flags, dev) \
	CALL(cuCtxCreate_v3, pctx, paramsArray, numParams, flags, dev) \
	CALL(cuCtxCreate_v4, pctx, ctxCreateParams, flags, dev) CALL(cuCtxDestroy, ctx) \
	CALL(cuCtxDestroy_v2, ctx) CALL(cuCtxDetach, ctx) \
	CALL(cuCtxDisablePeerAccess, peerContext) \
	CALL(cuCtxEnablePeerAccess, peerContext, Flags) CALL(cuCtxFromGreenCtx, pContext, hCtx) \
	CALL(cuCtxGetApiVersion, ctx, version) CALL(cuCtxGetCacheConfig, pconfig) \
	CALL(cuCtxGetCurrent, pctx) CALL(cuCtxGetDevResource, hCtx, resource, type) \
	CALL(cuCtxGetDevice, device) CALL(cuCtxGetDevice_v2, device, ctx) \
	CALL(cuCtxGetExecAffinity, pExecAffinity, type) CALL(cuCtxGetFlags, flags) \
	CALL(cuCtxGetId, ctx, ctxId) CALL(cuCtxGetLimit, pvalue, limit) \
	CALL(cuCtxGetSharedMemConfig, pConfig) \
	CALL(cuCtxGetStreamPriorityRange, leastPriority, greatestPriority) \
	CALL(cuCtxPopCurrent, pctx) CALL(cuCtxPopCurrent_v2, pctx) CALL(cuCtxPushCurrent, ctx) \
	CALL(cuCtxPushCurrent_v2, ctx) CALL(cuCtxRecordEvent, hCtx, hEvent) \
	BARE(cuCtxResetPersistingL2Cache) CALL(cuCtxSetCacheConfig, config) \
	CALL(cuCtxSetCurrent, ctx) CALL(cuCtxSetFlags, flags) CALL(cuCtxSetLimit, limit, value) \
	CALL(cuCtxSetSharedMemConfig, config) BARE(cuCtxSynchronize) \
	CALL(cuCtxSynchronize_v2, ctx) CALL(cuCtxWaitEvent, hCtx, hEvent) \
	CALL(cuDestroyExternalMemory, extMem) CALL(cuDestroyExternalSemaphore, extSem) \
	CALL(cuDevResourceGenerateDesc, phDesc, resources, nbResources) \
	CALL(cuDevSmResourceSplitByCount, result, nbGroups, input, remaining, useFlags, \
		minCount) CALL(cuDeviceCanAccessPeer, canAccessPeer, dev, peerDev) \
	CALL(cuDeviceComputeCapability, major, minor, dev) CALL(cuDeviceGet, device, ordinal) \
	CALL(cuDeviceGetAttribute, pi, attrib, dev) CALL(cuDeviceGetByPCIBusId, dev, pciBusId) \
	CALL(cuDeviceGetCount, count) CALL(cuDeviceGetDefaultMemPool, pool_out, dev) \
	CALL(cuDeviceGetDevResource, device, resource, type) \
	CALL(cuDeviceGetExecAffinitySupport, pi, type, dev) \
	CALL(cuDeviceGetGraphMemAttribute, device, attr, value) \
	CALL(cuDeviceGetHostAtomicCapabilities, capabilities, operations, count, dev) \
	CALL(cuDeviceGetLuid, luid, deviceNodeMask, dev) CALL(cuDeviceGetMemPool, pool, dev) \
	CALL(cuDeviceGetName, name, len, dev) \
	CALL(cuDeviceGetNvSciSyncAttributes, nvSciSyncAttrList, dev, flags) \
	CALL(cuDeviceGetP2PAtomicCapabilities, capabilities, operations, count, srcDevice, \
		dstDevice) CALL(cuDeviceGetP2PAttribute, value, attrib, srcDevice, dstDevice) \
	CALL(cuDeviceGetPCIBusId, pciBusId, len, dev) CALL(cuDeviceGetProperties, prop, dev) \
	CALL(cuDeviceGetTexture1DLinearMaxWidth, maxWidthInElements, format, numChannels, dev) \
	CALL(cuDeviceGetUuid, uuid, dev) CALL(cuDeviceGetUuid_v2, uuid, dev) \
	CALL(cuDeviceGraphMemTrim, device) CALL(cuDevicePrimaryCtxGetState, dev, flags, active) \
	CALL(cuDevicePrimaryCtxRelease, dev) CALL(cuDevicePrimaryCtxRelease_v2, dev) \
	CALL(cuDevicePrimaryCtxReset, dev) CALL(cuDevicePrimaryCtxReset_v2, dev) \
	CALL(cuDevicePrimaryCtxRetain, pctx, dev) CALL(cuDevicePrimaryCtxSetFlags, dev, flags) \
	CALL(cuDevicePrimaryCtxSetFlags_v2, dev, flags) \
	CALL(cuDeviceRegisterAsyncNotification, device, callbackFunc, userData, callback) \
	CALL(cuDeviceSetGraphMemAttribute, device, attr, value) \
	CALL(cuDeviceSetMemPool, dev, pool) CALL(cuDeviceTotalMem, bytes, dev) \
	CALL(cuDeviceTotalMem_v2, bytes, dev) \
	CALL(cuDeviceUnregisterAsyncNotification, device, callback) \
	CALL(cuExternalMemoryGetMappedBuffer, devPtr, extMem, bufferDesc) \
	CALL(cuExternalMemoryGetMappedMipmappedArray, mipmap, extMem, mipmapDesc) \
	CALL(cuImportExternalMemory, extMem_out, memHandleDesc) \
	CALL(cuImportExternalSemaphore, extSem_out, semHandleDesc) \
	CALL(cuIpcCloseMemHandle, dptr) CALL(cuIpcGetEventHandle, pHandle, event) \
	CALL(cuIpcGetMemHandle, pHandle, dptr) CALL(cuIpcOpenEventHandle, phEvent, handle) \
	CALL(cuIpcOpenMemHandle, pdptr, handle, Flags) \
	CALL(cuIpcOpenMemHandle_v2, pdptr, handle, Flags) CALL(cuMemAddressFree, ptr, size) \
	CALL(cuMemAddressReserve, ptr, size, alignment, addr, flags) \
	CALL(cuMemAdvise, devPtr, count, advice, device) \
	CALL(cuMemAdvise_v2, devPtr, count, advice, location) CALL(cuMemAlloc, dptr, bytesize) \
	CALL(cuMemAllocAsync, dptr, bytesize, hStream) \
	CALL(cuMemAllocAsync_ptsz, dptr, bytesize, hStream) \
	CALL(cuMemAllocFromPoolAsync, dptr, bytesize, pool, hStream) \
	CALL(cuMemAllocFromPoolAsync_ptsz, dptr, bytesize, pool, hStream) \
	CALL(cuMemAllocHost, pp, bytesize) CALL(cuMemAllocHost_v2, pp, bytesize) \
	CALL(cuMemAllocManaged, dptr, bytesize, flags) \
	CALL(cuMemAllocPitch, dptr, pPitch, WidthInBytes, Height, ElementSizeBytes) \
	CALL(cuMemAllocPitch_v2, dptr, pPitch, WidthInBytes, Height, ElementSizeBytes) \
	CALL(cuMemAlloc_v2, dptr, bytesize) \
	CALL(cuMemBatchDecompressAsync, paramsArray, count, flags, errorIndex, stream) \
	CALL(cuMemBatchDecompressAsync_ptsz, paramsArray, count, flags, errorIndex, stream) \
	CALL(cuMemCreate, handle, size, prop, flags) \
	CALL(cuMemDiscardAndPrefetchBatchAsync, dptrs, sizes, count, prefetchLocs, \
		prefetchLocIdxs, numPrefetchLocs, flags, hStream) \
	CALL(cuMemDiscardAndPrefetchBatchAsync_ptsz, dptrs, sizes, count, prefetchLocs, \
		prefetchLocIdxs, numPrefetchLocs, flags, hStream) \
	CALL(cuMemDiscardBatchAsync, dptrs, sizes, count, flags, hStream) \
	CALL(cuMemDiscardBatchAsync_ptsz, dptrs, sizes, count, flags, hStream) \
	CALL(cuMemExportToShareableHandle, shareableHandle, handle, handleType, flags) \
	CALL(cuMemFree, dptr) CALL(cuMemFreeAsync, dptr, hStream) \
	CALL(cuMemFreeAsync_ptsz, dptr, hStream) CALL(cuMemFreeHost, p) CALL(cuMemFree_v2, dptr) \
	CALL(cuMemGetAccess, flags, location, ptr) \
	CALL(cuMemGetAddressRange, pbase, psize, dptr) \
	CALL(cuMemGetAddressRange_v2, pbase, psize, dptr) \
	CALL(cuMemGetAllocationGranularity, granularity, prop, option) \
	CALL(cuMemGetAllocationPropertiesFromHandle, prop, handle) \
	CALL(cuMemGetDefaultMemPool, pool_out, location, type) \
	CALL(cuMemGetHandleForAddressRange, handle, dptr, size, handleType, flags) \
	CALL(cuMemGetInfo, free, total) CALL(cuMemGetInfo_v2, free, total) \
	CALL(cuMemGetMemPool, pool, location, type) CALL(cuMemHostAlloc, pp, bytesize, Flags) \
	CALL(cuMemHostGetDevicePointer, pdptr, p, Flags) \
	CALL(cuMemHostGetDevicePointer_v2, pdptr, p, Flags) CALL(cuMemHostGetFlags, pFlags, p) \
	CALL(cuMemHostRegister, p, bytesize, Flags) \
	CALL(cuMemHostRegister_v2, p, bytesize, Flags) CALL(cuMemHostUnregister, p) \
	CALL(cuMemImportFromShareableHandle, handle, osHandle, shHandleType) \
	CALL(cuMemMap, ptr, size, offset, handle, flags) \
	CALL(cuMemMapArrayAsync, mapInfoList, count, hStream) \
	CALL(cuMemMapArrayAsync_ptsz, mapInfoList, count, hStream) \
	CALL(cuMemPoolCreate, pool, poolProps) CALL(cuMemPoolDestroy, pool) \
	CALL(cuMemPoolExportPointer, shareData_out, ptr) \
	CALL(cuMemPoolExportToShareableHandle, handle_out, pool, handleType, flags) \
	CALL(cuMemPoolGetAccess, flags, memPool, location) \
	CALL(cuMemPoolGetAttribute, pool, attr, value) \
	CALL(cuMemPoolImportFromShareableHandle, pool_out, handle, handleType, flags) \
	CALL(cuMemPoolImportPointer, ptr_out, pool, shareData) \
	CALL(cuMemPoolSetAccess, pool, map, count) \
	CALL(cuMemPoolSetAttribute, pool, attr, value) \
	CALL(cuMemPoolTrimTo, pool, minBytesToKeep) \
	CALL(cuMemPrefetchAsync, devPtr, count, dstDevice, hStream) \
	CALL(cuMemPrefetchAsync_ptsz, devPtr, count, dstDevice, hStream) \
	CALL(cuMemPrefetchAsync_v2, devPtr, count, location, flags, hStream) \
	CALL(cuMemPrefetchAsync_v2_ptsz, devPtr, count, location, flags, hStream) \
	CALL(cuMemPrefetchBatchAsync, dptrs, sizes, count, prefetchLocs, prefetchLocIdxs, \
		numPrefetchLocs, flags, hStream) \
	CALL(cuMemPrefetchBatchAsync_ptsz, dptrs, sizes, count, prefetchLocs, \
		prefetchLocIdxs, numPrefetchLocs, flags, hStream) \
	CALL(cuMemRangeGetAttribute, data, dataSize, attribute, devPtr, count) \
	CALL(cuMemRangeGetAttributes, data, dataSizes, attributes, numAttributes, devPtr, count) \
	CALL(cuMemRelease, handle) CALL(cuMemRetainAllocationHandle, handle, addr) \
	CALL(cuMemSetAccess, ptr, size, desc, count) CALL(cuMemSetMemPool, location, type, pool) \
	CALL(cuMemUnmap, ptr, size) \
	CALL(cuMipmappedArrayCreate, pHandle, pMipmappedArrayDesc, numMipmapLevels) \
	CALL(cuMipmappedArrayDestroy, hMipmappedArray) \
	CALL(cuMipmappedArrayGetLevel, pLevelArray, hMipmappedArray, level) \
	CALL(cuMipmappedArrayGetMemoryRequirements, memoryRequirements, mipmap, device) \
	CALL(cuMipmappedArrayGetSparseProperties, sparseProperties, mipmap) \
	CALL(cuMulticastAddDevice, mcHandle, dev) \
	CALL(cuMulticastBindAddr, mcHandle, mcOffset, memptr, size, flags) \
	CALL(cuMulticastBindMem, mcHandle, mcOffset, memHandle, memOffset, size, flags) \
	CALL(cuMulticastCreate, mcHandle, prop) \
	CALL(cuMulticastGetGranularity, granularity, prop, option) \
	CALL(cuMulticastUnbind, mcHandle, dev, mcOffset, size) \
	CALL(cuPointerGetAttribute, data, attribute, ptr) \
	CALL(cuPointerGetAttributes, numAttributes, attributes, data, ptr) \
	CALL(cuPointerSetAttribute, value, attribute, ptr) \
	CALL(cuSurfObjectCreate, pSurfObject, pResDesc) CALL(cuSurfObjectDestroy, surfObject) \
	CALL(cuSurfObjectGetResourceDesc, pResDesc, surfObject) \
	CALL(cuSurfRefGetArray, phArray, hSurfRef) \
	CALL(cuSurfRefSetArray, hSurfRef, hArray, Flags) \
	CALL(cuTensorMapEncodeIm2col, tensorMap, tensorDataType, tensorRank, globalAddress, \
		globalDim, globalStrides, pixelBoxLowerCorner, pixelBoxUpperCorner, \
		channelsPerPixel, pixelsPerColumn, elementStrides, interleave, swizzle, l2Promotion, \
		oobFill) \
	CALL(cuTensorMapEncodeIm2colWide, tensorMap, tensorDataType, tensorRank, \
		globalAddress, globalDim, globalStrides, pixelBoxLowerCornerWidth, \
		pixelBoxUpperCornerWidth, channelsPerPixel, pixelsPerColumn, elementStrides, \
		interleave, mode, swizzle, l2Promotion, oobFill) \
	CALL(cuTensorMapEncodeTiled, tensorMap, tensorDataType, tensorRank, globalAddress, \
		globalDim, globalStrides, boxDim, elementStrides, interleave, swizzle, l2Promotion, \
		oobFill) CALL(cuTensorMapReplaceAddress, tensorMap, globalAddress) \
	CALL(cuTexObjectCreate, pTexObject, pResDesc, pTexDesc, pResViewDesc) \
	CALL(cuTexObjectDestroy, texObject) \
	CALL(cuTexObjectGetResourceDesc, pResDesc, texObject) \
	CALL(cuTexObjectGetResourceViewDesc, pResViewDesc, texObject) \
	CALL(cuTexObjectGetTextureDesc, pTexDesc, texObject) CALL(cuTexRefCreate, pTexRef) \
	CALL(cuTexRefDestroy, hTexRef) CALL(cuTexRefGetAddress, pdptr, hTexRef) \
	CALL(cuTexRefGetAddressMode, pam, hTexRef, dim) \
	CALL(cuTexRefGetAddress_v2, pdptr, hTexRef) CALL(cuTexRefGetArray, phArray, hTexRef) \
	CALL(cuTexRefGetBorderColor, pBorderColor, hTexRef) \
	CALL(cuTexRefGetFilterMode, pfm, hTexRef) CALL(cuTexRefGetFlags, pFlags, hTexRef) \
	CALL(cuTexRefGetFormat, pFormat, pNumChannels, hTexRef) \
	CALL(cuTexRefGetMaxAnisotropy, pmaxAniso, hTexRef) \
	CALL(cuTexRefGetMipmapFilterMode, pfm, hTexRef) \
	CALL(cuTexRefGetMipmapLevelBias, pbias, hTexRef) \
	CALL(cuTexRefGetMipmapLevelClamp, pminMipmapLevelClamp, pmaxMipmapLevelClamp, hTexRef) \
	CALL(cuTexRefGetMipmappedArray, phMipmappedArray, hTexRef) \
	CALL(cuTexRefSetAddress, ByteOffset, hTexRef, dptr, bytes) \
	CALL(cuTexRefSetAddress2D, hTexRef, desc, dptr, Pitch) \
	CALL(cuTexRefSetAddress2D_v2, hTexRef, desc, dptr, Pitch) \
	CALL(cuTexRefSetAddress2D_v3, hTexRef, desc, dptr, Pitch) \
	CALL(cuTexRefSetAddressMode, hTexRef, dim, am) \
	CALL(cuTexRefSetAddress_v2, ByteOffset, hTexRef, dptr, bytes) \
	CALL(cuTexRefSetArray, hTexRef, hArray, Flags) \
	CALL(cuTexRefSetBorderColor, hTexRef, pBorderColor) \
	CALL(cuTexRefSetFilterMode, hTexRef, fm) CALL(cuTexRefSetFlags, hTexRef, Flags) \
	CALL(cuTexRefSetFormat, hTexRef, fmt, NumPackedComponents) \
	CALL(cuTexRefSetMaxAnisotropy, hTexRef, maxAniso) \
	CALL(cuTexRefSetMipmapFilterMode, hTexRef, fm) \
	CALL(cuTexRefSetMipmapLevelBias, hTexRef, bias) \
	CALL(cuTexRefSetMipmapLevelClamp, hTexRef, minMipmapLevelClamp, maxMipmapLevelClamp) \
	CALL(cuTexRefSetMipmappedArray, hTexRef, hMipmappedArray, Flags)

#endif
