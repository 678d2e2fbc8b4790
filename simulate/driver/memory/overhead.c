/* Charges contexts for what no allocation call names, by the rules of overhead_table.h. */
#include "config.h"

#include "simulate/driver/graphs/graph.h"
#include "simulate/driver/memory/memory.h"
#include "simulate/driver/memory/overhead.h"
#include "simulate/driver/program.h"

#define DEFAULT_STACK 1024 /* bytes of a thread that a context has room for anyhow */
#define STREAMS_OF_A_GRANULE 4

size_t vt__overhead(enum vt__overhead what)
{
	static const struct {
		size_t handles, h200;
	} bytes[] = {
#define VT_ROW(what, handles, h200) {handles, h200}, /* in the order of the enum */
		VT_OVERHEADS(VT_ROW)
#undef VT_ROW
	};

	if (vt__device_options.model == VT_MODEL_H200)
		return bytes[what].h200;
	return vt__device_options.overheads ? bytes[what].handles : 0;
}

CUresult vt__overhead_take(CUcontext context, size_t bytes)
{
	if (vt__charge(context->device, bytes) != CUDA_SUCCESS)
		return CUDA_ERROR_OUT_OF_MEMORY;
	context->held += bytes;
	return CUDA_SUCCESS;
}

static void give(CUcontext context, size_t bytes)
{
	vt__uncharge(context->device, bytes);
	context->held -= bytes;
}

CUresult vt__overhead_local(CUcontext context, size_t stack, bool shrinks)
{
	size_t beyond = stack > DEFAULT_STACK ? stack - DEFAULT_STACK : 0;
	size_t wanted = beyond * vt__overhead(VT_OVERHEAD_LOCAL_BYTE), had = context->taken.local;

	if (wanted > had && vt__overhead_take(context, wanted - had) != CUDA_SUCCESS)
		return CUDA_ERROR_OUT_OF_MEMORY;
	if (wanted < had && !shrinks)
		return CUDA_SUCCESS;
	if (wanted < had)
		give(context, had - wanted);
	context->taken.local = wanted;
	return CUDA_SUCCESS;
}

/* Of what is taken once in a context. */
static CUresult take_once(CUcontext context, bool *taken, size_t bytes)
{
	if (*taken)
		return CUDA_SUCCESS;
	*taken = true;
	return vt__overhead_take(context, bytes);
}

CUresult vt__overhead_launch(CUcontext context, CUfunction function)
{
	const struct vt__entry *entry = vt__function_entry(function);
	CUresult result = CUDA_SUCCESS;

	if (!entry || vt__device_options.model == VT_MODEL_PLAIN)
		return CUDA_SUCCESS;
	result = vt__overhead_local(context, entry->local, false);
	if (result == CUDA_SUCCESS && entry->mallocs)
		result = take_once(context, &context->taken.heap,
				   context->limits[CU_LIMIT_MALLOC_HEAP_SIZE] +
					   vt__overhead(VT_OVERHEAD_HEAP_EXTRA));
	if (result == CUDA_SUCCESS && entry->prints)
		result = take_once(context, &context->taken.printf,
				   vt__overhead(VT_OVERHEAD_PRINTF));
	return result;
}

CUresult vt__overhead_stream(CUcontext context, CUstream stream)
{
	if (stream->used || stream == context->legacy_stream || stream->thread)
		return CUDA_SUCCESS;
	stream->used = true;
	if (++context->taken.streams <= context->taken.streams_most)
		return CUDA_SUCCESS; /* in the place of one that is gone */
	context->taken.streams_most = context->taken.streams;
	return context->taken.streams % STREAMS_OF_A_GRANULE == 2
		       ? vt__overhead_take(context, vt__overhead(VT_OVERHEAD_STREAMS))
		       : CUDA_SUCCESS;
}

static size_t share_of(CUgraph graph)
{
	size_t share = 0, roots = 0;

	for (CUgraphNode node = graph->first; node; node = node->next) {
		share += vt__overhead(VT_OVERHEAD_GRAPH_NODE);
		if (node->work.type == CU_GRAPH_NODE_TYPE_GRAPH)
			share += share_of(node->work.as.child);
		if (!node->dependency_count && roots++)
			share += vt__overhead(VT_OVERHEAD_GRAPH_BRANCH);
	}
	return share;
}

CUresult vt__overhead_graph(CUcontext context, CUgraph graph, size_t *share)
{
	size_t granule = vt__overhead(VT_OVERHEAD_GRAPH_GRANULE), more = 0;

	*share = granule ? share_of(graph) : 0;
	while (context->taken.graphs + *share > context->taken.graphs_room + more)
		more += granule;
	if (vt__overhead_take(context, more) != CUDA_SUCCESS)
		return CUDA_ERROR_OUT_OF_MEMORY;
	context->taken.graphs_room += more;
	context->taken.graphs += *share;
	return CUDA_SUCCESS;
}

void vt__overhead_graph_gone(CUcontext context, size_t share)
{
	context->taken.graphs -= share < context->taken.graphs ? share : context->taken.graphs;
}
