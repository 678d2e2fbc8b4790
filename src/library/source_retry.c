/* An adaptor that has room made and tries again when there is no memory. */
#include "config.h"

#include <stdlib.h>

#include "library/cuda_calls.h"
#include "library/error.h"
#include "library/source.h"

struct retry {
	vt_source *below;
	vt_make_room make_room;
	void *closure;
	unsigned most_tries;
};

/* A limit below counts too: freeing makes room under it as well. */
static bool lacks_memory(vt_status status)
{
	return status == VT_ERROR_OUT_OF_MEMORY || status == VT_ERROR_BUDGET;
}

/*
 * After a failure: whether to try again. The callback may use the library and
 * CUDA at will, so the device is made current again, and the detail of the
 * failure is put back when it is the last.
 */
static bool has_room(const struct retry *retry, size_t bytes, int device, unsigned attempt)
{
	vt_error_detail cause;
	bool has_made_room;
	int ignored;

	if (attempt > retry->most_tries)
		return false;
	cause = *vt_last_error();
	has_made_room = retry->make_room(retry->closure, bytes, device, attempt);
	if (vt__cuda_enter_device(device, &ignored) == VT_OK && has_made_room)
		return true;
	vt__fail_restore(&cause);
	return false;
}

static vt_status retry_allocate(void *state, const vt_source_request *request, vt_source_block *out)
{
	const struct retry *retry = state;
	vt_status status = vt__source_allocate(retry->below, request, out);

	for (unsigned attempt = 1; lacks_memory(status) && attempt; attempt++) {
		if (!has_room(retry, request->bytes, request->device, attempt))
			break;
		status = vt__source_allocate(retry->below, request, out);
	}
	return status;
}

static vt_status retry_free(void *state, const vt_source_block *block, int device, vt_stream stream)
{
	return vt__source_free(((const struct retry *)state)->below, block, device, stream);
}

static vt_status retry_grow(void *state, vt_source_block *block, int device, size_t bytes)
{
	const struct retry *retry = state;
	vt_status status = vt__source_grow(retry->below, block, device, bytes);

	for (unsigned attempt = 1; lacks_memory(status) && attempt; attempt++) {
		if (!has_room(retry, bytes - block->bytes, device, attempt))
			break;
		status = vt__source_grow(retry->below, block, device, bytes);
	}
	return status;
}

static vt_status retry_shrink(void *state, vt_source_block *block, int device, size_t bytes)
{
	return vt__source_shrink(((const struct retry *)state)->below, block, device, bytes);
}

static void retry_destroy(void *state)
{
	struct retry *retry = state;

	vt_source_release(retry->below);
	free(retry);
}

vt_status vt_source_create_retry(vt_source **out, vt_source *below, vt_make_room make_room,
				 void *closure, unsigned most_tries)
{
	vt_source *source = below ? below : vt_source_default();
	vt_source_functions functions = {
		.struct_size = sizeof(functions),
		.name = "retry",
		.kind = source->functions.kind,
		.allocate = retry_allocate,
		.free = retry_free,
		.grow = source->functions.grow ? retry_grow : NULL,
		.shrink = source->functions.shrink ? retry_shrink : NULL,
		.destroy = retry_destroy,
	};
	struct retry *retry;
	vt_status status;

	if (!out)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "vt_source_create_retry: out is NULL");
	if (!make_room)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"vt_source_create_retry: make_room is NULL");
	retry = calloc(1, sizeof(*retry));
	if (!retry)
		return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY, "no host memory for a memory source");
	*retry = (struct retry){source, make_room, closure, most_tries};
	status = vt__source_make(out, &functions, retry, source->frees_bare_pointers);
	if (status == VT_OK)
		vt_source_retain(source);
	else
		free(retry);
	return status;
}
