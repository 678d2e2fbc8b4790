/* The wrapped driver functions of stream-ordered memory and its pools.
 * The rows of VT_DRIVER_API (preload/driver/driver_api.h). */
#ifndef VT_PRELOAD_API_ORDERED_H
#define VT_PRELOAD_API_ORDERED_H

/* clang-format off */
#define VT_ORDERED_API(API) \
	/* stream-ordered memory */ \
	API(cuMemAllocAsync, (CUdeviceptr *dptr, size_t bytesize, CUstream hStream), \
	    (dptr, bytesize, hStream)) \
	API(cuMemAllocAsync_ptsz, (CUdeviceptr *dptr, size_t bytesize, CUstream hStream), \
	    (dptr, bytesize, hStream)) \
	API(cuMemAllocFromPoolAsync, (CUdeviceptr *dptr, size_t bytesize, CUmemoryPool pool, \
	    CUstream hStream), (dptr, bytesize, pool, hStream)) \
	API(cuMemAllocFromPoolAsync_ptsz, (CUdeviceptr *dptr, size_t bytesize, \
	    CUmemoryPool pool, CUstream hStream), (dptr, bytesize, pool, hStream)) \
	API(cuMemFreeAsync, (CUdeviceptr dptr, CUstream hStream), (dptr, hStream)) \
	API(cuMemFreeAsync_ptsz, (CUdeviceptr dptr, CUstream hStream), (dptr, hStream)) \
	/* from here on a stream captures */ \
	API(cuStreamBeginCapture, (CUstream hStream), (hStream)) \
	API(cuStreamBeginCapture_ptsz, (CUstream hStream), (hStream)) \
	API(cuStreamBeginCapture_v2, (CUstream hStream, CUstreamCaptureMode mode), \
	    (hStream, mode)) \
	API(cuStreamBeginCapture_v2_ptsz, (CUstream hStream, CUstreamCaptureMode mode), \
	    (hStream, mode)) \
	API(cuStreamBeginCaptureToCig, (CUstream hStream, \
	    CUstreamCigCaptureParams *streamCigCaptureParams), \
	    (hStream, streamCigCaptureParams)) \
	API(cuStreamBeginCaptureToCig_ptsz, (CUstream hStream, \
	    CUstreamCigCaptureParams *streamCigCaptureParams), \
	    (hStream, streamCigCaptureParams)) \
	API(cuStreamBeginRecaptureToGraph, (CUstream hStream, CUstreamCaptureMode mode, \
	    CUgraph hGraph, CUgraphRecaptureCallback callbackFunc, void *userData), \
	    (hStream, mode, hGraph, callbackFunc, userData)) \
	API(cuStreamBeginRecaptureToGraph_ptsz, (CUstream hStream, CUstreamCaptureMode mode, \
	    CUgraph hGraph, CUgraphRecaptureCallback callbackFunc, void *userData), \
	    (hStream, mode, hGraph, callbackFunc, userData)) \
	API(cuStreamBeginCaptureToGraph, (CUstream hStream, CUgraph hGraph, \
	    const CUgraphNode *dependencies, const CUgraphEdgeData *dependencyData, \
	    size_t numDependencies, CUstreamCaptureMode mode), \
	    (hStream, hGraph, dependencies, dependencyData, numDependencies, mode)) \
	API(cuStreamBeginCaptureToGraph_ptsz, (CUstream hStream, CUgraph hGraph, \
	    const CUgraphNode *dependencies, const CUgraphEdgeData *dependencyData, \
	    size_t numDependencies, CUstreamCaptureMode mode), \
	    (hStream, hGraph, dependencies, dependencyData, numDependencies, mode)) \
	/* pools */ \
	API(cuMemPoolCreate, (CUmemoryPool *pool, const CUmemPoolProps *poolProps), \
	    (pool, poolProps)) \
	API(cuMemPoolDestroy, (CUmemoryPool pool), (pool)) \
	API(cuMemPoolTrimTo, (CUmemoryPool pool, size_t minBytesToKeep), \
	    (pool, minBytesToKeep)) \
	API(cuMemPoolImportFromShareableHandle, (CUmemoryPool *pool_out, void *handle, \
	    CUmemAllocationHandleType handleType, unsigned long long flags), \
	    (pool_out, handle, handleType, flags)) \
	API(cuMemPoolImportPointer, (CUdeviceptr *ptr_out, CUmemoryPool pool, \
	    CUmemPoolPtrExportData *shareData), (ptr_out, pool, shareData))
/* clang-format on */

#endif
