/*
 * The exported names of CUDA 12's runtime for what CUDA 13's has without a suffix, and the struct
 * that is ordered otherwise in 12. The declarations are 13's.
 */
#ifndef VT_SIMULATE_RUNTIME_RELEASE_12_H
#define VT_SIMULATE_RUNTIME_RELEASE_12_H

#define VT_EXPORTED(name, symbol) extern __typeof__(name) name __asm__(#symbol);
VT_EXPORTED(cudaGraphAddDependencies, cudaGraphAddDependencies_v2)
VT_EXPORTED(cudaGraphAddNode, cudaGraphAddNode_v2)
VT_EXPORTED(cudaGraphGetEdges, cudaGraphGetEdges_v2)
VT_EXPORTED(cudaGraphNodeGetDependencies, cudaGraphNodeGetDependencies_v2)
VT_EXPORTED(cudaGraphNodeGetDependentNodes, cudaGraphNodeGetDependentNodes_v2)
VT_EXPORTED(cudaGraphRemoveDependencies, cudaGraphRemoveDependencies_v2)
VT_EXPORTED(cudaMemAdvise, cudaMemAdvise_v2)
VT_EXPORTED(cudaMemPrefetchAsync, cudaMemPrefetchAsync_v2)
VT_EXPORTED(cudaMemPrefetchAsync_ptsz, cudaMemPrefetchAsync_v2_ptsz)
VT_EXPORTED(cudaStreamGetCaptureInfo, cudaStreamGetCaptureInfo_v3)
VT_EXPORTED(cudaStreamGetCaptureInfo_ptsz, cudaStreamGetCaptureInfo_v3_ptsz)
VT_EXPORTED(cudaStreamUpdateCaptureDependencies, cudaStreamUpdateCaptureDependencies_v2)
VT_EXPORTED(cudaStreamUpdateCaptureDependencies_ptsz, cudaStreamUpdateCaptureDependencies_v2_ptsz)

/* Of 13's form, whose structs are longer, and local; release_12.c has those of 12. */
VT_EXPORTED(cudaImportExternalMemory, vt__import_memory)
VT_EXPORTED(cudaImportExternalSemaphore, vt__import_semaphore)
VT_EXPORTED(cudaExternalMemoryGetMappedBuffer, vt__external_buffer)

#define VT_DEVICE_PROPERTIES cudaGetDeviceProperties_v2

/* cudaDeviceProp. The ABI of the functions without a suffix ends before hostRegisterSupported. */
struct vt__device_properties {
	char name[256];
	CUuuid uuid;
	char luid[8];
	unsigned int luidDeviceNodeMask;
	size_t totalGlobalMem, sharedMemPerBlock;
	int regsPerBlock, warpSize;
	size_t memPitch;
	int maxThreadsPerBlock, maxThreadsDim[3], maxGridSize[3], clockRate;
	size_t totalConstMem;
	int major, minor;
	size_t textureAlignment, texturePitchAlignment;
	int deviceOverlap, multiProcessorCount, kernelExecTimeoutEnabled, integrated,
		canMapHostMemory, computeMode, maxTexture1D, maxTexture1DMipmap, maxTexture1DLinear,
		maxTexture2D[2], maxTexture2DMipmap[2], maxTexture2DLinear[3],
		maxTexture2DGather[2], maxTexture3D[3], maxTexture3DAlt[3], maxTextureCubemap,
		maxTexture1DLayered[2], maxTexture2DLayered[3], maxTextureCubemapLayered[2],
		maxSurface1D, maxSurface2D[2], maxSurface3D[3], maxSurface1DLayered[2],
		maxSurface2DLayered[3], maxSurfaceCubemap, maxSurfaceCubemapLayered[2];
	size_t surfaceAlignment;
	int concurrentKernels, ECCEnabled, pciBusID, pciDeviceID, pciDomainID, tccDriver,
		asyncEngineCount, unifiedAddressing, memoryClockRate, memoryBusWidth, l2CacheSize,
		persistingL2CacheMaxSize, maxThreadsPerMultiProcessor, streamPrioritiesSupported,
		globalL1CacheSupported, localL1CacheSupported;
	size_t sharedMemPerMultiprocessor;
	int regsPerMultiprocessor, managedMemory, isMultiGpuBoard, multiGpuBoardGroupID,
		hostNativeAtomicSupported, singleToDoublePrecisionPerfRatio, pageableMemoryAccess,
		concurrentManagedAccess, computePreemptionSupported,
		canUseHostPointerForRegisteredMem, cooperativeLaunch, cooperativeMultiDeviceLaunch;
	size_t sharedMemPerBlockOptin;
	int pageableMemoryAccessUsesHostPageTables, directManagedMemAccessFromHost,
		maxBlocksPerMultiProcessor, accessPolicyMaxWindowSize;
	size_t reservedSharedMemPerBlock;
	int hostRegisterSupported, sparseCudaArraySupported, hostRegisterReadOnlySupported,
		timelineSemaphoreInteropSupported, memoryPoolsSupported, gpuDirectRDMASupported;
	unsigned int gpuDirectRDMAFlushWritesOptions;
	int gpuDirectRDMAWritesOrdering;
	unsigned int memoryPoolSupportedHandleTypes;
	int deferredMappingCudaArraySupported, ipcEventSupported, clusterLaunch,
		unifiedFunctionPointers;
	int reserved[63];
};

#endif
