/*
 * What a thread walks its stack with: its memos, and room for one stack.
 */
#ifndef VT_UNWIND_WALKER_H
#define VT_UNWIND_WALKER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/visitor.h"
#include "unwind/unwind_memo.h"

#define VT__WALKER_ROOM 256u /* return addresses */

struct vt__walker {
	_Atomic bool busy;
	bool shared;             /* by more than one thread */
	bool has_memos;          /* once they were asked for */
	struct vt__memos *memos; /* NULL: none */
	uint64_t generation;     /* plus one; 0: never used */
	struct vt__memo_constants constants;
	uintptr_t ips[VT__WALKER_ROOM]; /* of the walk, until vt__unwind_end() */
	uintptr_t sps[VT__WALKER_ROOM];
} __attribute__((aligned(64)));

/* Whether a thread's own walker is not in use, as a signal handler finds it that
 * interrupted a walk, and of this generation. */
static inline bool vt__walker_is_ready(const struct vt__walker *walker, uint32_t generation)
{
	return walker->generation == (uint64_t)generation + 1 &&
	       !atomic_load_explicit(&walker->busy, memory_order_relaxed);
}

/* Of a walker that is ready: a thread's own needs no locked instruction. */
static inline void vt__walker_begin(struct vt__walker *walker)
{
	atomic_store_explicit(&walker->busy, true, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
}

/* The calling thread's walker, for this walk alone. NULL if it is in use: in a
 * signal handler that interrupted a walk, or by another of very many threads. */
struct vt__walker *vt__walker_take(uint32_t generation);

/* Ends the use. */
static inline void vt__walker_give(struct vt__walker *walker)
{
	atomic_store_explicit(&walker->busy, false, memory_order_release);
}

/* The calling thread left its walk by a jump: what it remembers may be half changed. A walker
 * that threads share stays in use. */
void vt__walker_left(void);

#endif
