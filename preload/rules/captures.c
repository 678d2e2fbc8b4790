/* Whether what a stream is given is done, or recorded. */
#include "config.h"

#include <stdatomic.h>

#include "base/attributes.h"
#include "preload/rules/call.h"
#include "preload/rules/captures.h"

/* Until a capture begins there is no need to ask each time. */
static VT__READ_OFTEN atomic_bool captures_begun;

static VT__APART bool ask(const struct vt__driver *driver, CUstream stream, bool per_thread)
{
	CUstreamCaptureStatus status = CU_STREAM_CAPTURE_STATUS_NONE;

	if (!driver->cuStreamIsCapturing)
		return false;
	if (!stream && per_thread)
		stream = CU_STREAM_PER_THREAD;
	if (!stream || stream == CU_STREAM_LEGACY) /* cannot capture, and the question fails */
		return false;
	return driver->cuStreamIsCapturing(stream, &status) == CUDA_SUCCESS &&
	       status != CU_STREAM_CAPTURE_STATUS_NONE;
}

/* A stream that another thread captures comes to this one by the program's own order. */
bool vt__stream_is_capturing(const struct vt__driver *driver, CUstream stream, bool per_thread)
{
	return atomic_load_explicit(&captures_begun, memory_order_relaxed) &&
	       ask(driver, stream, per_thread);
}

static bool before_capture(struct vt__call *call, const void *arguments)
{
	(void)call;
	(void)arguments;
	atomic_store_explicit(&captures_begun, true, memory_order_relaxed);
	return true;
}

#define BEGINS_CAPTURE(symbol) VT__RULES(symbol, DEVICE, -1, before_capture, NULL)
BEGINS_CAPTURE(cuStreamBeginCapture);
BEGINS_CAPTURE(cuStreamBeginCapture_ptsz);
BEGINS_CAPTURE(cuStreamBeginCapture_v2);
BEGINS_CAPTURE(cuStreamBeginCapture_v2_ptsz);
BEGINS_CAPTURE(cuStreamBeginCaptureToGraph);
BEGINS_CAPTURE(cuStreamBeginCaptureToGraph_ptsz);
BEGINS_CAPTURE(cuStreamBeginCaptureToCig);
BEGINS_CAPTURE(cuStreamBeginCaptureToCig_ptsz);
BEGINS_CAPTURE(cuStreamBeginRecaptureToGraph);
BEGINS_CAPTURE(cuStreamBeginRecaptureToGraph_ptsz);
