/*
 * Free pieces of a range: the smallest that fits is taken, neighbours become one.
 *
 * Starts and sizes are multiples of VT_EXTENT_UNIT. The caller does the locking.
 */
#ifndef VT_SIMULATE_EXTENTS_H
#define VT_SIMULATE_EXTENTS_H

#include <stdbool.h>

#include "simulate/common/ordered_map.h"

#define VT_EXTENT_UNIT ((size_t)512)

struct vt__extents {
	struct vt__map by_start;
	struct vt__map by_size;
};

/* What a piece has become part of. */
struct vt__extent {
	uintptr_t start;
	size_t size;
};

bool vt__extents_fit(const struct vt__extents *extents, size_t size);

/* Takes the front of the smallest piece that is large enough; false if there is none. */
bool vt__extents_take(struct vt__extents *extents, size_t size, uintptr_t *start);

/*
 * Gives a piece back. It is not joined over a multiple of boundary (0: none). Without memory
 * the piece is lost: address space, not memory. The result is the joined piece.
 */
struct vt__extent vt__extents_give(struct vt__extents *extents, uintptr_t start, size_t size,
				   uintptr_t boundary);

/* The piece that starts there is free no more. */
void vt__extents_remove(struct vt__extents *extents, uintptr_t start);

#endif
