/* Stream capture: beginning, ending, asking, and what a capture forbids. */
#include "config.h"

#include <stdlib.h>

#include "simulate/driver_stream.h"

static struct vt__capture *captures;
static __thread CUstreamCaptureMode thread_mode = CU_STREAM_CAPTURE_MODE_GLOBAL;

struct vt__capture *vt__capture_of(unsigned long long id)
{
	struct vt__capture *capture = captures;

	while (capture && capture->id != id)
		capture = capture->next;
	return capture;
}

/*
 * A capture in global mode forbids unsafe calls to every thread that has not relaxed its
 * own mode; one in thread-local mode to the thread that began it.
 */
bool vt__capture_forbids(CUcontext context)
{
	bool forbidden = false;

	if (thread_mode == CU_STREAM_CAPTURE_MODE_RELAXED)
		return false;
	for (struct vt__capture *capture = captures; capture; capture = capture->next) {
		bool own = capture->thread == vt__thread_number();
		bool reaches = capture->mode == CU_STREAM_CAPTURE_MODE_GLOBAL &&
			       thread_mode == CU_STREAM_CAPTURE_MODE_GLOBAL;

		if (capture->context == context &&
		    capture->mode != CU_STREAM_CAPTURE_MODE_RELAXED && (own || reaches)) {
			capture->broken = true;
			forbidden = true;
		}
	}
	return forbidden;
}

bool vt__capture_implicit(CUstream stream)
{
	bool found = false;

	if (!captures || stream != stream->object.context->legacy_stream)
		return false;
	for (struct vt__capture *capture = captures; capture; capture = capture->next) {
		if (capture->context != stream->object.context ||
		    capture->origin->flags & CU_STREAM_NON_BLOCKING)
			continue;
		capture->broken = true;
		found = true;
	}
	return found;
}

/* Takes it off the list and off every stream; the graph is the caller's. */
static void end(struct vt__capture *capture)
{
	struct vt__capture **link = &captures;
	struct vt__object *object = vt__object_from(0);

	while (*link != capture)
		link = &(*link)->next;
	*link = capture->next;
	for (; object; object = vt__object_from(object->node.key + 1)) {
		CUstream stream = (CUstream)object;

		if (object->kind == VT_STREAM && stream->capture == capture) {
			stream->capture = NULL;
			stream->tail = NULL;
		}
	}
	free(capture);
}

void vt__capture_break(CUstream stream)
{
	struct vt__capture *capture = stream->capture;

	if (!capture)
		return;
	if (capture->origin != stream) {
		capture->broken = true;
		return;
	}
	vt__graph_destroy(capture->graph);
	end(capture);
}

void vt__capture_end_all(CUcontext context)
{
	struct vt__capture *capture = captures;

	while (capture) {
		struct vt__capture *next = capture->next;

		if (capture->context == context)
			vt__capture_break(capture->origin);
		capture = next;
	}
}

static CUresult begin(CUstream stream, CUcontext context, CUstreamCaptureMode mode)
{
	struct vt__capture *capture;

	if (stream == context->legacy_stream)
		return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	if (stream->capture)
		return CUDA_ERROR_ILLEGAL_STATE;
	capture = calloc(1, sizeof(*capture));
	if (!capture)
		return CUDA_ERROR_OUT_OF_MEMORY;
	capture->graph = vt__graph_create();
	if (!capture->graph) {
		free(capture);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	capture->origin = stream;
	capture->mode = mode;
	capture->context = context;
	capture->thread = vt__thread_number();
	capture->id = vt__next_id();
	capture->next = captures;
	captures = capture;
	stream->capture = capture;
	return CUDA_SUCCESS;
}

CUresult cuStreamBeginCapture_v2(CUstream hStream, CUstreamCaptureMode mode)
{
	CUcontext context;
	CUstream stream;
	CUresult result;

	if ((unsigned int)mode > CU_STREAM_CAPTURE_MODE_RELAXED)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	stream = vt__stream_of(hStream, context);
	result = stream ? begin(stream, context, mode) : CUDA_ERROR_INVALID_HANDLE;
	vt__leave();
	return result;
}

CUresult cuStreamBeginCapture(CUstream hStream)
{
	return cuStreamBeginCapture_v2(hStream, CU_STREAM_CAPTURE_MODE_GLOBAL);
}

static CUresult finish(CUstream stream, CUgraph *graph)
{
	struct vt__capture *capture = stream->capture;
	CUresult result = CUDA_SUCCESS;

	*graph = NULL;
	if (!capture)
		return CUDA_ERROR_ILLEGAL_STATE;
	if (capture->mode != CU_STREAM_CAPTURE_MODE_RELAXED &&
	    capture->thread != vt__thread_number())
		return CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
	if (capture->origin != stream)
		return CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
	if (capture->broken) {
		vt__graph_destroy(capture->graph);
		result = CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
	} else {
		*graph = capture->graph;
	}
	end(capture);
	return result;
}

CUresult cuStreamEndCapture(CUstream hStream, CUgraph *phGraph)
{
	CUcontext context;
	CUstream stream;
	CUresult result;

	if (!phGraph)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	stream = vt__stream_of(hStream, context);
	result = stream ? finish(stream, phGraph) : CUDA_ERROR_INVALID_HANDLE;
	vt__leave();
	return result;
}

struct answer {
	CUstreamCaptureStatus status;
	unsigned long long id;
	CUgraph graph;
	const CUgraphNode *tail;
	size_t tails;
};

static CUresult ask(CUstream handle, struct answer *answer)
{
	CUcontext context;
	CUstream stream;
	CUresult result = vt__enter_context(&context);

	*answer = (struct answer){.status = CU_STREAM_CAPTURE_STATUS_NONE};
	if (result != CUDA_SUCCESS)
		return result;
	stream = vt__stream_of(handle, context);
	if (!stream) {
		result = CUDA_ERROR_INVALID_HANDLE;
	} else if (vt__capture_implicit(stream)) {
		result = CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
	} else if (stream->capture) {
		answer->status = stream->capture->broken ? CU_STREAM_CAPTURE_STATUS_INVALIDATED
							 : CU_STREAM_CAPTURE_STATUS_ACTIVE;
		answer->id = stream->capture->id;
		answer->graph = stream->capture->graph;
		answer->tail = &stream->tail;
		answer->tails = stream->tail ? 1 : 0;
	}
	vt__leave();
	return result;
}

CUresult cuStreamIsCapturing(CUstream hStream, CUstreamCaptureStatus *captureStatus)
{
	struct answer answer;
	CUresult result;

	if (!captureStatus)
		return CUDA_ERROR_INVALID_VALUE;
	result = ask(hStream, &answer);
	if (result == CUDA_SUCCESS)
		*captureStatus = answer.status;
	return result;
}

CUresult cuStreamGetCaptureInfo_v3(CUstream hStream, CUstreamCaptureStatus *captureStatus_out,
				   cuuint64_t *id_out, CUgraph *graph_out,
				   const CUgraphNode **dependencies_out,
				   const CUgraphEdgeData **edgeData_out,
				   size_t *numDependencies_out)
{
	struct answer answer;
	CUresult result;

	if (!captureStatus_out)
		return CUDA_ERROR_INVALID_VALUE;
	result = ask(hStream, &answer);
	if (result != CUDA_SUCCESS)
		return result;
	*captureStatus_out = answer.status;
	if (id_out)
		*id_out = answer.id;
	if (graph_out)
		*graph_out = answer.graph;
	if (dependencies_out)
		*dependencies_out = answer.tail;
	if (edgeData_out)
		*edgeData_out = NULL;
	if (numDependencies_out)
		*numDependencies_out = answer.tails;
	return CUDA_SUCCESS;
}

CUresult cuStreamGetCaptureInfo_v2(CUstream hStream, CUstreamCaptureStatus *captureStatus_out,
				   cuuint64_t *id_out, CUgraph *graph_out,
				   const CUgraphNode **dependencies_out,
				   size_t *numDependencies_out)
{
	return cuStreamGetCaptureInfo_v3(hStream, captureStatus_out, id_out, graph_out,
					 dependencies_out, NULL, numDependencies_out);
}

CUresult cuStreamGetCaptureInfo(CUstream hStream, CUstreamCaptureStatus *captureStatus_out,
				cuuint64_t *id_out)
{
	return cuStreamGetCaptureInfo_v3(hStream, captureStatus_out, id_out, NULL, NULL, NULL,
					 NULL);
}

CUresult cuThreadExchangeStreamCaptureMode(CUstreamCaptureMode *mode)
{
	CUstreamCaptureMode before = thread_mode;

	if (!mode || (unsigned int)*mode > CU_STREAM_CAPTURE_MODE_RELAXED)
		return CUDA_ERROR_INVALID_VALUE;
	thread_mode = *mode;
	*mode = before;
	return CUDA_SUCCESS;
}
