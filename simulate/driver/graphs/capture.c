/* Stream capture: beginning, ending, and what a capture forbids. */
#include "config.h"

#include <stdlib.h>

#include "simulate/driver/graphs/graph.h"

static struct vt__capture *captures;
static __thread CUstreamCaptureMode thread_mode = CU_STREAM_CAPTURE_MODE_GLOBAL;

struct vt__capture *vt__capture_of(unsigned long long id)
{
	struct vt__capture *capture = captures;

	while (capture && capture->id != id)
		capture = capture->next;
	return capture;
}

struct vt__capture *vt__capture_into(CUgraph graph)
{
	struct vt__capture *capture = captures;

	while (capture && capture->graph != graph)
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
			stream->tails = NULL;
		}
	}
	while (capture->tails) {
		struct vt__tails *next_tails = capture->tails->next;

		free(capture->tails);
		capture->tails = next_tails;
	}
	free(capture);
}

/* The graph of a capture that comes to nothing. */
static void drop_graph(struct vt__capture *capture)
{
	if (!capture->given)
		vt__graph_destroy(capture->graph);
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
	drop_graph(capture);
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

/* The capture's graph is `given`, or a new one if that is NULL. */
static CUresult begin(CUstream stream, CUcontext context, CUstreamCaptureMode mode, CUgraph given)
{
	struct vt__capture *capture;

	if (stream == context->legacy_stream)
		return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	if (stream->capture)
		return CUDA_ERROR_ILLEGAL_STATE;
	capture = calloc(1, sizeof(*capture));
	if (!capture)
		return CUDA_ERROR_OUT_OF_MEMORY;
	capture->graph = given ? given : vt__graph_create();
	if (!capture->graph) {
		free(capture);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	capture->given = given != NULL;
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
	result = stream ? begin(stream, context, mode, NULL) : CUDA_ERROR_INVALID_HANDLE;
	vt__leave();
	return result;
}

static CUresult begin_into(CUstream handle, CUcontext context, CUstreamCaptureMode mode,
			   CUgraph graph, const CUgraphNode *dependencies, size_t count)
{
	CUstream stream = vt__stream_of(handle, context);
	CUresult result;

	if (!stream)
		return CUDA_ERROR_INVALID_HANDLE;
	if (!vt__object_live(graph, VT_GRAPH) || vt__capture_into(graph) ||
	    !vt__graph_nodes_valid(graph, dependencies, count))
		return CUDA_ERROR_INVALID_VALUE;
	result = begin(stream, context, mode, graph);
	if (result != CUDA_SUCCESS)
		return result;
	stream->tails = vt__capture_tails(stream->capture, dependencies, count);
	if (stream->tails)
		return CUDA_SUCCESS;
	end(stream->capture);
	return CUDA_ERROR_OUT_OF_MEMORY;
}

/* Edge data is for kernels that start early: nothing runs at the same time here. */
CUresult cuStreamBeginCaptureToGraph(CUstream hStream, CUgraph hGraph,
				     const CUgraphNode *dependencies,
				     const CUgraphEdgeData *dependencyData, size_t numDependencies,
				     CUstreamCaptureMode mode)
{
	CUcontext context;
	CUresult result;

	(void)dependencyData;
	if ((unsigned int)mode > CU_STREAM_CAPTURE_MODE_RELAXED)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	result = begin_into(hStream, context, mode, hGraph, dependencies, numDependencies);
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
		drop_graph(capture);
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
	CUresult result = phGraph ? vt__enter_context(&context) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	stream = vt__stream_of(hStream, context);
	result = stream ? finish(stream, phGraph) : CUDA_ERROR_INVALID_HANDLE;
	vt__leave();
	return result;
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
