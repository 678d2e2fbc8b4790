/*
 * Memory for the nodes and buckets of the ledger's tables, taken from the
 * kernel and never from the program's malloc.
 *
 * Sizes are rounded up to a class; what is given back waits in the free list
 * of its class. Big blocks are mappings of their own and go back to the
 * kernel. Nothing of it is inherited by a forked child.
 *
 * Not thread-safe: the ledger's lock covers it.
 */
#ifndef VT_LEDGER_ARENA_H
#define VT_LEDGER_ARENA_H

#include <stddef.h>
#include <stdint.h>

#define VT__ARENA_SMALL_CLASSES 16                      /* 16, 32, ... 256 bytes */
#define VT__ARENA_CLASSES (VT__ARENA_SMALL_CLASSES + 4) /* then 512, 1024, 2048, 4096 */

struct vt__arena_class {
	void *free;    /* first free block; each holds the address of the next */
	uint8_t *next; /* unused rest of the run that was carved last */
	uint8_t *end;
};

struct vt__arena {
	struct vt__arena_class classes[VT__ARENA_CLASSES];
	uint8_t *chunk; /* unused rest of the chunk mapped last */
	uint8_t *chunk_end;
	size_t bytes_most; /* refuse to hold more; 0: no limit */
	size_t bytes_held; /* mapped and not given back to the kernel */
};

/* Zero-filled memory of the kernel that a forked child does not inherit.
 * `bytes` is a multiple of the page size. NULL when there is none. */
void *vt__arena_map(size_t bytes);

/* At least `bytes` bytes, 16-byte aligned, not zeroed; NULL when out of memory.
 * Blocks of a size that is a power of two up to a page are aligned to it. */
void *vt__arena_take(struct vt__arena *arena, size_t bytes);

/* `block` came from vt__arena_take() with the same `bytes`. */
void vt__arena_give(struct vt__arena *arena, void *block, size_t bytes);

#endif
