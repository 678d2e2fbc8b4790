/*
 * Where buffers get their memory: a small table of functions and its state.
 *
 * A source is counted: creating one gives the caller a reference, each buffer
 * holds one, vt_source_release() gives one back. A source may be used by many
 * threads if its functions say so; those made here may.
 */
#ifndef VRAMTRACK_MEMORY_SOURCE_H
#define VRAMTRACK_MEMORY_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include <vramtrack/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vt_source vt_source;

/* How memory of a source is reached. */
typedef enum vt_memory_kind {
	VT_MEMORY_DEVICE = 0,
	VT_MEMORY_MANAGED = 1,
	VT_MEMORY_PINNED_HOST = 2
} vt_memory_kind;

/* What a source is asked for. */
typedef struct vt_source_request {
	size_t bytes;    /* more than 0 */
	size_t capacity; /* growable sources: address space to reserve, 0: as the source sees fit */
	int device;      /* ordinal; it is the current device during the call */
	vt_stream stream; /* NULL: the legacy default stream */
} vt_source_request;

/* What it gave. */
typedef struct vt_source_block {
	void *base;
	size_t bytes;    /* usable from base now, at least those asked for */
	size_t capacity; /* to which grow() can take it without moving; else bytes */
	void *handle;    /* the source's own, may be NULL */
} vt_source_block;

/* The whole of a new source. struct_size is sizeof(vt_source_functions).
 * Functions return a status and leave no CUDA last error; on failure nothing
 * is allocated or changed. `grow`, `shrink` and `destroy` may be NULL: such a
 * buffer moves when it changes its capacity. */
typedef struct vt_source_functions {
	size_t struct_size;
	const char *name; /* static */
	vt_memory_kind kind;
	vt_status (*allocate)(void *state, const vt_source_request *request, vt_source_block *out);
	/* The stream orders the free after work in it; sources that cannot order wait for it.
	 * Whatever comes back, the block is gone: nobody frees it again. */
	vt_status (*free)(void *state, const vt_source_block *block, int device, vt_stream stream);
	/* In place: base stays. Updates block->bytes. Growing is asked for at most the block's
	 * capacity; shrinking keeps at least `bytes` and comes after all work in the rest. */
	vt_status (*grow)(void *state, vt_source_block *block, int device, size_t bytes);
	vt_status (*shrink)(void *state, vt_source_block *block, int device, size_t bytes);
	void (*destroy)(void *state);
} vt_source_functions;

/* A source of your own; `functions` is copied, `state` handed to destroy() with the last reference.
 */
VT_API vt_status vt_source_create(vt_source **out, const vt_source_functions *functions,
				  void *state);
VT_API vt_source *vt_source_retain(vt_source *source);
VT_API void vt_source_release(vt_source *source); /* NULL is fine */
VT_API const char *vt_source_name(const vt_source *source);
VT_API vt_memory_kind vt_source_kind(const vt_source *source);

/* cudaMalloc: the default, also meant by NULL. Never to be released; releasing it does nothing. */
VT_API vt_source *vt_source_default(void);

/* cudaMallocManaged and cudaHostAlloc. */
VT_API vt_status vt_source_create_managed(vt_source **out);
VT_API vt_status vt_source_create_pinned(vt_source **out);

/* A stream-ordered pool of its own on `device`, for buffers there. struct_size:
 * sizeof(vt_pool_options); NULL: the defaults. Beyond the cap the status is
 * VT_ERROR_OUT_OF_MEMORY, and vt_buffer_release() is not supported. */
typedef struct vt_pool_options {
	size_t struct_size;
	int device; /* ordinal, -1: the current device */
	uint32_t reserved;
	size_t initial_bytes;       /* taken and given back at once, so that the pool holds them */
	uint64_t release_threshold; /* bytes that the pool keeps when idle; UINT64_MAX: all */
	size_t most_bytes;          /* cap of the pool, 0: none */
} vt_pool_options;
#define VT_POOL_OPTIONS_INIT                                                                       \
	{                                                                                          \
		sizeof(vt_pool_options), -1, 0, 0, UINT64_MAX, 0                                   \
	}
VT_API vt_status vt_source_create_pool(vt_source **out, const vt_pool_options *options);

/* Growable memory: reserves `capacity` bytes of addresses for each buffer and
 * commits physical memory as it grows; the pointer stays the same. For KV caches.
 * Memory comes in granules of the device (2 MiB as a rule) and is given back in the chunks,
 * of at most 64 MiB, in which it came. NULL: the defaults. */
typedef struct vt_growable_options {
	size_t struct_size;
	size_t capacity; /* of addresses for a buffer whose request has none; 0: the device's memory
			  */
} vt_growable_options;
#define VT_GROWABLE_OPTIONS_INIT                                                                   \
	{                                                                                          \
		sizeof(vt_growable_options), 0                                                     \
	}
VT_API vt_status vt_source_create_growable(vt_source **out, const vt_growable_options *options);

/* Adaptors hold a reference of the source below (NULL: the default one). */

/* At most `bytes` live at once through it: beyond, VT_ERROR_BUDGET. What counts is what the
 * source below gives, which may be more than was asked for (growable: whole chunks). */
VT_API vt_status vt_source_create_limit(vt_source **out, vt_source *below, size_t bytes);
VT_API size_t vt_source_limit_used(const vt_source *limit);

/* When there is no memory, or a limit below is reached, calls `make_room` (which frees
 * something and returns nonzero, or returns 0 to give up) and tries again, `most_tries` times
 * at most. It runs on the thread that allocates, under no lock, and may use the library and
 * CUDA; `bytes` are those wanted, `attempt` counts from 1. */
typedef int (*vt_make_room)(void *closure, size_t bytes, int device, unsigned attempt);
VT_API vt_status vt_source_create_retry(vt_source **out, vt_source *below, vt_make_room make_room,
					void *closure, unsigned most_tries);

/* For tests: the nth allocation from now (1: the next) and each after it for
 * `count` allocations fails with `status`. Growing in place counts as an allocation. */
VT_API vt_status vt_source_create_failing(vt_source **out, vt_source *below, uint64_t nth,
					  uint64_t count, vt_status status);

#ifdef __cplusplus
}
#endif
#endif
