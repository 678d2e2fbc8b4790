/*
 * Fields of cudaDeviceProp and the device attributes that they hold; those of one release are in
 * release.h.
 *
 * VT_PROPERTY(field, attribute after CU_DEVICE_ATTRIBUTE_)
 */
#ifndef VT_SIMULATE_RUNTIME_PROPERTIES_H
#define VT_SIMULATE_RUNTIME_PROPERTIES_H

/* clang-format off */
#define VT_PROPERTIES(VT_PROPERTY)                                                                 \
	VT_PROPERTY(sharedMemPerBlock, MAX_SHARED_MEMORY_PER_BLOCK)                                \
	VT_PROPERTY(regsPerBlock, MAX_REGISTERS_PER_BLOCK)                                         \
	VT_PROPERTY(warpSize, WARP_SIZE)                                                           \
	VT_PROPERTY(memPitch, MAX_PITCH)                                                           \
	VT_PROPERTY(maxThreadsPerBlock, MAX_THREADS_PER_BLOCK)                                     \
	VT_PROPERTY(maxThreadsDim[0], MAX_BLOCK_DIM_X)                                             \
	VT_PROPERTY(maxThreadsDim[1], MAX_BLOCK_DIM_Y)                                             \
	VT_PROPERTY(maxThreadsDim[2], MAX_BLOCK_DIM_Z)                                             \
	VT_PROPERTY(maxGridSize[0], MAX_GRID_DIM_X)                                                \
	VT_PROPERTY(maxGridSize[1], MAX_GRID_DIM_Y)                                                \
	VT_PROPERTY(maxGridSize[2], MAX_GRID_DIM_Z)                                                \
	VT_PROPERTY(totalConstMem, TOTAL_CONSTANT_MEMORY)                                          \
	VT_PROPERTY(major, COMPUTE_CAPABILITY_MAJOR)                                               \
	VT_PROPERTY(minor, COMPUTE_CAPABILITY_MINOR)                                               \
	VT_PROPERTY(textureAlignment, TEXTURE_ALIGNMENT)                                           \
	VT_PROPERTY(texturePitchAlignment, TEXTURE_PITCH_ALIGNMENT)                                \
	VT_PROPERTY(multiProcessorCount, MULTIPROCESSOR_COUNT)                                     \
	VT_PROPERTY(integrated, INTEGRATED)                                                        \
	VT_PROPERTY(canMapHostMemory, CAN_MAP_HOST_MEMORY)                                         \
	VT_PROPERTY(maxTexture1D, MAXIMUM_TEXTURE1D_WIDTH)                                         \
	VT_PROPERTY(maxTexture1DMipmap, MAXIMUM_TEXTURE1D_MIPMAPPED_WIDTH)                         \
	VT_PROPERTY(maxTexture2D[0], MAXIMUM_TEXTURE2D_WIDTH)                                      \
	VT_PROPERTY(maxTexture2D[1], MAXIMUM_TEXTURE2D_HEIGHT)                                     \
	VT_PROPERTY(maxTexture2DMipmap[0], MAXIMUM_TEXTURE2D_MIPMAPPED_WIDTH)                      \
	VT_PROPERTY(maxTexture2DMipmap[1], MAXIMUM_TEXTURE2D_MIPMAPPED_HEIGHT)                     \
	VT_PROPERTY(maxTexture2DLinear[0], MAXIMUM_TEXTURE2D_LINEAR_WIDTH)                         \
	VT_PROPERTY(maxTexture2DLinear[1], MAXIMUM_TEXTURE2D_LINEAR_HEIGHT)                        \
	VT_PROPERTY(maxTexture2DLinear[2], MAXIMUM_TEXTURE2D_LINEAR_PITCH)                         \
	VT_PROPERTY(maxTexture2DGather[0], MAXIMUM_TEXTURE2D_GATHER_WIDTH)                         \
	VT_PROPERTY(maxTexture2DGather[1], MAXIMUM_TEXTURE2D_GATHER_HEIGHT)                        \
	VT_PROPERTY(maxTexture3D[0], MAXIMUM_TEXTURE3D_WIDTH)                                      \
	VT_PROPERTY(maxTexture3D[1], MAXIMUM_TEXTURE3D_HEIGHT)                                     \
	VT_PROPERTY(maxTexture3D[2], MAXIMUM_TEXTURE3D_DEPTH)                                      \
	VT_PROPERTY(maxTexture1DLayered[0], MAXIMUM_TEXTURE1D_LAYERED_WIDTH)                       \
	VT_PROPERTY(maxTexture1DLayered[1], MAXIMUM_TEXTURE1D_LAYERED_LAYERS)                      \
	VT_PROPERTY(maxTexture2DLayered[0], MAXIMUM_TEXTURE2D_LAYERED_WIDTH)                       \
	VT_PROPERTY(maxTexture2DLayered[1], MAXIMUM_TEXTURE2D_LAYERED_HEIGHT)                      \
	VT_PROPERTY(maxTexture2DLayered[2], MAXIMUM_TEXTURE2D_LAYERED_LAYERS)                      \
	VT_PROPERTY(maxTextureCubemap, MAXIMUM_TEXTURECUBEMAP_WIDTH)                               \
	VT_PROPERTY(maxSurface1D, MAXIMUM_SURFACE1D_WIDTH)                                         \
	VT_PROPERTY(maxSurface2D[0], MAXIMUM_SURFACE2D_WIDTH)                                      \
	VT_PROPERTY(maxSurface2D[1], MAXIMUM_SURFACE2D_HEIGHT)                                     \
	VT_PROPERTY(maxSurface3D[0], MAXIMUM_SURFACE3D_WIDTH)                                      \
	VT_PROPERTY(maxSurface3D[1], MAXIMUM_SURFACE3D_HEIGHT)                                     \
	VT_PROPERTY(maxSurface3D[2], MAXIMUM_SURFACE3D_DEPTH)                                      \
	VT_PROPERTY(surfaceAlignment, SURFACE_ALIGNMENT)                                           \
	VT_PROPERTY(concurrentKernels, CONCURRENT_KERNELS)                                         \
	VT_PROPERTY(ECCEnabled, ECC_ENABLED)                                                       \
	VT_PROPERTY(pciBusID, PCI_BUS_ID)                                                          \
	VT_PROPERTY(pciDeviceID, PCI_DEVICE_ID)                                                    \
	VT_PROPERTY(pciDomainID, PCI_DOMAIN_ID)                                                    \
	VT_PROPERTY(tccDriver, TCC_DRIVER)                                                         \
	VT_PROPERTY(asyncEngineCount, ASYNC_ENGINE_COUNT)                                          \
	VT_PROPERTY(unifiedAddressing, UNIFIED_ADDRESSING)                                         \
	VT_PROPERTY(memoryBusWidth, GLOBAL_MEMORY_BUS_WIDTH)                                       \
	VT_PROPERTY(l2CacheSize, L2_CACHE_SIZE)                                                    \
	VT_PROPERTY(persistingL2CacheMaxSize, MAX_PERSISTING_L2_CACHE_SIZE)                        \
	VT_PROPERTY(maxThreadsPerMultiProcessor, MAX_THREADS_PER_MULTIPROCESSOR)                   \
	VT_PROPERTY(streamPrioritiesSupported, STREAM_PRIORITIES_SUPPORTED)                        \
	VT_PROPERTY(globalL1CacheSupported, GLOBAL_L1_CACHE_SUPPORTED)                             \
	VT_PROPERTY(localL1CacheSupported, LOCAL_L1_CACHE_SUPPORTED)                               \
	VT_PROPERTY(sharedMemPerMultiprocessor, MAX_SHARED_MEMORY_PER_MULTIPROCESSOR)              \
	VT_PROPERTY(regsPerMultiprocessor, MAX_REGISTERS_PER_MULTIPROCESSOR)                       \
	VT_PROPERTY(managedMemory, MANAGED_MEMORY)                                                 \
	VT_PROPERTY(isMultiGpuBoard, MULTI_GPU_BOARD)                                              \
	VT_PROPERTY(multiGpuBoardGroupID, MULTI_GPU_BOARD_GROUP_ID)                                \
	VT_PROPERTY(hostNativeAtomicSupported, HOST_NATIVE_ATOMIC_SUPPORTED)                       \
	VT_PROPERTY(pageableMemoryAccess, PAGEABLE_MEMORY_ACCESS)                                  \
	VT_PROPERTY(concurrentManagedAccess, CONCURRENT_MANAGED_ACCESS)                            \
	VT_PROPERTY(computePreemptionSupported, COMPUTE_PREEMPTION_SUPPORTED)                      \
	VT_PROPERTY(canUseHostPointerForRegisteredMem, CAN_USE_HOST_POINTER_FOR_REGISTERED_MEM)    \
	VT_PROPERTY(cooperativeLaunch, COOPERATIVE_LAUNCH)                                         \
	VT_PROPERTY(sharedMemPerBlockOptin, MAX_SHARED_MEMORY_PER_BLOCK_OPTIN)                     \
	VT_PROPERTY(directManagedMemAccessFromHost, DIRECT_MANAGED_MEM_ACCESS_FROM_HOST)           \
	VT_PROPERTY(maxBlocksPerMultiProcessor, MAX_BLOCKS_PER_MULTIPROCESSOR)                     \
	VT_PROPERTY(accessPolicyMaxWindowSize, MAX_ACCESS_POLICY_WINDOW_SIZE)                      \
	VT_PROPERTY(reservedSharedMemPerBlock, RESERVED_SHARED_MEMORY_PER_BLOCK)                   \
	VT_PROPERTY(hostRegisterSupported, HOST_REGISTER_SUPPORTED)                                \
	VT_PROPERTY(sparseCudaArraySupported, SPARSE_CUDA_ARRAY_SUPPORTED)                         \
	VT_PROPERTY(hostRegisterReadOnlySupported, READ_ONLY_HOST_REGISTER_SUPPORTED)              \
	VT_PROPERTY(memoryPoolsSupported, MEMORY_POOLS_SUPPORTED)                                  \
	VT_PROPERTY(gpuDirectRDMASupported, GPU_DIRECT_RDMA_SUPPORTED)                             \
	VT_PROPERTY(memoryPoolSupportedHandleTypes, MEMPOOL_SUPPORTED_HANDLE_TYPES)                \
	VT_PROPERTY(ipcEventSupported, IPC_EVENT_SUPPORTED)                                        \
	VT_PROPERTY(clusterLaunch, CLUSTER_LAUNCH)                                                 \
	VT_PROPERTY(unifiedFunctionPointers, UNIFIED_FUNCTION_POINTERS)
/* clang-format on */

cudaError_t VT_DEVICE_PROPERTIES(struct vt__device_properties *prop, int device);

#endif
