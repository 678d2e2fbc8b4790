/*
 * cuda.h with every ABI declared under its own exported name, and the arguments
 * of every function as a struct (symbol_params, of CUPTI's headers). The only
 * include of these headers in the shim: included otherwise, the names would be
 * macros for the newest ABI.
 */
#ifndef VT_PRELOAD_CUDA_ABI_H
#define VT_PRELOAD_CUDA_ABI_H

#define __CUDA_API_VERSION_INTERNAL
#include <cuda.h>

#include <generated_cuda_meta.h>

#include "preload/graphics_abi.h"

/* Exported by the driver and asked for by name, but in no header. */
CUresult CUDAAPI cuStreamBeginCapture_v2_ptsz(CUstream hStream, CUstreamCaptureMode mode);
CUresult CUDAAPI cuStreamBeginCaptureToGraph_ptsz(CUstream hStream, CUgraph hGraph,
						  const CUgraphNode *dependencies,
						  const CUgraphEdgeData *dependencyData,
						  size_t numDependencies, CUstreamCaptureMode mode);

#endif
