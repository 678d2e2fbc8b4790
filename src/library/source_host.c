/* Sources of memory that the host reaches too: managed and pinned. */
#include "config.h"

#include "library/cuda_calls.h"
#include "library/error.h"
#include "library/source.h"

static vt_status managed_allocate(void *state, const vt_source_request *request,
				  vt_source_block *out)
{
	vt_status status = vt__cuda_malloc_managed(&out->base, request->bytes);

	(void)state;
	if (status == VT_OK)
		out->bytes = request->bytes;
	return status;
}

static vt_status pinned_allocate(void *state, const vt_source_request *request,
				 vt_source_block *out)
{
	vt_status status = vt__cuda_malloc_host(&out->base, request->bytes);

	(void)state;
	if (status == VT_OK)
		out->bytes = request->bytes;
	return status;
}

/* A free is not ordered by these calls, so it waits; a wait that fails frees nevertheless. */
static vt_status free_after(vt_status (*free_base)(void *base), void *base, vt_stream stream)
{
	vt_status waited = vt__cuda_stream_wait(stream);
	vt_status freed = free_base(base);

	return freed == VT_OK ? waited : freed;
}

static vt_status managed_free(void *state, const vt_source_block *block, int device,
			      vt_stream stream)
{
	(void)state;
	(void)device;
	return free_after(vt__cuda_free, block->base, stream);
}

static vt_status pinned_free(void *state, const vt_source_block *block, int device,
			     vt_stream stream)
{
	(void)state;
	(void)device;
	return free_after(vt__cuda_free_host, block->base, stream);
}

vt_status vt_source_create_managed(vt_source **out)
{
	static const vt_source_functions functions = {
		.struct_size = sizeof(functions),
		.name = "cudaMallocManaged",
		.kind = VT_MEMORY_MANAGED,
		.allocate = managed_allocate,
		.free = managed_free,
	};

	if (!out)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "vt_source_create_managed: out is NULL");
	return vt__source_make(out, &functions, NULL, true);
}

vt_status vt_source_create_pinned(vt_source **out)
{
	static const vt_source_functions functions = {
		.struct_size = sizeof(functions),
		.name = "cudaHostAlloc",
		.kind = VT_MEMORY_PINNED_HOST,
		.allocate = pinned_allocate,
		.free = pinned_free,
	};

	if (!out)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "vt_source_create_pinned: out is NULL");
	return vt__source_make(out, &functions, NULL, true);
}
