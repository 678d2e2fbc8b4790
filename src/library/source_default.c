/* The default source: cudaMalloc and cudaFree. */
#include "config.h"

#include "library/cuda_calls.h"
#include "library/source.h"

static vt_status default_allocate(void *state, const vt_source_request *request,
				  vt_source_block *out)
{
	vt_status status = vt__cuda_malloc(&out->base, request->bytes);

	(void)state;
	if (status == VT_OK)
		out->bytes = request->bytes;
	return status;
}

/* cudaFree waits for all work of the device, so the stream needs no wait of its own. */
static vt_status default_free(void *state, const vt_source_block *block, int device,
			      vt_stream stream)
{
	(void)state;
	(void)device;
	(void)stream;
	return vt__cuda_free(block->base);
}

vt_source *vt_source_default(void)
{
	static vt_source source = {
		.functions =
			{
				.struct_size = sizeof(source.functions),
				.name = "cudaMalloc",
				.kind = VT_MEMORY_DEVICE,
				.allocate = default_allocate,
				.free = default_free,
			},
		.references = 1,
		.is_permanent = true,
		.frees_bare_pointers = true,
	};

	return &source;
}
