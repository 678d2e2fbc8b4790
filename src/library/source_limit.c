/* An adaptor that lets at most so many bytes live at once. */
#include "config.h"

#include <stdlib.h>

#include "library/error.h"
#include "library/source.h"
#include "library/source_parts.h"

struct limit {
	vt_source *below;
	size_t most_bytes;
	size_t used_bytes; /* atomic: of the blocks that live, and of those being made */
};

static vt_status refuse(const struct limit *limit, size_t bytes)
{
	return vt__fail(VT_ERROR_BUDGET,
			"the limit of source '%s' is %zu bytes: %zu are in use, %zu requested",
			vt_source_name(limit->below), limit->most_bytes,
			vt__sum(&limit->used_bytes), bytes);
}

/* What counts is what the source below gives, which may be more than was asked for; the bytes
 * asked for are taken first so that no other thread can take them in between. */
static vt_status limit_allocate(void *state, const vt_source_request *request, vt_source_block *out)
{
	struct limit *limit = state;
	vt_status status;

	if (!vt__sum_add(&limit->used_bytes, request->bytes, limit->most_bytes))
		return refuse(limit, request->bytes);
	status = vt__source_allocate(limit->below, request, out);
	if (status != VT_OK) {
		vt__sum_subtract(&limit->used_bytes, request->bytes);
		return status;
	}
	if (!vt__sum_add(&limit->used_bytes, out->bytes - request->bytes, limit->most_bytes)) {
		vt__source_free(limit->below, out, request->device, request->stream);
		vt__sum_subtract(&limit->used_bytes, request->bytes);
		return refuse(limit, out->bytes);
	}
	return VT_OK;
}

static vt_status limit_free(void *state, const vt_source_block *block, int device, vt_stream stream)
{
	struct limit *limit = state;
	const size_t bytes = block->bytes;
	vt_status status = vt__source_free(limit->below, block, device, stream);

	vt__sum_subtract(&limit->used_bytes, bytes);
	return status;
}

/* A block that grew further than the limit goes back to what it was; where it cannot, it counts. */
static vt_status settle(struct limit *limit, vt_source_block *block, int device, size_t old_bytes,
			size_t counted)
{
	const size_t grown = block->bytes - old_bytes;

	if (grown < counted)
		vt__sum_subtract(&limit->used_bytes, counted - grown);
	else if (!vt__sum_add(&limit->used_bytes, grown - counted, limit->most_bytes)) {
		vt__source_shrink(limit->below, block, device, old_bytes);
		__atomic_fetch_add(&limit->used_bytes, block->bytes - old_bytes, __ATOMIC_ACQ_REL);
		vt__sum_subtract(&limit->used_bytes, counted);
		return refuse(limit, grown);
	}
	return VT_OK;
}

static vt_status limit_grow(void *state, vt_source_block *block, int device, size_t bytes)
{
	struct limit *limit = state;
	const size_t old_bytes = block->bytes, more = bytes - old_bytes;
	vt_status status;

	if (!vt__sum_add(&limit->used_bytes, more, limit->most_bytes))
		return refuse(limit, more);
	status = vt__source_grow(limit->below, block, device, bytes);
	if (status != VT_OK) {
		vt__sum_subtract(&limit->used_bytes, more);
		return status;
	}
	return settle(limit, block, device, old_bytes, more);
}

static vt_status limit_shrink(void *state, vt_source_block *block, int device, size_t bytes)
{
	struct limit *limit = state;
	const size_t old_bytes = block->bytes;
	vt_status status = vt__source_shrink(limit->below, block, device, bytes);

	if (status == VT_OK)
		vt__sum_subtract(&limit->used_bytes, old_bytes - block->bytes);
	return status;
}

static void limit_destroy(void *state)
{
	struct limit *limit = state;

	vt_source_release(limit->below);
	free(limit);
}

vt_status vt_source_create_limit(vt_source **out, vt_source *below, size_t bytes)
{
	vt_source *source = below ? below : vt_source_default();
	vt_source_functions functions = {
		.struct_size = sizeof(functions),
		.name = "limit",
		.kind = source->functions.kind,
		.allocate = limit_allocate,
		.free = limit_free,
		.grow = source->functions.grow ? limit_grow : NULL,
		.shrink = source->functions.shrink ? limit_shrink : NULL,
		.destroy = limit_destroy,
	};
	struct limit *limit;
	vt_status status;

	if (!out)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "vt_source_create_limit: out is NULL");
	limit = calloc(1, sizeof(*limit));
	if (!limit)
		return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY, "no host memory for a memory source");
	limit->below = source;
	limit->most_bytes = bytes;
	/* Every free must be seen here, so pointers cannot leave. */
	status = vt__source_make(out, &functions, limit, false);
	if (status == VT_OK)
		vt_source_retain(source);
	else
		free(limit);
	return status;
}

size_t vt_source_limit_used(const vt_source *limit)
{
	if (!limit || limit->functions.allocate != limit_allocate)
		return 0;
	return vt__sum(&((const struct limit *)limit->state)->used_bytes);
}
