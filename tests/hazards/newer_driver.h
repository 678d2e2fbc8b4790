/*
 * What the driver of newer_driver.c has that the headers may not have yet.
 */
#ifndef VT_TESTS_NEWER_DRIVER_H
#define VT_TESTS_NEWER_DRIVER_H

#include <cuda.h>

#include "hazard.h"

#if CUDA_VERSION >= 13020
#error "CUDA 13.2 declares the captures below: take its own types"
#endif

CUresult cuMemAlloc_v9(CUdeviceptr *address, size_t bytes, int three, int four, int five, int six,
		       double half, long seven, long eight);
CUresult cuMulticastBindMem_v2(CUmemGenericAllocationHandle team, CUdevice device, size_t offset,
			       CUmemGenericAllocationHandle memory, size_t memory_offset,
			       size_t bytes, unsigned long long flags);
CUresult cuMulticastBindAddr_v2(CUmemGenericAllocationHandle team, CUdevice device, size_t offset,
				CUdeviceptr memory, size_t bytes, unsigned long long flags);
/* What their later arguments point at is not looked at. */
CUresult cuStreamBeginCaptureToCig(CUstream stream, void *parameters);
CUresult cuStreamBeginRecaptureToGraph(CUstream stream, CUstreamCaptureMode mode, CUgraph graph,
				       void *callback, void *data);
CUresult cuGraphAddNode_v3(CUgraphNode *node, CUgraph graph, const CUgraphNode *dependencies,
			   const CUgraphEdgeData *data, size_t count,
			   CUgraphNodeParams *parameters);

#define ALLOCATE_V9(function, address) function(address, 64 * MIB, 3, 4, 5, 6, 0.5, 7, 8)

#endif
