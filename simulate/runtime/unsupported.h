/*
 * Exported names of the runtime that are not simulated: each returns
 * cudaErrorNotSupported. NAME(exported symbol)
 */
#ifndef VT_SIMULATE_RUNTIME_UNSUPPORTED_H
#define VT_SIMULATE_RUNTIME_UNSUPPORTED_H

/* clang-format off */
#define VT_RUNTIME_UNSUPPORTED(NAME) \
	NAME(__cudaGetProcAddress) NAME(__cudaRegisterUnifiedTable) \
	NAME(cudaArrayGetPlane) \
	NAME(cudaChooseDevice) \
	NAME(cudaCtxResetPersistingL2Cache) \
	NAME(cudaDeviceFlushGPUDirectRDMAWrites) \
	NAME(cudaDeviceGetHostAtomicCapabilities) NAME(cudaDeviceGetNvSciSyncAttributes) \
	NAME(cudaDeviceGetP2PAtomicCapabilities) NAME(cudaDeviceGetTexture1DLinearMaxWidth) \
	NAME(cudaDeviceRegisterAsyncNotification) NAME(cudaDeviceUnregisterAsyncNotification) \
	NAME(cudaEGLStreamConsumerAcquireFrame) NAME(cudaEGLStreamConsumerConnect) \
	NAME(cudaEGLStreamConsumerConnectWithFlags) NAME(cudaEGLStreamConsumerDisconnect) \
	NAME(cudaEGLStreamConsumerReleaseFrame) NAME(cudaEGLStreamProducerConnect) \
	NAME(cudaEGLStreamProducerDisconnect) NAME(cudaEGLStreamProducerPresentFrame) \
	NAME(cudaEGLStreamProducerReturnFrame) NAME(cudaEventCreateFromEGLSync) \
	NAME(cudaFuncGetAttributes) \
	NAME(cudaFuncGetName) NAME(cudaFuncGetParamInfo) NAME(cudaGLGetDevices) \
	NAME(cudaGLMapBufferObject) NAME(cudaGLMapBufferObjectAsync) \
	NAME(cudaGLRegisterBufferObject) NAME(cudaGLSetBufferObjectMapFlags) \
	NAME(cudaGLSetGLDevice) NAME(cudaGLUnmapBufferObject) \
	NAME(cudaGLUnmapBufferObjectAsync) NAME(cudaGLUnregisterBufferObject) \
	NAME(cudaGetExportTable) NAME(cudaGetSurfaceObjectResourceDesc) \
	NAME(cudaGetTextureObjectResourceDesc) NAME(cudaGetTextureObjectResourceViewDesc) \
	NAME(cudaGetTextureObjectTextureDesc) \
	NAME(cudaGraphAddEventRecordNode) \
	NAME(cudaGraphAddEventWaitNode) NAME(cudaGraphAddExternalSemaphoresSignalNode) \
	NAME(cudaGraphAddExternalSemaphoresWaitNode) NAME(cudaGraphAddMemcpyNodeFromSymbol) \
	NAME(cudaGraphAddMemcpyNodeToSymbol) \
	NAME(cudaGraphConditionalHandleCreate) NAME(cudaGraphDebugDotPrint) \
	NAME(cudaGraphEventRecordNodeGetEvent) \
	NAME(cudaGraphEventRecordNodeSetEvent) NAME(cudaGraphEventWaitNodeGetEvent) \
	NAME(cudaGraphEventWaitNodeSetEvent) \
	NAME(cudaGraphExecEventRecordNodeSetEvent) NAME(cudaGraphExecEventWaitNodeSetEvent) \
	NAME(cudaGraphExecExternalSemaphoresSignalNodeSetParams) \
	NAME(cudaGraphExecExternalSemaphoresWaitNodeSetParams) \
	NAME(cudaGraphExecMemcpyNodeSetParamsFromSymbol) \
	NAME(cudaGraphExecMemcpyNodeSetParamsToSymbol) \
	NAME(cudaGraphExternalSemaphoresSignalNodeGetParams) \
	NAME(cudaGraphExternalSemaphoresSignalNodeSetParams) \
	NAME(cudaGraphExternalSemaphoresWaitNodeGetParams) \
	NAME(cudaGraphExternalSemaphoresWaitNodeSetParams) \
	NAME(cudaGraphHostNodeGetParams) \
	NAME(cudaGraphKernelNodeCopyAttributes) \
	NAME(cudaGraphKernelNodeGetAttribute) NAME(cudaGraphKernelNodeGetParams) \
	NAME(cudaGraphKernelNodeSetAttribute) \
	NAME(cudaGraphMemcpyNodeGetParams) \
	NAME(cudaGraphMemcpyNodeSetParamsFromSymbol) \
	NAME(cudaGraphMemcpyNodeSetParamsToSymbol) NAME(cudaGraphMemsetNodeGetParams) \
	NAME(cudaGraphReleaseUserObject) \
	NAME(cudaGraphRetainUserObject) \
	NAME(cudaGraphicsEGLRegisterImage) NAME(cudaGraphicsGLRegisterBuffer) \
	NAME(cudaGraphicsGLRegisterImage) NAME(cudaGraphicsMapResources) \
	NAME(cudaGraphicsResourceGetMappedEglFrame) \
	NAME(cudaGraphicsResourceGetMappedMipmappedArray) \
	NAME(cudaGraphicsResourceGetMappedPointer) NAME(cudaGraphicsResourceSetMapFlags) \
	NAME(cudaGraphicsSubResourceGetMappedArray) NAME(cudaGraphicsUnmapResources) \
	NAME(cudaGraphicsUnregisterResource) NAME(cudaGraphicsVDPAURegisterOutputSurface) \
	NAME(cudaGraphicsVDPAURegisterVideoSurface) \
	NAME(cudaKernelSetAttributeForDevice) \
	NAME(cudaLibraryEnumerateKernels) \
	NAME(cudaLibraryGetKernelCount) \
	NAME(cudaLibraryGetUnifiedFunction) \
	NAME(cudaLogsCurrent) \
	NAME(cudaLogsDumpToFile) NAME(cudaLogsDumpToMemory) NAME(cudaLogsRegisterCallback) \
	NAME(cudaLogsUnregisterCallback) \
	NAME(cudaMemRangeGetAttribute) \
	NAME(cudaMemRangeGetAttributes) NAME(cudaMemcpy3DBatchAsync) \
	NAME(cudaMemcpy3DBatchAsync_ptsz) NAME(cudaMemcpyArrayToArray) \
	NAME(cudaMemcpyArrayToArray_ptds) NAME(cudaMemcpyBatchAsync) \
	NAME(cudaMemcpyBatchAsync_ptsz) NAME(cudaMemcpyFromArray) \
	NAME(cudaMemcpyFromArrayAsync) NAME(cudaMemcpyFromArrayAsync_ptsz) \
	NAME(cudaMemcpyFromArray_ptds) NAME(cudaMemcpyToArray) NAME(cudaMemcpyToArrayAsync) \
	NAME(cudaMemcpyToArrayAsync_ptsz) NAME(cudaMemcpyToArray_ptds) \
	NAME(cudaMipmappedArrayGetSparseProperties) \
	NAME(cudaOccupancyAvailableDynamicSMemPerBlock) \
	NAME(cudaOccupancyMaxActiveBlocksPerMultiprocessor) \
	NAME(cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags) \
	NAME(cudaOccupancyMaxActiveClusters) NAME(cudaOccupancyMaxPotentialClusterSize) \
	NAME(cudaSetValidDevices) NAME(cudaSignalExternalSemaphoresAsync) \
	NAME(cudaSignalExternalSemaphoresAsync_ptsz) \
	NAME(cudaStreamCopyAttributes) \
	NAME(cudaStreamCopyAttributes_ptsz) NAME(cudaStreamGetAttribute) \
	NAME(cudaStreamGetAttribute_ptsz) NAME(cudaStreamSetAttribute) \
	NAME(cudaStreamSetAttribute_ptsz) \
	NAME(cudaUserObjectCreate) \
	NAME(cudaUserObjectRelease) NAME(cudaUserObjectRetain) NAME(cudaVDPAUGetDevice) \
	NAME(cudaVDPAUSetVDPAUDevice) NAME(cudaWaitExternalSemaphoresAsync) \
	NAME(cudaWaitExternalSemaphoresAsync_ptsz)
/* clang-format on */

#endif
