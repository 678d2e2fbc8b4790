/* An adaptor for tests that makes chosen allocations fail. */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>

#include "library/error.h"
#include "library/source.h"

struct failing {
	vt_source *below;
	uint64_t first; /* number of the first allocation to fail, counted from 1 */
	uint64_t count; /* so many fail */
	uint64_t made;  /* atomic: allocations and growths asked for */
	vt_status status;
};

/* Counts an allocation and says what is to become of it. */
static vt_status next(struct failing *failing)
{
	const uint64_t number = __atomic_add_fetch(&failing->made, 1, __ATOMIC_ACQ_REL);

	if (number < failing->first || number - failing->first >= failing->count)
		return VT_OK;
	return vt__fail(failing->status, "allocation %" PRIu64 " was made to fail: %s", number,
			vt_status_string(failing->status));
}

static vt_status failing_allocate(void *state, const vt_source_request *request,
				  vt_source_block *out)
{
	struct failing *failing = state;
	vt_status status = next(failing);

	return status == VT_OK ? vt__source_allocate(failing->below, request, out) : status;
}

static vt_status failing_free(void *state, const vt_source_block *block, int device,
			      vt_stream stream)
{
	return vt__source_free(((const struct failing *)state)->below, block, device, stream);
}

static vt_status failing_grow(void *state, vt_source_block *block, int device, size_t bytes)
{
	struct failing *failing = state;
	vt_status status = next(failing);

	return status == VT_OK ? vt__source_grow(failing->below, block, device, bytes) : status;
}

static vt_status failing_shrink(void *state, vt_source_block *block, int device, size_t bytes)
{
	return vt__source_shrink(((const struct failing *)state)->below, block, device, bytes);
}

static void failing_destroy(void *state)
{
	struct failing *failing = state;

	vt_source_release(failing->below);
	free(failing);
}

static vt_status check(vt_source *const *out, uint64_t nth, uint64_t count, vt_status status)
{
	if (!out)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "vt_source_create_failing: out is NULL");
	if (!nth || !count)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"vt_source_create_failing: nth is %" PRIu64 " and count %" PRIu64
				"; both count from 1",
				nth, count);
	if ((int)status <= VT_OK || (int)status > VT_ERROR_CUDA)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"vt_source_create_failing: %d is no status of a failure",
				(int)status);
	return VT_OK;
}

vt_status vt_source_create_failing(vt_source **out, vt_source *below, uint64_t nth, uint64_t count,
				   vt_status status)
{
	vt_source *source = below ? below : vt_source_default();
	vt_source_functions functions = {
		.struct_size = sizeof(functions),
		.name = "failing",
		.kind = source->functions.kind,
		.allocate = failing_allocate,
		.free = failing_free,
		.grow = source->functions.grow ? failing_grow : NULL,
		.shrink = source->functions.shrink ? failing_shrink : NULL,
		.destroy = failing_destroy,
	};
	struct failing *failing;
	vt_status made = check(out, nth, count, status);

	if (made != VT_OK)
		return made;
	failing = calloc(1, sizeof(*failing));
	if (!failing)
		return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY, "no host memory for a memory source");
	*failing = (struct failing){source, nth, count, 0, status};
	made = vt__source_make(out, &functions, failing, source->frees_bare_pointers);
	if (made == VT_OK)
		vt_source_retain(source);
	else
		free(failing);
	return made;
}
