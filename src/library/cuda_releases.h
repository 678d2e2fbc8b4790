/*
 * What the library uses of CUDA 13's headers and those of CUDA 12 lack or have otherwise.
 */
#ifndef VT_CUDA_RELEASES_H
#define VT_CUDA_RELEASES_H

#include <cuda_runtime_api.h>

/* Results of later releases of 12; a driver may be newer than the headers. */
enum {
	VT__CUDA_ERROR_CONTAINED = 226,
	VT__CUDA_ERROR_TENSOR_MEMORY_LEAK = 721,
};

/* The driver's function by its name, with the ABI of `version`. Before 12.5 the runtime chose that
 * of its own: which is the same for all functions that the library asks for. */
#if CUDART_VERSION < 12050
#define VT_ENTRY_POINT "cudaGetDriverEntryPoint"
#define VT_FIND_ENTRY_POINT(name, out, version, flags, answer)                                     \
	cudaGetDriverEntryPoint(name, out, flags, answer)
#else
#define VT_ENTRY_POINT "cudaGetDriverEntryPointByVersion"
#define VT_FIND_ENTRY_POINT(name, out, version, flags, answer)                                     \
	cudaGetDriverEntryPointByVersion(name, out, version, flags, answer)
#endif

/* Before 12.2 the driver has no cap for a pool; what the library hands out of one is held below its
 * cap in any case. */
#if CUDART_VERSION < 12020
#define VT_CAP_POOL(properties, bytes) ((void)(bytes))
#else
#define VT_CAP_POOL(properties, bytes) ((properties).maxSize = (bytes))
#endif

#if CUDART_VERSION >= 13000
_Static_assert((int)cudaErrorContained == (int)VT__CUDA_ERROR_CONTAINED, "the error's number");
_Static_assert((int)cudaErrorTensorMemoryLeak == (int)VT__CUDA_ERROR_TENSOR_MEMORY_LEAK,
	       "the error's number");
#endif

#endif
