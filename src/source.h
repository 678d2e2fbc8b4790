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

/* Runs on the request's device, which the caller has made current. On failure `out` is
 * empty. */
vt_status vt__source_allocate(vt_source *source, const vt_source_request *request,
			      vt_source_block *out);
/* Whatever comes back, the block is gone. */
vt_status vt__source_free(vt_source *source, const vt_source_block *block, int device,
			  vt_stream stream);
/* VT_ERROR_NOT_SUPPORTED, without a detail, where the source cannot: then the buffer moves. */
vt_status vt__source_grow(vt_source *source, vt_source_block *block, int device, size_t bytes);
/* The caller has waited for all work in what is given back. */
vt_status vt__source_shrink(vt_source *source, vt_source_block *block, int device, size_t bytes);

/* Makes the source's struct around functions of our own. On failure `state` stays the caller's. */
vt_status vt__source_make(vt_source **out, const vt_source_functions *functions, void *state,
			  bool frees_bare_pointers);

#endif
