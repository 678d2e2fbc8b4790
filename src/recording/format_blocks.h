/*
 * The part of the recording's format about caches: of frameworks that take segments from the
 * driver and hand out blocks of them.
 *
 * A block is an allocation of the kind BLOCK, in a bucket of its own: what is in it is in a
 * segment too, and is never added to that. In which segment it lies is told by the addresses.
 */
#ifndef VT_LEDGER_FORMAT_BLOCKS_H
#define VT_LEDGER_FORMAT_BLOCKS_H

#include <stdint.h>

/* By what the blocks of a cache are seen. VT_BLOCK_DOOR(identifier, whose cache, what it is) */
#define VT_BLOCK_DOORS(VT_BLOCK_DOOR)                                                              \
	VT_BLOCK_DOOR(C10, "PyTorch", "c10::reportMemoryUsageToProfiler")

enum vt_block_door {
#define VT_BLOCK_DOOR(id, cache, what) VT_BLOCK_DOOR_##id,
	VT_BLOCK_DOORS(VT_BLOCK_DOOR)
#undef VT_BLOCK_DOOR
	VT_BLOCK_DOOR_COUNT
};

/* What the first block of a device proved. VT_BLOCKS_STATE(identifier, name in JSON, words) */
#define VT_BLOCKS_STATES(VT_BLOCKS_STATE)                                                          \
	VT_BLOCKS_STATE(SEEN, "seen", "seen")                                                      \
	VT_BLOCKS_STATE(OWN, "own_allocations",                                                    \
			"each is an allocation of the driver's pool, and told as that")            \
	VT_BLOCKS_STATE(ODD_SUMS, "odd_sums",                                                      \
			"left alone: its numbers are not those of a first block")                  \
	VT_BLOCKS_STATE(ODD_PLACE, "odd_place",                                                    \
			"left alone: the first block lies in no allocation that was seen")

enum vt_blocks_state {
#define VT_BLOCKS_STATE(id, json, words) VT_BLOCKS_##id,
	VT_BLOCKS_STATES(VT_BLOCKS_STATE)
#undef VT_BLOCKS_STATE
	VT_BLOCKS_STATE_COUNT
};

/* The cache of one device, from its first block on. */
struct vt_format_cache {
	uint32_t device; /* number of the device record */
	uint32_t door;   /* enum vt_block_door */
	uint32_t state;  /* enum vt_blocks_state */
	uint32_t reserved;
	/* bytes, as the cache itself said with the last block: what is handed out, and of
	 * its segments */
	uint64_t used_bytes;
	uint64_t segment_bytes;
};

_Static_assert(sizeof(struct vt_format_cache) == 32, "no hidden padding");

#endif
