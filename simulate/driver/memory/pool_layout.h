/*
 * Where the allocations of a pool lie: a range that grows at its end and is backed in whole
 * steps. What is freed can be taken again at once, but its steps stay until the freeing stream
 * was waited for. The caller does the locking.
 *
 * A freed piece of a stream that is held up waits: only that stream can have it again.
 */
#ifndef VT_SIMULATE_POOL_LAYOUT_H
#define VT_SIMULATE_POOL_LAYOUT_H

#include <stdbool.h>

#include "simulate/driver/memory/extents.h"

#define VT_POOL_STEP ((size_t)32 << 20)
#define VT_POOL_UNIT VT_EXTENT_UNIT

/* A freed piece whose stream was not waited for yet. */
struct vt__freed {
	struct vt__node node; /* key: the offset */
	size_t size;
	unsigned long long stream; /* that freed it */
	unsigned long long number; /* rising with each free */
	void *waiting;             /* what the stream will give back when it comes to it */
};

struct vt__pool_step {
	size_t holders; /* allocations and freed pieces in it */
	bool backed;
};

struct vt__pool_layout {
	struct vt__extents free; /* below the end */
	uintptr_t end;
	struct vt__pool_step *steps;
	size_t count; /* of steps */
	size_t backed;
	struct vt__map freed;
	size_t waiting; /* of those freed */
};

/*
 * Takes a place for size bytes, a multiple of the unit. more is by how many steps the backing
 * has to grow; then it is backed, or given up. -ENOMEM.
 */
int vt__layout_take(struct vt__pool_layout *layout, size_t size, uintptr_t *offset, size_t *more);
void vt__layout_back(struct vt__pool_layout *layout, uintptr_t offset, size_t size);
void vt__layout_give_up(struct vt__pool_layout *layout, uintptr_t offset, size_t size);

/* The same piece again that waits for the stream to come to its free; NULL if there is none. */
struct vt__freed *vt__layout_waiting(struct vt__pool_layout *layout, unsigned long long stream,
				     size_t size);

/* Takes it: what waited is returned, and its place is taken and backed. */
void *vt__layout_retake(struct vt__pool_layout *layout, struct vt__freed *freed);

/*
 * A piece is freed in a stream; waiting is NULL if the stream has come to it. Without memory
 * for the record nothing has to be waited for, and false is the result if something waits.
 */
bool vt__layout_free(struct vt__pool_layout *layout, uintptr_t offset, size_t size,
		     const struct vt__freed *how);

/* The next of a stream's pieces that wait, no more waiting; NULL if there is none. */
void *vt__layout_reached(struct vt__pool_layout *layout, unsigned long long stream);

/* All streams, in place of one. */
#define VT_EVERY_STREAM 0ULL

/* The stream was waited for, as far as the free of that number. */
void vt__layout_settle(struct vt__pool_layout *layout, unsigned long long stream,
		       unsigned long long number);

/* Unbacks steps that hold nothing, down to so many bytes. */
void vt__layout_trim(struct vt__pool_layout *layout, size_t keep);

/* Frees what it needs itself. */
void vt__layout_drop(struct vt__pool_layout *layout);

#endif
