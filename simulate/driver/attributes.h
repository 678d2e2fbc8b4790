/*
 * Attributes of a simulated device: those of a data-centre GPU of compute capability 9.0,
 * less what is not simulated. An attribute without a row is 0.
 *
 * VT_ATTRIBUTE(name after CU_DEVICE_ATTRIBUTE_, value)
 */
#ifndef VT_SIMULATE_DRIVER_ATTRIBUTES_H
#define VT_SIMULATE_DRIVER_ATTRIBUTES_H

/* clang-format off */
#define VT_DEVICE_ATTRIBUTES(VT_ATTRIBUTE)                                                         \
	VT_ATTRIBUTE(MAX_THREADS_PER_BLOCK, 1024)                                                  \
	VT_ATTRIBUTE(MAX_BLOCK_DIM_X, 1024)                                                        \
	VT_ATTRIBUTE(MAX_BLOCK_DIM_Y, 1024)                                                        \
	VT_ATTRIBUTE(MAX_BLOCK_DIM_Z, 64)                                                          \
	VT_ATTRIBUTE(MAX_GRID_DIM_X, 2147483647)                                                   \
	VT_ATTRIBUTE(MAX_GRID_DIM_Y, 65535)                                                        \
	VT_ATTRIBUTE(MAX_GRID_DIM_Z, 65535)                                                        \
	VT_ATTRIBUTE(MAX_SHARED_MEMORY_PER_BLOCK, 49152)                                           \
	VT_ATTRIBUTE(TOTAL_CONSTANT_MEMORY, 65536)                                                 \
	VT_ATTRIBUTE(WARP_SIZE, 32)                                                                \
	VT_ATTRIBUTE(MAX_PITCH, 2147483647)                                                        \
	VT_ATTRIBUTE(MAX_REGISTERS_PER_BLOCK, 65536)                                               \
	VT_ATTRIBUTE(CLOCK_RATE, 1980000)                                                          \
	VT_ATTRIBUTE(TEXTURE_ALIGNMENT, 512)                                                       \
	VT_ATTRIBUTE(GPU_OVERLAP, 1)                                                               \
	VT_ATTRIBUTE(MULTIPROCESSOR_COUNT, 132)                                                    \
	VT_ATTRIBUTE(CAN_MAP_HOST_MEMORY, 1)                                                       \
	VT_ATTRIBUTE(MAXIMUM_TEXTURE1D_WIDTH, 131072)                                              \
	VT_ATTRIBUTE(MAXIMUM_TEXTURE2D_WIDTH, 131072)                                              \
	VT_ATTRIBUTE(MAXIMUM_TEXTURE2D_HEIGHT, 65536)                                              \
	VT_ATTRIBUTE(MAXIMUM_TEXTURE3D_WIDTH, 16384)                                               \
	VT_ATTRIBUTE(MAXIMUM_TEXTURE3D_HEIGHT, 16384)                                              \
	VT_ATTRIBUTE(MAXIMUM_TEXTURE3D_DEPTH, 16384)                                               \
	VT_ATTRIBUTE(MAXIMUM_TEXTURE2D_LAYERED_WIDTH, 32768)                                       \
	VT_ATTRIBUTE(MAXIMUM_TEXTURE2D_LAYERED_HEIGHT, 32768)                                      \
	VT_ATTRIBUTE(MAXIMUM_TEXTURE2D_LAYERED_LAYERS, 2048)                                       \
	VT_ATTRIBUTE(SURFACE_ALIGNMENT, 512)                                                       \
	VT_ATTRIBUTE(CONCURRENT_KERNELS, 1)                                                        \
	VT_ATTRIBUTE(ECC_ENABLED, 1)                                                               \
	VT_ATTRIBUTE(MEMORY_CLOCK_RATE, 2619000)                                                   \
	VT_ATTRIBUTE(GLOBAL_MEMORY_BUS_WIDTH, 5120)                                                \
	VT_ATTRIBUTE(L2_CACHE_SIZE, 52428800)                                                      \
	VT_ATTRIBUTE(MAX_THREADS_PER_MULTIPROCESSOR, 2048)                                         \
	VT_ATTRIBUTE(ASYNC_ENGINE_COUNT, 3)                                                        \
	VT_ATTRIBUTE(UNIFIED_ADDRESSING, 1)                                                        \
	VT_ATTRIBUTE(MAXIMUM_TEXTURE1D_LAYERED_WIDTH, 32768)                                       \
	VT_ATTRIBUTE(MAXIMUM_TEXTURE1D_LAYERED_LAYERS, 2048)                                       \
	VT_ATTRIBUTE(TEXTURE_PITCH_ALIGNMENT, 32)                                                  \
	VT_ATTRIBUTE(COMPUTE_CAPABILITY_MAJOR, 9)                                                  \
	VT_ATTRIBUTE(COMPUTE_CAPABILITY_MINOR, 0)                                                  \
	VT_ATTRIBUTE(STREAM_PRIORITIES_SUPPORTED, 1)                                               \
	VT_ATTRIBUTE(GLOBAL_L1_CACHE_SUPPORTED, 1)                                                 \
	VT_ATTRIBUTE(LOCAL_L1_CACHE_SUPPORTED, 1)                                                  \
	VT_ATTRIBUTE(MAX_SHARED_MEMORY_PER_MULTIPROCESSOR, 233472)                                 \
	VT_ATTRIBUTE(MAX_REGISTERS_PER_MULTIPROCESSOR, 65536)                                      \
	VT_ATTRIBUTE(MANAGED_MEMORY, 1)                                                            \
	VT_ATTRIBUTE(CONCURRENT_MANAGED_ACCESS, 1)                                                 \
	VT_ATTRIBUTE(COMPUTE_PREEMPTION_SUPPORTED, 1)                                              \
	VT_ATTRIBUTE(CAN_USE_HOST_POINTER_FOR_REGISTERED_MEM, 1)                                   \
	VT_ATTRIBUTE(COOPERATIVE_LAUNCH, 1)                                                        \
	VT_ATTRIBUTE(MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, 232448)                                    \
	VT_ATTRIBUTE(HOST_REGISTER_SUPPORTED, 1)                                                   \
	VT_ATTRIBUTE(VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED, 1)                                       \
	VT_ATTRIBUTE(HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED, 1)                               \
	VT_ATTRIBUTE(MAX_BLOCKS_PER_MULTIPROCESSOR, 32)                                            \
	VT_ATTRIBUTE(RESERVED_SHARED_MEMORY_PER_BLOCK, 1024)                                       \
	VT_ATTRIBUTE(READ_ONLY_HOST_REGISTER_SUPPORTED, 1)                                         \
	VT_ATTRIBUTE(MEMORY_POOLS_SUPPORTED, 1)                                                    \
	VT_ATTRIBUTE(SPARSE_CUDA_ARRAY_SUPPORTED, 1)                                               \
	VT_ATTRIBUTE(DEFERRED_MAPPING_CUDA_ARRAY_SUPPORTED, 1)                                     \
	VT_ATTRIBUTE(CLUSTER_LAUNCH, 1)                                                            \
	VT_ATTRIBUTE(IPC_EVENT_SUPPORTED, 1)                                                       \
	VT_ATTRIBUTE(MEM_SYNC_DOMAIN_COUNT, 4)                                                     \
	VT_ATTRIBUTE(MULTICAST_SUPPORTED, 1)                                                       \
	VT_ATTRIBUTE(NUMA_ID, -1)                                                                  \
	VT_ATTRIBUTE(HOST_NUMA_ID, -1)                                                             \
	VT_ATTRIBUTE(HOST_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED, 1)
/* clang-format on */

#endif
