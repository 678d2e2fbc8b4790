/* Stream capture: whether a stream takes part in one, and where it stands in it. */
#include "config.h"

#include "simulate/driver/graphs/graph.h"

struct answer {
	CUstreamCaptureStatus status;
	unsigned long long id;
	CUgraph graph;
	const struct vt__tails *tails;
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
		answer->tails = stream->tails;
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
		*dependencies_out = answer.tails ? answer.tails->nodes : NULL;
	if (edgeData_out)
		*edgeData_out = NULL;
	if (numDependencies_out)
		*numDependencies_out = answer.tails ? answer.tails->count : 0;
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

/* What the next node captured on the stream depends on, replaced or added to. */
static CUresult update(CUstream handle, CUgraphNode *dependencies, size_t count, unsigned int flags)
{
	const struct vt__tails *tails;
	CUcontext context;
	CUstream stream;
	CUresult result = vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	stream = vt__stream_of(handle, context);
	if (!stream) {
		result = CUDA_ERROR_INVALID_HANDLE;
	} else if (!stream->capture) {
		result = CUDA_ERROR_ILLEGAL_STATE;
	} else if (!vt__graph_nodes_valid(stream->capture->graph, dependencies, count)) {
		result = CUDA_ERROR_INVALID_VALUE;
	} else {
		tails = vt__capture_tails(stream->capture, dependencies, count);
		if (tails && flags == CU_STREAM_ADD_CAPTURE_DEPENDENCIES)
			tails = vt__capture_join(stream->capture, stream->tails, tails);
		if (tails)
			stream->tails = tails;
		else
			result = CUDA_ERROR_OUT_OF_MEMORY;
	}
	vt__leave();
	return result;
}

CUresult cuStreamUpdateCaptureDependencies(CUstream hStream, CUgraphNode *dependencies,
					   size_t numDependencies, unsigned int flags)
{
	if (flags != CU_STREAM_ADD_CAPTURE_DEPENDENCIES &&
	    flags != CU_STREAM_SET_CAPTURE_DEPENDENCIES)
		return CUDA_ERROR_INVALID_VALUE;
	return update(hStream, dependencies, numDependencies, flags);
}

CUresult cuStreamUpdateCaptureDependencies_v2(CUstream hStream, CUgraphNode *dependencies,
					      const CUgraphEdgeData *dependencyData,
					      size_t numDependencies, unsigned int flags)
{
	(void)dependencyData;
	return cuStreamUpdateCaptureDependencies(hStream, dependencies, numDependencies, flags);
}
