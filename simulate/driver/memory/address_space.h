/*
 * Host memory that stands for device memory: ranges of the process's own address space.
 *
 * Nothing is committed until it is touched, so sizes far above the machine's memory work.
 * Small ranges share blocks of 2 MiB, as on a device. The caller does the locking. Contents
 * of a fresh range are unspecified.
 */
#ifndef VT_SIMULATE_ADDRESS_SPACE_H
#define VT_SIMULATE_ADDRESS_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "simulate/driver/memory/extents.h"

#define VT_SPACE_BLOCK ((size_t)2 << 20)
#define VT_SPACE_UNIT VT_EXTENT_UNIT

enum vt__space {
	VT_SPACE_ANYWHERE,
	VT_SPACE_DEVICE,   /* the same, but in no page with memory of the host */
	VT_SPACE_LOW,      /* below 4 GiB: addresses of the 32-bit interfaces */
	VT_SPACE_RESERVED, /* address space only: any access faults */
};

/* Blocks that small ranges share; of zeroes at first. */
struct vt__arena {
	struct vt__extents free;
	size_t blocks; /* in which there is a range */
};

/*
 * Take size bytes (> 0) at a multiple of alignment (a power of two, or 0 for the usual
 * one). A small range comes from the arena's blocks, or from blocks that belong to nobody if
 * arena is NULL. 0 or -ENOMEM.
 */
int vt__space_take(struct vt__arena *arena, enum vt__space where, size_t size, size_t alignment,
		   uintptr_t *address);

/* Whether a range is small: in a block with others. */
bool vt__space_is_small(enum vt__space where, size_t size, size_t alignment);

/* Whether a small range of this size would need one more block. */
bool vt__arena_grows(const struct vt__arena *arena, size_t size);

/* Give back what vt__space_take gave for the same arguments. */
void vt__space_give_back(struct vt__arena *arena, enum vt__space where, uintptr_t address,
			 size_t size, size_t alignment);

/*
 * Makes the memory one of a file that other processes can map; address and contents stay.
 * Only for VT_SPACE_DEVICE and VT_SPACE_LOW: a small range takes the whole block with it.
 * Nobody else may touch the memory meanwhile. The descriptor stays this module's, until the
 * memory is given back; that of a block, until its last range is. 0 or a negative errno.
 */
int vt__space_share(enum vt__space where, uintptr_t address, size_t size, size_t alignment,
		    int device, int *file, uint64_t *offset);

/*
 * Whether the bytes may be touched: mapped, and not in a block of small ranges. For addresses
 * that are no live allocation but are said to be the program's own memory.
 */
bool vt__space_is_plain(uintptr_t address, size_t size);

/* value rounded up to a multiple of unit (a power of two), or 0 when that overflows. */
size_t vt__round_up(size_t value, size_t unit);

#endif
