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

#include "preload/driver/graphics_abi.h"

/* Exported by the driver and asked for by name, but in no header. */
CUresult CUDAAPI cuStreamBeginCapture_v2_ptsz(CUstream hStream, CUstreamCaptureMode mode);
CUresult CUDAAPI cuStreamBeginCaptureToGraph_ptsz(CUstream hStream, CUgraph hGraph,
						  const CUgraphNode *dependencies,
						  const CUgraphEdgeData *dependencyData,
						  size_t numDependencies, CUstreamCaptureMode mode);

/*
 * ABIs of CUDA releases after the oldest whose headers can build this. They are
 * declared as NVIDIA's reference manual has them, so that a program of a newer
 * toolkit is seen; newer headers check them.
 */
CUresult CUDAAPI cuMulticastBindMem_v2(CUmemGenericAllocationHandle mcHandle, CUdevice dev,
				       size_t mcOffset, CUmemGenericAllocationHandle memHandle,
				       size_t memOffset, size_t size, unsigned long long flags);
CUresult CUDAAPI cuMulticastBindAddr_v2(CUmemGenericAllocationHandle mcHandle, CUdevice dev,
					size_t mcOffset, CUdeviceptr memptr, size_t size,
					unsigned long long flags);
CUresult CUDAAPI cuGraphAddNode_v3(CUgraphNode *phGraphNode, CUgraph hGraph,
				   const CUgraphNode *dependencies,
				   const CUgraphEdgeData *dependencyData, size_t numDependencies,
				   CUgraphNodeParams *nodeParams);

#if CUDA_VERSION < 13020
typedef struct CUstreamCigCaptureParams_st CUstreamCigCaptureParams; /* only passed on */
#endif
#if CUDA_VERSION < 13030
typedef CUresult (*CUgraphRecaptureCallback)(void *data, CUgraphNode node,
					     const CUgraphNodeParams *originalParams,
					     const CUgraphNodeParams *recaptureParams, int status);
#endif
CUresult CUDAAPI cuStreamBeginCaptureToCig(CUstream hStream,
					   CUstreamCigCaptureParams *streamCigCaptureParams);
CUresult CUDAAPI cuStreamBeginCaptureToCig_ptsz(CUstream hStream,
						CUstreamCigCaptureParams *streamCigCaptureParams);
CUresult CUDAAPI cuStreamBeginRecaptureToGraph(CUstream hStream, CUstreamCaptureMode mode,
					       CUgraph hGraph,
					       CUgraphRecaptureCallback callbackFunc,
					       void *userData);
CUresult CUDAAPI cuStreamBeginRecaptureToGraph_ptsz(CUstream hStream, CUstreamCaptureMode mode,
						    CUgraph hGraph,
						    CUgraphRecaptureCallback callbackFunc,
						    void *userData);

#if CUDA_VERSION < 13010
typedef struct cuMulticastBindMem_v2_params_st {
	CUmemGenericAllocationHandle mcHandle;
	CUdevice dev;
	size_t mcOffset;
	CUmemGenericAllocationHandle memHandle;
	size_t memOffset;
	size_t size;
	unsigned long long flags;
} cuMulticastBindMem_v2_params;

typedef struct cuMulticastBindAddr_v2_params_st {
	CUmemGenericAllocationHandle mcHandle;
	CUdevice dev;
	size_t mcOffset;
	CUdeviceptr memptr;
	size_t size;
	unsigned long long flags;
} cuMulticastBindAddr_v2_params;
#endif

#if CUDA_VERSION < 13020
typedef struct cuStreamBeginCaptureToCig_params_st {
	CUstream hStream;
	CUstreamCigCaptureParams *streamCigCaptureParams;
} cuStreamBeginCaptureToCig_params, cuStreamBeginCaptureToCig_ptsz_params;
#endif

#if CUDA_VERSION < 13030
typedef struct cuStreamBeginRecaptureToGraph_params_st {
	CUstream hStream;
	CUstreamCaptureMode mode;
	CUgraph hGraph;
	CUgraphRecaptureCallback callbackFunc;
	void *userData;
} cuStreamBeginRecaptureToGraph_params, cuStreamBeginRecaptureToGraph_ptsz_params;
#endif

#if CUDA_VERSION < 13040
typedef cuGraphAddNode_v2_params cuGraphAddNode_v3_params;
#endif

#endif
