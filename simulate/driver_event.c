/* Events: the time they were recorded, and captures that they carry from stream to stream. */
#include "config.h"

#include <time.h>

#include "simulate/driver_stream.h"

#define EVENT_FLAGS (CU_EVENT_BLOCKING_SYNC | CU_EVENT_DISABLE_TIMING)

struct CUevent_st {
	struct vt__object object;
	unsigned int flags;
	bool recorded;
	struct timespec when;
	unsigned long long capture; /* id of the capture it was recorded in, or 0 */
	CUgraphNode tail;
};

CUresult cuEventCreate(CUevent *phEvent, unsigned int Flags)
{
	CUcontext context;
	CUevent event;
	CUresult result;

	if (!phEvent)
		return CUDA_ERROR_INVALID_VALUE;
	if (Flags & CU_EVENT_INTERPROCESS)
		return CUDA_ERROR_NOT_SUPPORTED;
	if (Flags & ~(unsigned int)EVENT_FLAGS)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	event = vt__object_create(VT_EVENT, sizeof(*event), context);
	if (event) {
		event->flags = Flags;
		*phEvent = event;
	} else {
		result = CUDA_ERROR_OUT_OF_MEMORY;
	}
	vt__leave();
	return result;
}

static CUresult enter_event(CUevent event, CUcontext *context)
{
	CUresult result = vt__enter_context(context);

	if (result != CUDA_SUCCESS || vt__object_live(event, VT_EVENT))
		return result;
	vt__leave();
	return CUDA_ERROR_INVALID_HANDLE;
}

CUresult cuEventDestroy_v2(CUevent hEvent)
{
	CUcontext context;
	CUresult result = enter_event(hEvent, &context);

	if (result != CUDA_SUCCESS)
		return result;
	vt__object_destroy(&hEvent->object);
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuEventDestroy(CUevent hEvent)
{
	return cuEventDestroy_v2(hEvent);
}

CUresult cuEventRecordWithFlags(CUevent hEvent, CUstream hStream, unsigned int flags)
{
	CUcontext context;
	CUstream stream;
	CUresult result;

	if (flags & ~(unsigned int)CU_EVENT_RECORD_EXTERNAL)
		return CUDA_ERROR_INVALID_VALUE;
	result = enter_event(hEvent, &context);
	if (result != CUDA_SUCCESS)
		return result;
	stream = vt__stream_of(hStream, context);
	if (!stream) {
		result = CUDA_ERROR_INVALID_HANDLE;
	} else if (vt__capture_implicit(stream)) {
		result = CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
	} else {
		hEvent->capture = stream->capture ? stream->capture->id : 0;
		hEvent->tail = stream->tail;
		hEvent->recorded = true;
		clock_gettime(CLOCK_MONOTONIC, &hEvent->when);
	}
	vt__leave();
	return result;
}

CUresult cuEventRecord(CUevent hEvent, CUstream hStream)
{
	return cuEventRecordWithFlags(hEvent, hStream, 0);
}

/* An event of a capture takes the waiting stream into that capture. */
CUresult cuStreamWaitEvent(CUstream hStream, CUevent hEvent, unsigned int Flags)
{
	struct vt__capture *capture;
	CUcontext context;
	CUstream stream;
	CUresult result;

	if (Flags & ~(unsigned int)CU_EVENT_WAIT_EXTERNAL)
		return CUDA_ERROR_INVALID_VALUE;
	result = enter_event(hEvent, &context);
	if (result != CUDA_SUCCESS)
		return result;
	stream = vt__stream_of(hStream, context);
	capture = hEvent->capture ? vt__capture_of(hEvent->capture) : NULL;
	if (!stream) {
		result = CUDA_ERROR_INVALID_HANDLE;
	} else if (stream->capture && stream->capture != capture) {
		stream->capture->broken = true;
		result = CUDA_ERROR_STREAM_CAPTURE_ISOLATION;
	} else if (capture && stream == context->legacy_stream) {
		result = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	} else if (capture) {
		stream->capture = capture;
		stream->tail = hEvent->tail;
	}
	vt__leave();
	return result;
}

static CUresult settle(CUevent event)
{
	CUcontext context;
	CUresult result = enter_event(event, &context);

	if (result != CUDA_SUCCESS)
		return result;
	if (event->capture && vt__capture_of(event->capture)) {
		vt__capture_of(event->capture)->broken = true;
		result = CUDA_ERROR_CAPTURED_EVENT;
	}
	vt__leave();
	return result;
}

CUresult cuEventQuery(CUevent hEvent)
{
	return settle(hEvent);
}

CUresult cuEventSynchronize(CUevent hEvent)
{
	return settle(hEvent);
}

CUresult cuEventElapsedTime_v2(float *pMilliseconds, CUevent hStart, CUevent hEnd)
{
	CUcontext context;
	CUresult result;

	if (!pMilliseconds)
		return CUDA_ERROR_INVALID_VALUE;
	result = enter_event(hStart, &context);
	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__object_live(hEnd, VT_EVENT) || !hStart->recorded || !hEnd->recorded ||
	    (hStart->flags | hEnd->flags) & CU_EVENT_DISABLE_TIMING)
		result = CUDA_ERROR_INVALID_HANDLE;
	else
		*pMilliseconds = (float)((double)(hEnd->when.tv_sec - hStart->when.tv_sec) * 1e3 +
					 (double)(hEnd->when.tv_nsec - hStart->when.tv_nsec) *
						 1e-6);
	vt__leave();
	return result;
}

CUresult cuEventElapsedTime(float *pMilliseconds, CUevent hStart, CUevent hEnd)
{
	return cuEventElapsedTime_v2(pMilliseconds, hStart, hEnd);
}
