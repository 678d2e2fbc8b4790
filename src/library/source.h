/* A memory source from the inside: its functions, called for buffers. */
#ifndef VT_SOURCE_H
#define VT_SOURCE_H

#include <stdbool.h>

#include <vramtrack/memory_source.h>

struct vt_source {
	vt_source_functions functions; /* those that the caller's struct lacked are NULL */
	void *state;
	unsigned references; /* atomic; the default source's is never counted */
	bool is_permanent;
	bool frees_bare_pointers; /* base alone is enough: release and adopt work */
	bool is_foreign;          /* vt_source_create(): its functions set no error detail */
};

/* What is wrong with a request that no source is asked. */
__attribute__((cold)) vt_status vt__source_refuse_request(const vt_source *source,
							  const vt_source_request *request);

/* Allocating came to `status`, or gave less than it must: says so and empties `out`. */
__attribute__((cold)) vt_status vt__source_fail_allocate(vt_source *source,
							 const vt_source_request *request,
							 vt_status status, vt_source_block *out);

/* Runs on the request's device, which the caller has made current. On failure `out` is
 * empty. */
static inline vt_status vt__source_allocate(vt_source *source, const vt_source_request *request,
					    vt_source_block *out)
{
	vt_status status;

	if (!source || !request || !out || !request->bytes)
		return vt__source_refuse_request(source, request);
	*out = (vt_source_block){0};
	status = source->functions.allocate(source->state, request, out);
	if (status != VT_OK || !out->base || out->bytes < request->bytes)
		return vt__source_fail_allocate(source, request, status, out);
	if (out->capacity < out->bytes)
		out->capacity = out->bytes;
	return VT_OK;
}

/* Says why freeing came to `status`, or was not tried. */
__attribute__((cold)) vt_status vt__source_fail_free(const vt_source *source,
						     const vt_source_block *block,
						     vt_status status);

/* Whatever comes back, the block is gone. */
static inline vt_status vt__source_free(vt_source *source, const vt_source_block *block, int device,
					vt_stream stream)
{
	vt_status status;

	if (!source || !block)
		return vt__source_fail_free(source, block, VT_ERROR_INVALID_ARGUMENT);
	if (!block->base)
		return VT_OK;
	status = source->functions.free(source->state, block, device, stream);
	return status == VT_OK ? VT_OK : vt__source_fail_free(source, block, status);
}

/* VT_ERROR_NOT_SUPPORTED, without a detail, where the source cannot: then the buffer moves. */
vt_status vt__source_grow(vt_source *source, vt_source_block *block, int device, size_t bytes);
/* The caller has waited for all work in what is given back. */
vt_status vt__source_shrink(vt_source *source, vt_source_block *block, int device, size_t bytes);

/* Makes the source's struct around functions of our own. On failure `state` stays the caller's. */
vt_status vt__source_make(vt_source **out, const vt_source_functions *functions, void *state,
			  bool frees_bare_pointers);

/* After the last reference. */
__attribute__((cold)) void vt__source_end(vt_source *source);

static inline vt_source *vt__source_retain(vt_source *source)
{
	if (source && !source->is_permanent)
		__atomic_fetch_add(&source->references, 1, __ATOMIC_RELAXED);
	return source;
}

static inline void vt__source_release(vt_source *source)
{
	if (source && !source->is_permanent &&
	    __atomic_sub_fetch(&source->references, 1, __ATOMIC_ACQ_REL) == 0)
		vt__source_end(source);
}

#endif
