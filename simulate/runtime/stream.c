/* Streams, events, callbacks and captures. */
#include "config.h"

#include "simulate/runtime/runtime.h"

PASS(cudaStreamCreateWithPriority, (cudaStream_t * pStream, unsigned int flags, int priority),
     cuStreamCreateWithPriority(pStream, flags, priority))
PASS(cudaStreamCreateWithFlags, (cudaStream_t * pStream, unsigned int flags),
     cuStreamCreateWithPriority(pStream, flags, 0))
PASS(cudaStreamCreate, (cudaStream_t * pStream), cuStreamCreateWithPriority(pStream, 0, 0))
PASS(cudaStreamDestroy, (cudaStream_t stream), cuStreamDestroy(stream))

PASS_STREAM(cudaStreamSynchronize, cudaStreamSynchronize_ptsz, (cudaStream_t stream),
	    cuStreamSynchronize(stream))
PASS_STREAM(cudaStreamQuery, cudaStreamQuery_ptsz, (cudaStream_t stream), cuStreamQuery(stream))
PASS_STREAM(cudaStreamWaitEvent, cudaStreamWaitEvent_ptsz,
	    (cudaStream_t stream, cudaEvent_t event, unsigned int flags),
	    cuStreamWaitEvent(stream, event, flags))
PASS_STREAM(cudaStreamGetPriority, cudaStreamGetPriority_ptsz,
	    (cudaStream_t hStream, int *priority), cuStreamGetPriority(hStream, priority))
PASS_STREAM(cudaStreamGetFlags, cudaStreamGetFlags_ptsz,
	    (cudaStream_t hStream, unsigned int *flags), cuStreamGetFlags(hStream, flags))
PASS_STREAM(cudaStreamGetId, cudaStreamGetId_ptsz,
	    (cudaStream_t hStream, unsigned long long *streamId), cuStreamGetId(hStream, streamId))
PASS_STREAM(cudaStreamGetDevice, cudaStreamGetDevice_ptsz, (cudaStream_t hStream, int *device),
	    cuStreamGetDevice(hStream, device))
PASS_STREAM(cudaStreamAttachMemAsync, cudaStreamAttachMemAsync_ptsz,
	    (cudaStream_t stream, void *devPtr, size_t length, unsigned int flags),
	    cuStreamAttachMemAsync(stream, (CUdeviceptr)(uintptr_t)devPtr, length, flags))

/* The callback's status has one numbering in both interfaces. */
PASS_STREAM(cudaStreamAddCallback, cudaStreamAddCallback_ptsz,
	    (cudaStream_t stream, cudaStreamCallback_t callback, void *userData,
	     unsigned int flags),
	    cuStreamAddCallback(stream, (CUstreamCallback)(void (*)(void))callback, userData,
				flags))
PASS_STREAM(cudaLaunchHostFunc, cudaLaunchHostFunc_ptsz,
	    (cudaStream_t stream, cudaHostFn_t fn, void *userData),
	    cuLaunchHostFunc(stream, fn, userData))

PASS(cudaEventCreate, (cudaEvent_t * event), cuEventCreate(event, 0))
PASS(cudaEventCreateWithFlags, (cudaEvent_t * event, unsigned int flags),
     cuEventCreate(event, flags))
PASS(cudaEventDestroy, (cudaEvent_t event), cuEventDestroy(event))
PASS(cudaEventQuery, (cudaEvent_t event), cuEventQuery(event))
PASS(cudaEventSynchronize, (cudaEvent_t event), cuEventSynchronize(event))
PASS(cudaEventElapsedTime, (float *ms, cudaEvent_t start, cudaEvent_t end),
     cuEventElapsedTime(ms, start, end))
PASS_STREAM(cudaEventRecord, cudaEventRecord_ptsz, (cudaEvent_t event, cudaStream_t stream),
	    cuEventRecord(event, stream))
PASS_STREAM(cudaEventRecordWithFlags, cudaEventRecordWithFlags_ptsz,
	    (cudaEvent_t event, cudaStream_t stream, unsigned int flags),
	    cuEventRecordWithFlags(event, stream, flags))

PASS_STREAM(cudaStreamBeginCapture, cudaStreamBeginCapture_ptsz,
	    (cudaStream_t stream, enum cudaStreamCaptureMode mode),
	    cuStreamBeginCapture(stream, (CUstreamCaptureMode)mode))
PASS_STREAM(cudaStreamEndCapture, cudaStreamEndCapture_ptsz,
	    (cudaStream_t stream, cudaGraph_t *pGraph), cuStreamEndCapture(stream, pGraph))
PASS_STREAM(cudaStreamIsCapturing, cudaStreamIsCapturing_ptsz,
	    (cudaStream_t stream, enum cudaStreamCaptureStatus *pCaptureStatus),
	    cuStreamIsCapturing(stream, (CUstreamCaptureStatus *)pCaptureStatus))

_Static_assert(sizeof(unsigned long long) == sizeof(cuuint64_t), "capture id");
_Static_assert(sizeof(cudaGraphEdgeData) == sizeof(CUgraphEdgeData), "edge data");

PASS_STREAM(cudaStreamGetCaptureInfo, cudaStreamGetCaptureInfo_ptsz,
	    (cudaStream_t stream, enum cudaStreamCaptureStatus *captureStatus_out,
	     unsigned long long *id_out, cudaGraph_t *graph_out,
	     const cudaGraphNode_t **dependencies_out, const cudaGraphEdgeData **edgeData_out,
	     size_t *numDependencies_out),
	    cuStreamGetCaptureInfo(stream, (CUstreamCaptureStatus *)captureStatus_out,
				   (cuuint64_t *)id_out, graph_out, dependencies_out,
				   (const CUgraphEdgeData **)edgeData_out, numDependencies_out))
PASS_DEVICE(cudaThreadExchangeStreamCaptureMode, (enum cudaStreamCaptureMode * mode),
	    cuThreadExchangeStreamCaptureMode((CUstreamCaptureMode *)mode))
