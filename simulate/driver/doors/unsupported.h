/*
 * Exported names of the driver that are not simulated: each returns
 * CUDA_ERROR_NOT_SUPPORTED. NAME(exported symbol)
 */
#ifndef VT_SIMULATE_DRIVER_UNSUPPORTED_H
#define VT_SIMULATE_DRIVER_UNSUPPORTED_H

/* clang-format off */
#define VT_DRIVER_UNSUPPORTED(NAME) \
	NAME(cuArray3DGetDescriptor) NAME(cuArrayGetDescriptor) \
	NAME(cuArrayGetPlane) \
	NAME(cuCheckpointProcessCheckpoint) \
	NAME(cuCheckpointProcessGetRestoreThreadId) NAME(cuCheckpointProcessGetState) \
	NAME(cuCheckpointProcessLock) NAME(cuCheckpointProcessRestore) \
	NAME(cuCheckpointProcessUnlock) NAME(cuCoredumpGetAttribute) \
	NAME(cuCoredumpGetAttributeGlobal) NAME(cuCoredumpSetAttribute) \
	NAME(cuCoredumpSetAttributeGlobal) \
	NAME(cuCtxGetExecAffinity) NAME(cuCtxRecordEvent) NAME(cuCtxResetPersistingL2Cache) \
	NAME(cuCtxWaitEvent) \
	NAME(cuDeviceGetExecAffinitySupport) \
	NAME(cuDeviceGetHostAtomicCapabilities) NAME(cuDeviceGetLuid) \
	NAME(cuDeviceGetNvSciSyncAttributes) NAME(cuDeviceGetP2PAtomicCapabilities) \
	NAME(cuDeviceGetTexture1DLinearMaxWidth) NAME(cuDeviceRegisterAsyncNotification) \
	NAME(cuDeviceUnregisterAsyncNotification) \
	NAME(cuFlushGPUDirectRDMAWrites) \
	NAME(cuFuncGetAttribute) NAME(cuFuncGetModule) NAME(cuFuncGetParamInfo) \
	NAME(cuFuncIsLoaded) NAME(cuFuncSetBlockShape) NAME(cuFuncSetSharedSize) \
	NAME(cuGraphAddBatchMemOpNode) \
	NAME(cuGraphAddEventRecordNode) NAME(cuGraphAddEventWaitNode) \
	NAME(cuGraphAddExternalSemaphoresSignalNode) \
	NAME(cuGraphAddExternalSemaphoresWaitNode) \
	NAME(cuGraphBatchMemOpNodeGetParams) \
	NAME(cuGraphBatchMemOpNodeSetParams) \
	NAME(cuGraphConditionalHandleCreate) NAME(cuGraphDebugDotPrint) \
	NAME(cuGraphEventRecordNodeGetEvent) \
	NAME(cuGraphEventRecordNodeSetEvent) NAME(cuGraphEventWaitNodeGetEvent) \
	NAME(cuGraphEventWaitNodeSetEvent) NAME(cuGraphExecBatchMemOpNodeSetParams) \
	NAME(cuGraphExecEventRecordNodeSetEvent) \
	NAME(cuGraphExecEventWaitNodeSetEvent) \
	NAME(cuGraphExecExternalSemaphoresSignalNodeSetParams) \
	NAME(cuGraphExecExternalSemaphoresWaitNodeSetParams) \
	NAME(cuGraphExternalSemaphoresSignalNodeGetParams) \
	NAME(cuGraphExternalSemaphoresSignalNodeSetParams) \
	NAME(cuGraphExternalSemaphoresWaitNodeGetParams) \
	NAME(cuGraphExternalSemaphoresWaitNodeSetParams) \
	NAME(cuGraphHostNodeGetParams) \
	NAME(cuGraphKernelNodeCopyAttributes) \
	NAME(cuGraphKernelNodeGetAttribute) NAME(cuGraphKernelNodeGetParams) \
	NAME(cuGraphKernelNodeGetParams_v2) NAME(cuGraphKernelNodeSetAttribute) \
	NAME(cuGraphMemcpyNodeGetParams) \
	NAME(cuGraphMemsetNodeGetParams) \
	NAME(cuGraphReleaseUserObject) \
	NAME(cuGraphRetainUserObject) NAME(cuGraphicsMapResources) \
	NAME(cuGraphicsMapResources_ptsz) NAME(cuGraphicsResourceGetMappedMipmappedArray) \
	NAME(cuGraphicsResourceGetMappedPointer) NAME(cuGraphicsResourceGetMappedPointer_v2) \
	NAME(cuGraphicsResourceSetMapFlags) NAME(cuGraphicsResourceSetMapFlags_v2) \
	NAME(cuGraphicsSubResourceGetMappedArray) NAME(cuGraphicsUnmapResources) \
	NAME(cuGraphicsUnmapResources_ptsz) NAME(cuGraphicsUnregisterResource) \
	NAME(cuGreenCtxRecordEvent) \
	NAME(cuGreenCtxWaitEvent) \
	NAME(cuKernelGetAttribute) NAME(cuKernelGetLibrary) NAME(cuKernelGetParamInfo) \
	NAME(cuLaunch) NAME(cuLaunchCooperativeKernelMultiDevice) NAME(cuLaunchGrid) \
	NAME(cuLaunchGridAsync) NAME(cuLibraryEnumerateKernels) NAME(cuLibraryGetKernelCount) \
	NAME(cuLibraryGetUnifiedFunction) NAME(cuLinkAddData) \
	NAME(cuLinkAddData_v2) NAME(cuLinkAddFile) NAME(cuLinkAddFile_v2) NAME(cuLinkComplete) \
	NAME(cuLinkCreate) NAME(cuLinkCreate_v2) NAME(cuLinkDestroy) NAME(cuLogsCurrent) \
	NAME(cuLogsDumpToFile) NAME(cuLogsDumpToMemory) NAME(cuLogsRegisterCallback) \
	NAME(cuLogsUnregisterCallback) NAME(cuMemBatchDecompressAsync) \
	NAME(cuMemBatchDecompressAsync_ptsz) \
	NAME(cuMemGetHandleForAddressRange) \
	NAME(cuMemRangeGetAttribute) \
	NAME(cuMemRangeGetAttributes) NAME(cuMemcpy2D) NAME(cuMemcpy2DAsync) \
	NAME(cuMemcpy2DUnaligned) NAME(cuMemcpy3D) NAME(cuMemcpy3DAsync) \
	NAME(cuMemcpy3DBatchAsync) NAME(cuMemcpy3DBatchAsync_ptsz) \
	NAME(cuMemcpy3DBatchAsync_v2) NAME(cuMemcpy3DBatchAsync_v2_ptsz) NAME(cuMemcpyAtoA) \
	NAME(cuMemcpyAtoD) NAME(cuMemcpyAtoH) NAME(cuMemcpyAtoHAsync) NAME(cuMemcpyBatchAsync) \
	NAME(cuMemcpyBatchAsync_ptsz) NAME(cuMemcpyBatchAsync_v2) \
	NAME(cuMemcpyBatchAsync_v2_ptsz) NAME(cuMemcpyDtoA) NAME(cuMemcpyDtoDAsync) \
	NAME(cuMemcpyDtoHAsync) NAME(cuMemcpyHtoA) NAME(cuMemcpyHtoAAsync) \
	NAME(cuMemcpyHtoDAsync) NAME(cuMemsetD2D16) NAME(cuMemsetD2D32) NAME(cuMemsetD2D8) \
	NAME(cuMipmappedArrayGetSparseProperties) \
	NAME(cuModuleEnumerateFunctions) NAME(cuModuleGetFunctionCount) \
	NAME(cuModuleGetSurfRef) \
	NAME(cuModuleGetTexRef) \
	NAME(cuOccupancyAvailableDynamicSMemPerBlock) \
	NAME(cuOccupancyMaxActiveBlocksPerMultiprocessor) \
	NAME(cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags) \
	NAME(cuOccupancyMaxActiveClusters) NAME(cuOccupancyMaxPotentialBlockSize) \
	NAME(cuOccupancyMaxPotentialBlockSizeWithFlags) \
	NAME(cuOccupancyMaxPotentialClusterSize) NAME(cuParamSetSize) NAME(cuParamSetTexRef) \
	NAME(cuParamSetf) NAME(cuParamSeti) NAME(cuParamSetv) NAME(cuProfilerInitialize) \
	NAME(cuSignalExternalSemaphoresAsync) NAME(cuSignalExternalSemaphoresAsync_ptsz) \
	NAME(cuStreamBatchMemOp) NAME(cuStreamBatchMemOp_ptsz) NAME(cuStreamBatchMemOp_v2) \
	NAME(cuStreamBatchMemOp_v2_ptsz) \
	NAME(cuStreamCopyAttributes) \
	NAME(cuStreamCopyAttributes_ptsz) NAME(cuStreamGetAttribute) \
	NAME(cuStreamGetAttribute_ptsz) NAME(cuStreamSetAttribute) \
	NAME(cuStreamSetAttribute_ptsz) \
	NAME(cuStreamWaitValue32) \
	NAME(cuStreamWaitValue32_ptsz) NAME(cuStreamWaitValue32_v2) \
	NAME(cuStreamWaitValue32_v2_ptsz) NAME(cuStreamWaitValue64) \
	NAME(cuStreamWaitValue64_ptsz) NAME(cuStreamWaitValue64_v2) \
	NAME(cuStreamWaitValue64_v2_ptsz) NAME(cuStreamWriteValue32) \
	NAME(cuStreamWriteValue32_ptsz) NAME(cuStreamWriteValue32_v2) \
	NAME(cuStreamWriteValue32_v2_ptsz) NAME(cuStreamWriteValue64) \
	NAME(cuStreamWriteValue64_ptsz) NAME(cuStreamWriteValue64_v2) \
	NAME(cuStreamWriteValue64_v2_ptsz) NAME(cuSurfRefGetArray) NAME(cuSurfRefSetArray) \
	NAME(cuTensorMapEncodeIm2col) NAME(cuTensorMapEncodeIm2colWide) \
	NAME(cuTensorMapEncodeTiled) NAME(cuTensorMapReplaceAddress) \
	NAME(cuTexObjectGetResourceViewDesc) NAME(cuTexRefCreate) NAME(cuTexRefDestroy) \
	NAME(cuTexRefGetAddress) NAME(cuTexRefGetAddressMode) NAME(cuTexRefGetAddress_v2) \
	NAME(cuTexRefGetArray) NAME(cuTexRefGetBorderColor) NAME(cuTexRefGetFilterMode) \
	NAME(cuTexRefGetFlags) NAME(cuTexRefGetFormat) NAME(cuTexRefGetMaxAnisotropy) \
	NAME(cuTexRefGetMipmapFilterMode) NAME(cuTexRefGetMipmapLevelBias) \
	NAME(cuTexRefGetMipmapLevelClamp) NAME(cuTexRefGetMipmappedArray) \
	NAME(cuTexRefSetAddress) NAME(cuTexRefSetAddress2D) NAME(cuTexRefSetAddress2D_v2) \
	NAME(cuTexRefSetAddress2D_v3) NAME(cuTexRefSetAddressMode) NAME(cuTexRefSetAddress_v2) \
	NAME(cuTexRefSetArray) NAME(cuTexRefSetBorderColor) NAME(cuTexRefSetFilterMode) \
	NAME(cuTexRefSetFlags) NAME(cuTexRefSetFormat) NAME(cuTexRefSetMaxAnisotropy) \
	NAME(cuTexRefSetMipmapFilterMode) NAME(cuTexRefSetMipmapLevelBias) \
	NAME(cuTexRefSetMipmapLevelClamp) NAME(cuTexRefSetMipmappedArray) \
	NAME(cuUserObjectCreate) NAME(cuUserObjectRelease) NAME(cuUserObjectRetain) \
	NAME(cuWaitExternalSemaphoresAsync) NAME(cuWaitExternalSemaphoresAsync_ptsz)
/* clang-format on */

#endif
