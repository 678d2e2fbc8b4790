/*
 * The per-thread variants (_ptsz) of entry points that differ from the legacy ones only in
 * which stream the default one is.
 */
#include "config.h"

#include "simulate/driver/memory/memcpy.h"

/* The legacy entry point with the stream argument, named `stream`, translated. */
#define THREAD VT_PER_THREAD_STREAM(stream)
#define ROW(name, parameters, arguments)                                                           \
	CUresult name##_ptsz parameters                                                            \
	{                                                                                          \
		return name arguments;                                                             \
	}

ROW(cuMemAllocAsync, (CUdeviceptr * p, size_t n, CUstream stream), (p, n, THREAD))
ROW(cuMemAllocFromPoolAsync, (CUdeviceptr * p, size_t n, CUmemoryPool pool, CUstream stream),
    (p, n, pool, THREAD))
ROW(cuMemFreeAsync, (CUdeviceptr p, CUstream stream), (p, THREAD))
ROW(cuMemMapArrayAsync, (CUarrayMapInfo * list, unsigned int n, CUstream stream), (list, n, THREAD))
ROW(cuMemPrefetchAsync, (CUdeviceptr p, size_t n, CUdevice to, CUstream stream), (p, n, to, THREAD))
ROW(cuMemPrefetchAsync_v2,
    (CUdeviceptr p, size_t n, CUmemLocation to, unsigned int flags, CUstream stream),
    (p, n, to, flags, THREAD))
ROW(cuMemDiscardBatchAsync,
    (CUdeviceptr * p, size_t *sizes, size_t n, unsigned long long flags, CUstream stream),
    (p, sizes, n, flags, THREAD))
ROW(cuMemPrefetchBatchAsync,
    (CUdeviceptr * p, size_t *sizes, size_t n, CUmemLocation *to, size_t *firsts, size_t places,
     unsigned long long flags, CUstream stream),
    (p, sizes, n, to, firsts, places, flags, THREAD))
ROW(cuMemDiscardAndPrefetchBatchAsync,
    (CUdeviceptr * p, size_t *sizes, size_t n, CUmemLocation *to, size_t *firsts, size_t places,
     unsigned long long flags, CUstream stream),
    (p, sizes, n, to, firsts, places, flags, THREAD))

ROW(cuStreamGetPriority, (CUstream stream, int *out), (THREAD, out))
ROW(cuStreamGetFlags, (CUstream stream, unsigned int *out), (THREAD, out))
ROW(cuStreamGetId, (CUstream stream, unsigned long long *out), (THREAD, out))
ROW(cuStreamGetDevice, (CUstream stream, CUdevice *out), (THREAD, out))
ROW(cuStreamGetCtx, (CUstream stream, CUcontext *out), (THREAD, out))
ROW(cuStreamGetCtx_v2, (CUstream stream, CUcontext *out, CUgreenCtx *green), (THREAD, out, green))
ROW(cuStreamWaitEvent, (CUstream stream, CUevent event, unsigned int flags), (THREAD, event, flags))
ROW(cuStreamAddCallback,
    (CUstream stream, CUstreamCallback callback, void *argument, unsigned int flags),
    (THREAD, callback, argument, flags))
ROW(cuStreamAttachMemAsync, (CUstream stream, CUdeviceptr p, size_t n, unsigned int flags),
    (THREAD, p, n, flags))
ROW(cuStreamQuery, (CUstream stream), (THREAD))
ROW(cuStreamSynchronize, (CUstream stream), (THREAD))
ROW(cuEventRecord, (CUevent event, CUstream stream), (event, THREAD))
ROW(cuEventRecordWithFlags, (CUevent event, CUstream stream, unsigned int flags),
    (event, THREAD, flags))
ROW(cuLaunchHostFunc, (CUstream stream, CUhostFn function, void *argument),
    (THREAD, function, argument))

ROW(cuStreamBeginCapture, (CUstream stream), (THREAD))
ROW(cuStreamBeginCapture_v2, (CUstream stream, CUstreamCaptureMode mode), (THREAD, mode))
ROW(cuStreamBeginCaptureToGraph,
    (CUstream stream, CUgraph graph, const CUgraphNode *dependencies, const CUgraphEdgeData *edges,
     size_t count, CUstreamCaptureMode mode),
    (THREAD, graph, dependencies, edges, count, mode))
ROW(cuStreamUpdateCaptureDependencies,
    (CUstream stream, CUgraphNode *dependencies, size_t count, unsigned int flags),
    (THREAD, dependencies, count, flags))
ROW(cuStreamUpdateCaptureDependencies_v2,
    (CUstream stream, CUgraphNode *dependencies, const CUgraphEdgeData *edges, size_t count,
     unsigned int flags),
    (THREAD, dependencies, edges, count, flags))
ROW(cuStreamEndCapture, (CUstream stream, CUgraph *graph), (THREAD, graph))
ROW(cuStreamIsCapturing, (CUstream stream, CUstreamCaptureStatus *status), (THREAD, status))
ROW(cuStreamGetCaptureInfo, (CUstream stream, CUstreamCaptureStatus *status, cuuint64_t *id),
    (THREAD, status, id))
ROW(cuStreamGetCaptureInfo_v2,
    (CUstream stream, CUstreamCaptureStatus *status, cuuint64_t *id, CUgraph *graph,
     const CUgraphNode **tails, size_t *count),
    (THREAD, status, id, graph, tails, count))
ROW(cuStreamGetCaptureInfo_v3,
    (CUstream stream, CUstreamCaptureStatus *status, cuuint64_t *id, CUgraph *graph,
     const CUgraphNode **tails, const CUgraphEdgeData **edges, size_t *count),
    (THREAD, status, id, graph, tails, edges, count))
ROW(cuGraphLaunch, (CUgraphExec exec, CUstream stream), (exec, THREAD))
ROW(cuGraphUpload, (CUgraphExec exec, CUstream stream), (exec, THREAD))
ROW(cuGraphInstantiateWithParams,
    (CUgraphExec * exec, CUgraph graph, CUDA_GRAPH_INSTANTIATE_PARAMS *params),
    (exec, graph, params))

ROW(cuLaunchKernel,
    (CUfunction f, unsigned int gx, unsigned int gy, unsigned int gz, unsigned int bx,
     unsigned int by, unsigned int bz, unsigned int shared, CUstream stream, void **params,
     void **extra),
    (f, gx, gy, gz, bx, by, bz, shared, THREAD, params, extra))
ROW(cuLaunchCooperativeKernel,
    (CUfunction f, unsigned int gx, unsigned int gy, unsigned int gz, unsigned int bx,
     unsigned int by, unsigned int bz, unsigned int shared, CUstream stream, void **params),
    (f, gx, gy, gz, bx, by, bz, shared, THREAD, params))
