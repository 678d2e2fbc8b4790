/*
 * Blocks: what a cache hands out of segments that it took from the driver.
 *
 * A block is entered with the stack of who asked the cache for it, and beside the segment
 * that it lies in, which has an address of the same space of its own. The cache says with
 * each block what it holds in all: by that it is proved that it is understood, and that none
 * was missed.
 *
 * Thread-safe, as all of ledger/ledger.h is; not vt__blocks_tell(), which is within a change of
 * the recording.
 */
#ifndef VT_LEDGER_BLOCKS_H
#define VT_LEDGER_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/devices.h"
#include "recording/format.h"

struct vt__ledger;
struct vt__allocation;
struct vt__stack;

/* What a cache says it holds, this block counted. */
struct vt__told {
	uint64_t used_bytes;
	uint64_t segment_bytes;
};

/* Of a device; aligned so that one line of the processor's caches has it. */
struct vt__device_blocks {
	uint32_t cache_plus_1; /* number of the CACHE record + 1; 0: none */
	bool begun;            /* this and the next are read without the lock */
	bool seen;
	bool disagreed;
} __attribute__((aligned(8)));

/* By ordinal of the device. */
struct vt__blocks {
	struct vt__device_blocks of[VT__DEVICES_MOST];
};

/* Whether blocks of the device's cache are to be entered, and taken out. */
bool vt__ledger_sees_blocks(const struct vt__ledger *ledger, int32_t device);

/* The same where this is the first one, which proves it: it is the one block that there is, and
 * it lies in an allocation that is live. */
bool vt__ledger_begin_blocks(struct vt__ledger *ledger, const struct vt__allocation *block,
			     enum vt_block_door door, const struct vt__told *told);

/* Enters a block that the cache hands out. */
void vt__ledger_enter_block(struct vt__ledger *ledger, const struct vt__allocation *block,
			    const struct vt__told *told, const struct vt__stack *stack);

/* Takes out a block that it was given back. Nothing is remembered of it: a cache checks
 * what it is given itself. */
void vt__ledger_take_block(struct vt__ledger *ledger, int32_t device, uint64_t address,
			   const struct vt__told *told);

/* Notes what the cache says, and once where it says other than what is live. */
void vt__blocks_tell(struct vt__ledger *ledger, int32_t device, const struct vt__told *told);

#endif
