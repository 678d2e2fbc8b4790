/*
 * Exported names of the runtime that are not simulated: each returns
 * cudaErrorNotSupported. NAME(exported symbol)
 */
#ifndef VT_SIMULATE_RUNTIME_UNSUPPORTED_H
#define VT_SIMULATE_RUNTIME_UNSUPPORTED_H

/* clang-format off */
#define VT_RUNTIME_UNSUPPORTED(NAME) \
	NAME(__cudaGetProcAddress) NAME(__cudaRegisterUnifiedTable) \
	NAME(cudaArrayGetMemoryRequirements) NAME(cudaArrayGetPlane) \
	NAME(cudaArrayGetSparseProperties) NAME(cudaChooseDevice) \
	NAME(cudaCtxResetPersistingL2Cache) NAME(cudaDestroyExternalMemory) \
	NAME(cudaDestroyExternalSemaphore) NAME(cudaDeviceFlushGPUDirectRDMAWrites) \
	NAME(cudaDeviceGetHostAtomicCapabilities) NAME(cudaDeviceGetNvSciSyncAttributes) \
	NAME(cudaDeviceGetP2PAtomicCapabilities) NAME(cudaDeviceGetTexture1DLinearMaxWidth) \
	NAME(cudaDeviceRegisterAsyncNotification) NAME(cudaDeviceUnregisterAsyncNotification) \
	NAME(cudaEGLStreamConsumerAcquireFrame) NAME(cudaEGLStreamConsumerConnect) \
	NAME(cudaEGLStreamConsumerConnectWithFlags) NAME(cudaEGLStreamConsumerDisconnect) \
	NAME(cudaEGLStreamConsumerReleaseFrame) NAME(cudaEGLStreamProducerConnect) \
	NAME(cudaEGLStreamProducerDisconnect) NAME(cudaEGLStreamProducerPresentFrame) \
	NAME(cudaEGLStreamProducerReturnFrame) NAME(cudaEventCreateFromEGLSync) \
	NAME(cudaExternalMemoryGetMappedBuffer) \
	NAME(cudaExternalMemoryGetMappedMipmappedArray) NAME(cudaFuncGetAttributes) \
	NAME(cudaFuncGetName) NAME(cudaFuncGetParamInfo) NAME(cudaGLGetDevices) \
	NAME(cudaGLMapBufferObject) NAME(cudaGLMapBufferObjectAsync) \
	NAME(cudaGLRegisterBufferObject) NAME(cudaGLSetBufferObjectMapFlags) \
	NAME(cudaGLSetGLDevice) NAME(cudaGLUnmapBufferObject) \
	NAME(cudaGLUnmapBufferObjectAsync) NAME(cudaGLUnregisterBufferObject) \
	NAME(cudaGetExportTable) NAME(cudaGetSurfaceObjectResourceDesc) \
	NAME(cudaGetTextureObjectResourceDesc) NAME(cudaGetTextureObjectResourceViewDesc) \
	NAME(cudaGetTextureObjectTextureDesc) NAME(cudaGraphAddChildGraphNode) \
	NAME(cudaGraphAddDependencies) NAME(cudaGraphAddEventRecordNode) \
	NAME(cudaGraphAddEventWaitNode) NAME(cudaGraphAddExternalSemaphoresSignalNode) \
	NAME(cudaGraphAddExternalSemaphoresWaitNode) NAME(cudaGraphAddMemcpyNodeFromSymbol) \
	NAME(cudaGraphAddMemcpyNodeToSymbol) NAME(cudaGraphAddNode) \
	NAME(cudaGraphChildGraphNodeGetGraph) NAME(cudaGraphClone) \
	NAME(cudaGraphConditionalHandleCreate) NAME(cudaGraphDebugDotPrint) \
	NAME(cudaGraphDestroyNode) NAME(cudaGraphEventRecordNodeGetEvent) \
	NAME(cudaGraphEventRecordNodeSetEvent) NAME(cudaGraphEventWaitNodeGetEvent) \
	NAME(cudaGraphEventWaitNodeSetEvent) NAME(cudaGraphExecChildGraphNodeSetParams) \
	NAME(cudaGraphExecEventRecordNodeSetEvent) NAME(cudaGraphExecEventWaitNodeSetEvent) \
	NAME(cudaGraphExecExternalSemaphoresSignalNodeSetParams) \
	NAME(cudaGraphExecExternalSemaphoresWaitNodeSetParams) \
	NAME(cudaGraphExecHostNodeSetParams) NAME(cudaGraphExecKernelNodeSetParams) \
	NAME(cudaGraphExecMemcpyNodeSetParams) NAME(cudaGraphExecMemcpyNodeSetParams1D) \
	NAME(cudaGraphExecMemcpyNodeSetParamsFromSymbol) \
	NAME(cudaGraphExecMemcpyNodeSetParamsToSymbol) NAME(cudaGraphExecMemsetNodeSetParams) \
	NAME(cudaGraphExecNodeSetParams) NAME(cudaGraphExecUpdate) \
	NAME(cudaGraphExternalSemaphoresSignalNodeGetParams) \
	NAME(cudaGraphExternalSemaphoresSignalNodeSetParams) \
	NAME(cudaGraphExternalSemaphoresWaitNodeGetParams) \
	NAME(cudaGraphExternalSemaphoresWaitNodeSetParams) NAME(cudaGraphGetEdges) \
	NAME(cudaGraphGetRootNodes) NAME(cudaGraphHostNodeGetParams) \
	NAME(cudaGraphHostNodeSetParams) NAME(cudaGraphKernelNodeCopyAttributes) \
	NAME(cudaGraphKernelNodeGetAttribute) NAME(cudaGraphKernelNodeGetParams) \
	NAME(cudaGraphKernelNodeSetAttribute) NAME(cudaGraphKernelNodeSetParams) \
	NAME(cudaGraphMemAllocNodeGetParams) NAME(cudaGraphMemFreeNodeGetParams) \
	NAME(cudaGraphMemcpyNodeGetParams) NAME(cudaGraphMemcpyNodeSetParams) \
	NAME(cudaGraphMemcpyNodeSetParams1D) NAME(cudaGraphMemcpyNodeSetParamsFromSymbol) \
	NAME(cudaGraphMemcpyNodeSetParamsToSymbol) NAME(cudaGraphMemsetNodeGetParams) \
	NAME(cudaGraphMemsetNodeSetParams) NAME(cudaGraphNodeFindInClone) \
	NAME(cudaGraphNodeGetDependencies) NAME(cudaGraphNodeGetDependentNodes) \
	NAME(cudaGraphNodeGetEnabled) NAME(cudaGraphNodeSetEnabled) \
	NAME(cudaGraphNodeSetParams) NAME(cudaGraphReleaseUserObject) \
	NAME(cudaGraphRemoveDependencies) NAME(cudaGraphRetainUserObject) \
	NAME(cudaGraphicsEGLRegisterImage) NAME(cudaGraphicsGLRegisterBuffer) \
	NAME(cudaGraphicsGLRegisterImage) NAME(cudaGraphicsMapResources) \
	NAME(cudaGraphicsResourceGetMappedEglFrame) \
	NAME(cudaGraphicsResourceGetMappedMipmappedArray) \
	NAME(cudaGraphicsResourceGetMappedPointer) NAME(cudaGraphicsResourceSetMapFlags) \
	NAME(cudaGraphicsSubResourceGetMappedArray) NAME(cudaGraphicsUnmapResources) \
	NAME(cudaGraphicsUnregisterResource) NAME(cudaGraphicsVDPAURegisterOutputSurface) \
	NAME(cudaGraphicsVDPAURegisterVideoSurface) NAME(cudaImportExternalMemory) \
	NAME(cudaImportExternalSemaphore) NAME(cudaIpcCloseMemHandle) \
	NAME(cudaIpcGetEventHandle) NAME(cudaIpcGetMemHandle) NAME(cudaIpcOpenEventHandle) \
	NAME(cudaIpcOpenMemHandle) NAME(cudaKernelSetAttributeForDevice) \
	NAME(cudaLibraryEnumerateKernels) NAME(cudaLibraryGetGlobal) \
	NAME(cudaLibraryGetKernel) NAME(cudaLibraryGetKernelCount) NAME(cudaLibraryGetManaged) \
	NAME(cudaLibraryGetUnifiedFunction) NAME(cudaLibraryLoadData) \
	NAME(cudaLibraryLoadFromFile) NAME(cudaLibraryUnload) NAME(cudaLogsCurrent) \
	NAME(cudaLogsDumpToFile) NAME(cudaLogsDumpToMemory) NAME(cudaLogsRegisterCallback) \
	NAME(cudaLogsUnregisterCallback) NAME(cudaMemDiscardAndPrefetchBatchAsync) \
	NAME(cudaMemDiscardAndPrefetchBatchAsync_ptsz) NAME(cudaMemDiscardBatchAsync) \
	NAME(cudaMemDiscardBatchAsync_ptsz) NAME(cudaMemPoolExportPointer) \
	NAME(cudaMemPoolExportToShareableHandle) NAME(cudaMemPoolImportFromShareableHandle) \
	NAME(cudaMemPoolImportPointer) NAME(cudaMemPrefetchBatchAsync) \
	NAME(cudaMemPrefetchBatchAsync_ptsz) NAME(cudaMemRangeGetAttribute) \
	NAME(cudaMemRangeGetAttributes) NAME(cudaMemcpy3DBatchAsync) \
	NAME(cudaMemcpy3DBatchAsync_ptsz) NAME(cudaMemcpyArrayToArray) \
	NAME(cudaMemcpyArrayToArray_ptds) NAME(cudaMemcpyBatchAsync) \
	NAME(cudaMemcpyBatchAsync_ptsz) NAME(cudaMemcpyFromArray) \
	NAME(cudaMemcpyFromArrayAsync) NAME(cudaMemcpyFromArrayAsync_ptsz) \
	NAME(cudaMemcpyFromArray_ptds) NAME(cudaMemcpyToArray) NAME(cudaMemcpyToArrayAsync) \
	NAME(cudaMemcpyToArrayAsync_ptsz) NAME(cudaMemcpyToArray_ptds) \
	NAME(cudaMipmappedArrayGetMemoryRequirements) \
	NAME(cudaMipmappedArrayGetSparseProperties) \
	NAME(cudaOccupancyAvailableDynamicSMemPerBlock) \
	NAME(cudaOccupancyMaxActiveBlocksPerMultiprocessor) \
	NAME(cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags) \
	NAME(cudaOccupancyMaxActiveClusters) NAME(cudaOccupancyMaxPotentialClusterSize) \
	NAME(cudaSetValidDevices) NAME(cudaSignalExternalSemaphoresAsync) \
	NAME(cudaSignalExternalSemaphoresAsync_ptsz) NAME(cudaStreamBeginCaptureToGraph) \
	NAME(cudaStreamBeginCaptureToGraph_ptsz) NAME(cudaStreamCopyAttributes) \
	NAME(cudaStreamCopyAttributes_ptsz) NAME(cudaStreamGetAttribute) \
	NAME(cudaStreamGetAttribute_ptsz) NAME(cudaStreamSetAttribute) \
	NAME(cudaStreamSetAttribute_ptsz) NAME(cudaStreamUpdateCaptureDependencies) \
	NAME(cudaStreamUpdateCaptureDependencies_ptsz) NAME(cudaUserObjectCreate) \
	NAME(cudaUserObjectRelease) NAME(cudaUserObjectRetain) NAME(cudaVDPAUGetDevice) \
	NAME(cudaVDPAUSetVDPAUDevice) NAME(cudaWaitExternalSemaphoresAsync) \
	NAME(cudaWaitExternalSemaphoresAsync_ptsz)
/* clang-format on */

#endif
