/* Stream capture: the nodes that work on a capturing stream becomes. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "simulate/driver/graphs/graph.h"

static struct vt__tails *make_tails(struct vt__capture *capture, size_t room)
{
	struct vt__tails *made = calloc(1, sizeof(*made) + room * sizeof(made->nodes[0]));

	if (!made)
		return NULL;
	made->next = capture->tails;
	capture->tails = made;
	return made;
}

const struct vt__tails *vt__capture_tails(struct vt__capture *capture, const CUgraphNode *nodes,
					  size_t count)
{
	struct vt__tails *made = make_tails(capture, count);

	if (!made || !count)
		return made;
	made->count = count;
	memcpy(made->nodes, nodes, count * sizeof(nodes[0]));
	return made;
}

static void append_new(struct vt__tails *tails, CUgraphNode node)
{
	for (size_t i = 0; i < tails->count; i++) {
		if (tails->nodes[i] == node)
			return;
	}
	tails->nodes[tails->count++] = node;
}

const struct vt__tails *vt__capture_join(struct vt__capture *capture, const struct vt__tails *one,
					 const struct vt__tails *other)
{
	struct vt__tails *made;

	if (!one || !other)
		return one ? one : other;
	made = make_tails(capture, one->count + other->count);
	for (size_t i = 0; made && i < one->count; i++)
		append_new(made, one->nodes[i]);
	for (size_t i = 0; made && i < other->count; i++)
		append_new(made, other->nodes[i]);
	return made;
}

static CUresult add(CUstream stream, const struct vt__work *work)
{
	const struct vt__tails *before = stream->tails;
	CUgraphNode node;
	CUresult result = vt__graph_add_checked(&node, stream->capture->graph,
						before ? before->nodes : NULL,
						before ? before->count : 0, work);

	if (result != CUDA_SUCCESS)
		return result;
	stream->tails = vt__capture_tails(stream->capture, &node, 1);
	return stream->tails ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult vt__capture_add(CUstream stream, const struct vt__work *work)
{
	if (stream->capture->broken)
		return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
	/* A free of nothing is no work: no node comes of it. */
	if (work->type == CU_GRAPH_NODE_TYPE_MEM_FREE && !work->as.freed)
		return CUDA_SUCCESS;
	return add(stream, work);
}

CUresult vt__capture_allocate(CUstream stream, CUdevice device, size_t size, CUdeviceptr *address)
{
	const CUDA_MEM_ALLOC_NODE_PARAMS wanted = {
		.poolProps = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
			      .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device}},
		.bytesize = size,
	};
	struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_MEM_ALLOC};
	CUresult result;

	if (stream->capture->broken)
		return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
	result = vt__graph_memory_create(&wanted, &work.as.allocation);
	if (result != CUDA_SUCCESS)
		return result;
	result = add(stream, &work);
	if (result == CUDA_SUCCESS)
		*address = work.as.allocation->address;
	vt__graph_memory_release(work.as.allocation);
	return result;
}
