/*
 * Carries blocks of a framework's cache into the ledger, with their stacks.
 *
 * Where the process has no recording nothing is done: segments come before blocks. Leaves errno
 * alone; never fails.
 */
#ifndef VT_PRELOAD_BLOCKS_H
#define VT_PRELOAD_BLOCKS_H

#include "ledger/blocks.h"
#include "unwind/unwind.h"

/* What a cache reports. */
struct vt__seen_block {
	enum vt_block_door door;
	int32_t device; /* ordinal */
	uint64_t address;
	uint64_t bytes; /* 0: given back */
	struct vt__told told;
};

void vt__record_block(const struct vt__seen_block *seen, const struct vt__unwind_start *start);

#endif
