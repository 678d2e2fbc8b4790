/*
 * A buffer: device memory with one owner.
 *
 * A buffer is used by one thread at a time; different buffers by any threads.
 * Every function runs on the buffer's device and leaves the thread's current
 * device as it was. A buffer made by vt_buffer_create() always has memory until
 * it is moved from, released or destroyed; then it is empty, its size 0.
 */
#ifndef VRAMTRACK_BUFFER_H
#define VRAMTRACK_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vramtrack/memory_source.h>
#include <vramtrack/purpose.h>
#include <vramtrack/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vt_buffer vt_buffer;
typedef struct vt_tracker vt_tracker;

#define VT_DEFAULT_ALIGNMENT ((size_t)256) /* what cudaMalloc guarantees */

/* vt_buffer_options.flags */
#define VT_BUFFER_ZEROED 1u /* all bytes 0, also those that a resize adds */

/*
 * Set struct_size and what is wanted; zero means the default everywhere but in
 * `device` and `purpose`, for which VT_BUFFER_OPTIONS_INIT has the default.
 * A smaller struct_size (an older caller) is accepted and the rest defaulted;
 * a larger one only if what this library does not know is zero.
 */
typedef struct vt_buffer_options {
	size_t struct_size;
	size_t alignment;    /* a power of two; 0: VT_DEFAULT_ALIGNMENT. Beyond the default the
			      * memory is made larger and get() points inside of it. */
	size_t capacity;     /* bytes to have room for at least; 0: as many as asked for. Growable
			      * sources reserve addresses for it, others take the memory. */
	vt_source *source;   /* NULL: cudaMalloc */
	vt_tracker *tracker; /* NULL: none. It may die first. */
	const char *label;   /* copied, at most 127 bytes; NULL: that of the scope, if any */
	vt_stream stream;    /* for allocation, zeroing and the free at the end */
	int device;          /* ordinal; -1: the current device */
	vt_purpose purpose;  /* UNKNOWN: that of the scope, if any */
	uint32_t flags;      /* VT_BUFFER_...; unknown bits are an error */
	uint32_t reserved;
} vt_buffer_options;
#define VT_BUFFER_OPTIONS_INIT                                                                     \
	{                                                                                          \
		sizeof(vt_buffer_options), 0, 0, NULL, NULL, NULL, NULL, -1, VT_PURPOSE_UNKNOWN,   \
			0, 0                                                                       \
	}

/* ---- Life ---------------------------------------------------------------- */

/* bytes: more than 0. options: NULL for the defaults. The tracker counts what was asked to be
 * taken: the bytes, or the capacity where that is more; padding and granules do not count. */
VT_API vt_status vt_buffer_create(vt_buffer **out, size_t bytes, const vt_buffer_options *options);

/* Frees the memory after work in the buffer's stream; NULL is fine. A free that
 * fails is narrated and told by vt_last_error(); while the driver shuts down it is
 * only told. Debug builds know a handle that was destroyed before. */
VT_API void vt_buffer_destroy(vt_buffer *buffer);

/* `to` gets what `from` has; what `to` had is freed; `from` is empty. To itself: nothing. */
VT_API vt_status vt_buffer_move(vt_buffer *to, vt_buffer *from);
VT_API vt_status vt_buffer_swap(vt_buffer *a, vt_buffer *b);

/* Hands the memory to the caller, who frees it: with cudaFree for the default
 * source. The base that the source gave is returned, which is get() unless an
 * alignment beyond the default moved it. Untracks it; the buffer is empty.
 * VT_ERROR_NOT_SUPPORTED for sources whose memory cannot be freed without them. */
VT_API vt_status vt_buffer_release(vt_buffer *buffer, void **out);

/* Takes over memory that cudaMalloc gave (another source: options->source, if
 * it can free a bare pointer). On failure it is still the caller's. */
VT_API vt_status vt_buffer_adopt(vt_buffer **out, void *base, size_t bytes,
				 const vt_buffer_options *options);

/* A new buffer with the same bytes, options and contents, copied on `stream`, after work in the
 * other's stream and before what is put there later. */
VT_API vt_status vt_buffer_duplicate(vt_buffer **out, const vt_buffer *buffer, vt_stream stream);

/* ---- Facts: NULL gives 0, NULL, false or -1 ------------------------------- */

VT_API void *vt_buffer_get(const vt_buffer *buffer);
VT_API size_t vt_buffer_size(const vt_buffer *buffer);     /* bytes asked for */
VT_API size_t vt_buffer_capacity(const vt_buffer *buffer); /* bytes usable without moving */
VT_API size_t vt_buffer_alignment(const vt_buffer *buffer);
VT_API bool vt_buffer_is_allocated(const vt_buffer *buffer);
VT_API int vt_buffer_device(const vt_buffer *buffer);
VT_API vt_purpose vt_buffer_purpose(const vt_buffer *buffer);
VT_API const char *vt_buffer_label(const vt_buffer *buffer); /* "" if none */
VT_API vt_stream vt_buffer_stream(const vt_buffer *buffer);

/* Later work, the free among it, is ordered on `stream`, after what is in the present one. */
VT_API vt_status vt_buffer_set_stream(vt_buffer *buffer, vt_stream stream);

/* ---- Contents: offset + bytes must lie within the size; 0 bytes do nothing --- */

/* These come after work in the buffer's stream and return when the bytes have arrived.
 * Parts of one buffer that overlap cannot be copied. */
VT_API vt_status vt_buffer_copy_from_host(vt_buffer *buffer, size_t offset, const void *host,
					  size_t bytes);
VT_API vt_status vt_buffer_copy_to_host(const vt_buffer *buffer, size_t offset, void *host,
					size_t bytes);
VT_API vt_status vt_buffer_copy(vt_buffer *to, size_t to_offset, const vt_buffer *from,
				size_t from_offset, size_t bytes);
VT_API vt_status vt_buffer_zero(vt_buffer *buffer); /* all of it; an empty buffer: nothing */
VT_API vt_status vt_buffer_fill(vt_buffer *buffer, size_t offset, int value, size_t bytes);

/* These are ordered on `stream`; host memory must live until they are done. */
VT_API vt_status vt_buffer_copy_from_host_async(vt_buffer *buffer, size_t offset, const void *host,
						size_t bytes, vt_stream stream);
VT_API vt_status vt_buffer_copy_to_host_async(const vt_buffer *buffer, size_t offset, void *host,
					      size_t bytes, vt_stream stream);
VT_API vt_status vt_buffer_copy_async(vt_buffer *to, size_t to_offset, const vt_buffer *from,
				      size_t from_offset, size_t bytes, vt_stream stream);
VT_API vt_status vt_buffer_fill_async(vt_buffer *buffer, size_t offset, int value, size_t bytes,
				      vt_stream stream);

/* ---- Size ----------------------------------------------------------------- */

/* The first min(old, new) bytes stay. Within the capacity nothing moves; beyond
 * it new memory is taken, filled on `stream` after all work in the buffer's
 * present stream, and the old is freed after the copy. From then on `stream` is
 * the buffer's. On failure the buffer is as it was. */
VT_API vt_status vt_buffer_resize(vt_buffer *buffer, size_t bytes, vt_stream stream);
VT_API vt_status vt_buffer_reserve(vt_buffer *buffer, size_t capacity, vt_stream stream);
VT_API vt_status vt_buffer_shrink_to_fit(vt_buffer *buffer, vt_stream stream);

/* ---- Convenience ------------------------------------------------------------ */

/* VT_BUFFER_AUTO(b); declares a buffer that is destroyed at the end of its scope. */
#if defined(__GNUC__)
static inline void vt_buffer_cleanup(vt_buffer **buffer)
{
	vt_buffer_destroy(*buffer);
}
#define VT_BUFFER_AUTO(name) vt_buffer *name __attribute__((cleanup(vt_buffer_cleanup))) = NULL
#endif

/* VT_BUFFER_AS(float, b): a typed pointer; VT_BUFFER_COUNT(float, b): whole elements in it. */
#define VT_BUFFER_AS(type, buffer) ((type *)vt_buffer_get(buffer))
#define VT_BUFFER_COUNT(type, buffer) (vt_buffer_size(buffer) / sizeof(type))

/* count elements of element_bytes; VT_ERROR_INVALID_ARGUMENT where the product overflows. */
VT_API vt_status vt_buffer_create_array(vt_buffer **out, size_t count, size_t element_bytes,
					const vt_buffer_options *options);

#ifdef __cplusplus
}
#endif
#endif
