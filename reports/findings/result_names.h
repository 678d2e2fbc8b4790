/*
 * The names of the numbers that CUDA's driver returns (enum cudaError_enum).
 */
#ifndef VT_REPORTS_RESULT_NAMES_H
#define VT_REPORTS_RESULT_NAMES_H

/* VT_RESULT(number, name): of CUDA 13.0; numbers never change their meaning. */
#define VT_RESULTS(VT_RESULT)                                                                      \
	VT_RESULT(0, CUDA_SUCCESS)                                                                 \
	VT_RESULT(1, CUDA_ERROR_INVALID_VALUE)                                                     \
	VT_RESULT(2, CUDA_ERROR_OUT_OF_MEMORY)                                                     \
	VT_RESULT(3, CUDA_ERROR_NOT_INITIALIZED)                                                   \
	VT_RESULT(4, CUDA_ERROR_DEINITIALIZED)                                                     \
	VT_RESULT(5, CUDA_ERROR_PROFILER_DISABLED)                                                 \
	VT_RESULT(6, CUDA_ERROR_PROFILER_NOT_INITIALIZED)                                          \
	VT_RESULT(7, CUDA_ERROR_PROFILER_ALREADY_STARTED)                                          \
	VT_RESULT(8, CUDA_ERROR_PROFILER_ALREADY_STOPPED)                                          \
	VT_RESULT(34, CUDA_ERROR_STUB_LIBRARY)                                                     \
	VT_RESULT(36, CUDA_ERROR_CALL_REQUIRES_NEWER_DRIVER)                                       \
	VT_RESULT(46, CUDA_ERROR_DEVICE_UNAVAILABLE)                                               \
	VT_RESULT(100, CUDA_ERROR_NO_DEVICE)                                                       \
	VT_RESULT(101, CUDA_ERROR_INVALID_DEVICE)                                                  \
	VT_RESULT(102, CUDA_ERROR_DEVICE_NOT_LICENSED)                                             \
	VT_RESULT(200, CUDA_ERROR_INVALID_IMAGE)                                                   \
	VT_RESULT(201, CUDA_ERROR_INVALID_CONTEXT)                                                 \
	VT_RESULT(202, CUDA_ERROR_CONTEXT_ALREADY_CURRENT)                                         \
	VT_RESULT(205, CUDA_ERROR_MAP_FAILED)                                                      \
	VT_RESULT(206, CUDA_ERROR_UNMAP_FAILED)                                                    \
	VT_RESULT(207, CUDA_ERROR_ARRAY_IS_MAPPED)                                                 \
	VT_RESULT(208, CUDA_ERROR_ALREADY_MAPPED)                                                  \
	VT_RESULT(209, CUDA_ERROR_NO_BINARY_FOR_GPU)                                               \
	VT_RESULT(210, CUDA_ERROR_ALREADY_ACQUIRED)                                                \
	VT_RESULT(211, CUDA_ERROR_NOT_MAPPED)                                                      \
	VT_RESULT(212, CUDA_ERROR_NOT_MAPPED_AS_ARRAY)                                             \
	VT_RESULT(213, CUDA_ERROR_NOT_MAPPED_AS_POINTER)                                           \
	VT_RESULT(214, CUDA_ERROR_ECC_UNCORRECTABLE)                                               \
	VT_RESULT(215, CUDA_ERROR_UNSUPPORTED_LIMIT)                                               \
	VT_RESULT(216, CUDA_ERROR_CONTEXT_ALREADY_IN_USE)                                          \
	VT_RESULT(217, CUDA_ERROR_PEER_ACCESS_UNSUPPORTED)                                         \
	VT_RESULT(218, CUDA_ERROR_INVALID_PTX)                                                     \
	VT_RESULT(219, CUDA_ERROR_INVALID_GRAPHICS_CONTEXT)                                        \
	VT_RESULT(220, CUDA_ERROR_NVLINK_UNCORRECTABLE)                                            \
	VT_RESULT(221, CUDA_ERROR_JIT_COMPILER_NOT_FOUND)                                          \
	VT_RESULT(222, CUDA_ERROR_UNSUPPORTED_PTX_VERSION)                                         \
	VT_RESULT(223, CUDA_ERROR_JIT_COMPILATION_DISABLED)                                        \
	VT_RESULT(224, CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY)                                       \
	VT_RESULT(225, CUDA_ERROR_UNSUPPORTED_DEVSIDE_SYNC)                                        \
	VT_RESULT(226, CUDA_ERROR_CONTAINED)                                                       \
	VT_RESULT(300, CUDA_ERROR_INVALID_SOURCE)                                                  \
	VT_RESULT(301, CUDA_ERROR_FILE_NOT_FOUND)                                                  \
	VT_RESULT(302, CUDA_ERROR_SHARED_OBJECT_SYMBOL_NOT_FOUND)                                  \
	VT_RESULT(303, CUDA_ERROR_SHARED_OBJECT_INIT_FAILED)                                       \
	VT_RESULT(304, CUDA_ERROR_OPERATING_SYSTEM)                                                \
	VT_RESULT(400, CUDA_ERROR_INVALID_HANDLE)                                                  \
	VT_RESULT(401, CUDA_ERROR_ILLEGAL_STATE)                                                   \
	VT_RESULT(402, CUDA_ERROR_LOSSY_QUERY)                                                     \
	VT_RESULT(500, CUDA_ERROR_NOT_FOUND)                                                       \
	VT_RESULT(600, CUDA_ERROR_NOT_READY)                                                       \
	VT_RESULT(700, CUDA_ERROR_ILLEGAL_ADDRESS)                                                 \
	VT_RESULT(701, CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES)                                         \
	VT_RESULT(702, CUDA_ERROR_LAUNCH_TIMEOUT)                                                  \
	VT_RESULT(703, CUDA_ERROR_LAUNCH_INCOMPATIBLE_TEXTURING)                                   \
	VT_RESULT(704, CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED)                                     \
	VT_RESULT(705, CUDA_ERROR_PEER_ACCESS_NOT_ENABLED)                                         \
	VT_RESULT(708, CUDA_ERROR_PRIMARY_CONTEXT_ACTIVE)                                          \
	VT_RESULT(709, CUDA_ERROR_CONTEXT_IS_DESTROYED)                                            \
	VT_RESULT(710, CUDA_ERROR_ASSERT)                                                          \
	VT_RESULT(711, CUDA_ERROR_TOO_MANY_PEERS)                                                  \
	VT_RESULT(712, CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED)                                  \
	VT_RESULT(713, CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED)                                      \
	VT_RESULT(714, CUDA_ERROR_HARDWARE_STACK_ERROR)                                            \
	VT_RESULT(715, CUDA_ERROR_ILLEGAL_INSTRUCTION)                                             \
	VT_RESULT(716, CUDA_ERROR_MISALIGNED_ADDRESS)                                              \
	VT_RESULT(717, CUDA_ERROR_INVALID_ADDRESS_SPACE)                                           \
	VT_RESULT(718, CUDA_ERROR_INVALID_PC)                                                      \
	VT_RESULT(719, CUDA_ERROR_LAUNCH_FAILED)                                                   \
	VT_RESULT(720, CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE)                                    \
	VT_RESULT(721, CUDA_ERROR_TENSOR_MEMORY_LEAK)                                              \
	VT_RESULT(800, CUDA_ERROR_NOT_PERMITTED)                                                   \
	VT_RESULT(801, CUDA_ERROR_NOT_SUPPORTED)                                                   \
	VT_RESULT(802, CUDA_ERROR_SYSTEM_NOT_READY)                                                \
	VT_RESULT(803, CUDA_ERROR_SYSTEM_DRIVER_MISMATCH)                                          \
	VT_RESULT(804, CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE)                                  \
	VT_RESULT(805, CUDA_ERROR_MPS_CONNECTION_FAILED)                                           \
	VT_RESULT(806, CUDA_ERROR_MPS_RPC_FAILURE)                                                 \
	VT_RESULT(807, CUDA_ERROR_MPS_SERVER_NOT_READY)                                            \
	VT_RESULT(808, CUDA_ERROR_MPS_MAX_CLIENTS_REACHED)                                         \
	VT_RESULT(809, CUDA_ERROR_MPS_MAX_CONNECTIONS_REACHED)                                     \
	VT_RESULT(810, CUDA_ERROR_MPS_CLIENT_TERMINATED)                                           \
	VT_RESULT(811, CUDA_ERROR_CDP_NOT_SUPPORTED)                                               \
	VT_RESULT(812, CUDA_ERROR_CDP_VERSION_MISMATCH)                                            \
	VT_RESULT(900, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED)                                      \
	VT_RESULT(901, CUDA_ERROR_STREAM_CAPTURE_INVALIDATED)                                      \
	VT_RESULT(902, CUDA_ERROR_STREAM_CAPTURE_MERGE)                                            \
	VT_RESULT(903, CUDA_ERROR_STREAM_CAPTURE_UNMATCHED)                                        \
	VT_RESULT(904, CUDA_ERROR_STREAM_CAPTURE_UNJOINED)                                         \
	VT_RESULT(905, CUDA_ERROR_STREAM_CAPTURE_ISOLATION)                                        \
	VT_RESULT(906, CUDA_ERROR_STREAM_CAPTURE_IMPLICIT)                                         \
	VT_RESULT(907, CUDA_ERROR_CAPTURED_EVENT)                                                  \
	VT_RESULT(908, CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD)                                     \
	VT_RESULT(909, CUDA_ERROR_TIMEOUT)                                                         \
	VT_RESULT(910, CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE)                                       \
	VT_RESULT(911, CUDA_ERROR_EXTERNAL_DEVICE)                                                 \
	VT_RESULT(912, CUDA_ERROR_INVALID_CLUSTER_SIZE)                                            \
	VT_RESULT(913, CUDA_ERROR_FUNCTION_NOT_LOADED)                                             \
	VT_RESULT(914, CUDA_ERROR_INVALID_RESOURCE_TYPE)                                           \
	VT_RESULT(915, CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION)                                  \
	VT_RESULT(916, CUDA_ERROR_KEY_ROTATION)                                                    \
	VT_RESULT(999, CUDA_ERROR_UNKNOWN)

/* "CUDA_ERROR_INVALID_VALUE", or "unknown" for a number that is not above. Static. */
const char *vt__result_name(int result);

#endif
