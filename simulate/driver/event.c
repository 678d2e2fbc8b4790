/* Events: the time they were recorded, and captures that they carry from stream to stream. */
#include "config.h"

#include <unistd.h>

#include "simulate/driver/event.h"
#include "simulate/driver/memory/pool.h"

#define EVENT_FLAGS (CU_EVENT_BLOCKING_SYNC | CU_EVENT_DISABLE_TIMING | CU_EVENT_INTERPROCESS)

CUevent vt__event_create(unsigned int flags, CUcontext context)
{
	CUevent event = vt__object_create(VT_EVENT, sizeof(*event), context);

	if (event) {
		event->flags = flags;
		event->file = -1;
	}
	return event;
}

void vt__event_destroy(CUevent event)
{
	if (event->file >= 0)
		close(event->file);
	vt__object_destroy(&event->object);
}

CUresult cuEventCreate(CUevent *phEvent, unsigned int Flags)
{
	CUcontext context;
	CUevent event;
	CUresult result;

	if (!phEvent)
		return CUDA_ERROR_INVALID_VALUE;
	if (Flags & ~(unsigned int)EVENT_FLAGS ||
	    (Flags & CU_EVENT_INTERPROCESS && !(Flags & CU_EVENT_DISABLE_TIMING)))
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	event = vt__event_create(Flags, context);
	if (event)
		*phEvent = event;
	else
		result = CUDA_ERROR_OUT_OF_MEMORY;
	vt__leave();
	return result;
}

static CUresult enter(CUevent event, bool on_host, CUcontext *context)
{
	CUresult result = vt__enter_handle(event, VT_EVENT, on_host, context);

	if (result != CUDA_SUCCESS || vt__object_live(event, VT_EVENT))
		return result;
	vt__leave();
	return CUDA_ERROR_INVALID_HANDLE;
}

static CUresult enter_event(CUevent event, CUcontext *context)
{
	return enter(event, false, context);
}

CUresult cuEventDestroy_v2(CUevent hEvent)
{
	CUcontext context;
	CUresult result = enter_event(hEvent, &context);

	if (result != CUDA_SUCCESS)
		return result;
	vt__event_destroy(hEvent);
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
		hEvent->tails = stream->tails;
		hEvent->recorded = true;
		hEvent->stream = stream;
		hEvent->stream_id = stream->id;
		hEvent->number = vt__next_id();
		clock_gettime(CLOCK_MONOTONIC, &hEvent->when);
	}
	vt__leave();
	return result;
}

CUresult cuEventRecord(CUevent hEvent, CUstream hStream)
{
	return cuEventRecordWithFlags(hEvent, hStream, 0);
}

/* The stream that it was last recorded in, as long as that lives; or NULL. */
static CUstream stream_of(CUevent event)
{
	return vt__object_live(event->stream, VT_STREAM) && event->stream->id == event->stream_id
		       ? event->stream
		       : NULL;
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
		stream->tails = vt__capture_join(capture, stream->tails, hEvent->tails);
		stream->capture = capture;
	} else if (hEvent->recorded) {
		vt__stream_await(stream, stream_of(hEvent), hEvent->stream_id, hEvent->number);
	}
	vt__leave();
	return result;
}

static CUresult settle(CUevent event, bool synchronise)
{
	CUcontext context;
	CUresult result = enter(event, !synchronise, &context);
	CUstream stream;

	if (result != CUDA_SUCCESS)
		return result;
	stream = stream_of(event);
	if (event->capture && vt__capture_of(event->capture)) {
		vt__capture_of(event->capture)->broken = true;
		result = CUDA_ERROR_CAPTURED_EVENT;
	} else if (synchronise && event->recorded) {
		const unsigned long long id = event->stream_id, number = event->number;

		if (stream)
			(void)vt__stream_wait(stream, number);
		vt__pools_settle(id, number);
	} else if (stream && vt__stream_is_behind(stream, event->number)) {
		result = CUDA_ERROR_NOT_READY;
	}
	vt__leave();
	return result;
}

CUresult cuEventQuery(CUevent hEvent)
{
	return settle(hEvent, false);
}

CUresult cuEventSynchronize(CUevent hEvent)
{
	return settle(hEvent, true);
}

CUresult cuEventElapsedTime_v2(float *pMilliseconds, CUevent hStart, CUevent hEnd)
{
	CUcontext context;
	CUresult result = pMilliseconds ? enter_event(hStart, &context) : CUDA_ERROR_INVALID_VALUE;

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
