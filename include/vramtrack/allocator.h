/*
 * Memory by its address, for those who keep pointers and no buffers: the allocator hooks of
 * frameworks (PyTorch, CuPy) and C++ memory resources (<vramtrack/memory_resource.hpp>).
 *
 * Each allocation is a buffer that the allocator keeps: it has the source, the tracker and its
 * budget, the purpose and the label (those of the thread's scope where the allocator has none).
 *
 * An allocator is counted: creating one gives the caller a reference, each allocation holds one,
 * vt_allocator_release() gives one back. All functions are thread-safe. A forked child can
 * neither allocate nor free by an allocator that its parent made: CUDA does not work there.
 */
#ifndef VRAMTRACK_ALLOCATOR_H
#define VRAMTRACK_ALLOCATOR_H

#include <vramtrack/buffer.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vt_allocator vt_allocator;

/* options: what each allocation has, as vt_buffer_create() takes them; `alignment`, `device` and
 * `stream` are of each call and not read here, `capacity` and `flags` must be 0. NULL: the
 * defaults. The tracker must live until the last allocation is made, not until the last free. */
VT_API vt_status vt_allocator_create(vt_allocator **out, const vt_buffer_options *options);
VT_API vt_allocator *vt_allocator_retain(vt_allocator *allocator);
VT_API void vt_allocator_release(vt_allocator *allocator); /* NULL is fine */

/* 0 bytes: *out is NULL. alignment: a power of two, 0: VT_DEFAULT_ALIGNMENT; device: ordinal, -1:
 * the current one. The memory is to be used after what is in `stream`. */
VT_API vt_status vt_allocator_allocate(vt_allocator *allocator, void **out, size_t bytes,
				       size_t alignment, int device, vt_stream stream);

/* After work in `stream`. NULL is fine. VT_ERROR_NOT_FOUND: the allocator has nothing that begins
 * there, and nothing is freed. A free that CUDA refuses is told as vt_buffer_destroy() tells it. */
VT_API vt_status vt_allocator_free(vt_allocator *allocator, void *memory, vt_stream stream);

/* What is allocated now; NULL gives 0. */
VT_API size_t vt_allocator_bytes(const vt_allocator *allocator);
VT_API size_t vt_allocator_count(const vt_allocator *allocator);

#ifdef __cplusplus
}
#endif
#endif
