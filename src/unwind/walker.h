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
#define VT__WALKER_IN_USE UINT64_MAX

struct vt__walker {
	uint64_t ready;          /* of one thread's: `generation` where it is not in use */
	struct vt__memos *memos; /* NULL: none */
	uint64_t generation;     /* plus one; 0: never used */
	_Atomic bool busy;       /* in use, of one that is shared */
	bool shared;             /* by more than one thread */
	bool has_memos;          /* once they were asked for */
	struct vt__memo_constants constants;
	uintptr_t ips[VT__WALKER_ROOM]; /* of the walk, until vt__unwind_end() */
	uintptr_t sps[VT__WALKER_ROOM];
} __attribute__((aligned(64)));

/* Whether a thread's own walker is not in use, as a signal handler finds it that
 * interrupted a walk, and of this generation plus one. */
static inline bool vt__walker_is_ready(const struct vt__walker *walker, uint64_t generation)
{
	return walker->ready == generation;
}

/* The same of any generation. */
static inline bool vt__walker_is_in_use(const struct vt__walker *walker)
{
	return walker->ready == VT__WALKER_IN_USE;
}

/* Of a walker that is ready: a thread's own needs no locked instruction. */
static inline void vt__walker_begin(struct vt__walker *walker)
{
	walker->ready = VT__WALKER_IN_USE;
	atomic_signal_fence(memory_order_seq_cst);
}

/* The calling thread's walker, for this walk alone. NULL if it is in use: in a
 * signal handler that interrupted a walk, or by another of very many threads. */
struct vt__walker *vt__walker_take(uint32_t generation);

/* Ends the use, of a thread's own that was ready. */
static inline void vt__walker_give_own(struct vt__walker *walker, uint64_t generation)
{
	atomic_signal_fence(memory_order_seq_cst);
	walker->ready = generation;
}

/* Ends the use. */
static inline void vt__walker_give(struct vt__walker *walker)
{
	if (VT__UNLIKELY(walker->shared)) {
		atomic_store_explicit(&walker->busy, false, memory_order_release);
		return;
	}
	vt__walker_give_own(walker, walker->generation);
}

/* The calling thread left its walk by a jump: what it remembers may be half changed. A walker
 * that threads share stays in use. */
void vt__walker_left(void);

#endif
