/*
 * The frames that a thread's last walk came through, to be checked instead of
 * looked up by the next one.
 *
 * A walk's state at a frame is ip, sp and rbp. Where the next state is stored
 * follows from that state and the rule for ip alone: the return address right
 * below the caller's sp, the caller's rbp in a slot or not at all. So when a
 * walk is in a state that was seen before, and those words still hold what
 * they held, the next state is the one seen then. This is a proof, not a guess;
 * nothing depends on who wrote the record or what ran in between, as long as no
 * object was unloaded (the generation). The words may be read, because they
 * belong to a frame that the walk has reached.
 */
#ifndef VT_LEDGER_UNWIND_REUSE_H
#define VT_LEDGER_UNWIND_REUSE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "unwind/unwind_memo.h"

#define VT__REUSE_FRAMES 126u
#define VT__REUSE_ROOM 256u /* return addresses */

struct vt__seen {
	uintptr_t ip;
	uintptr_t sp;
	uintptr_t bp;
	uintptr_t bp_slot; /* where bp was read on the way here; 0: nowhere */
};

/* `known` is filled from its end: [first, VT__REUSE_FRAMES), innermost first.
 * Behind it is one frame that no walk passes. */
struct vt__reuse {
	_Atomic bool busy;
	bool shared;             /* by more than one thread */
	bool ended;              /* the last known frame is the outermost */
	bool has_memos;          /* once they were asked for */
	struct vt__memos *memos; /* NULL: none */
	unsigned first;
	uint64_t generation; /* plus one; 0: never used */
	struct vt__seen known[VT__REUSE_FRAMES + 1];
	struct vt__seen fresh[VT__REUSE_FRAMES]; /* of the walk under way */
	uintptr_t ips[VT__REUSE_ROOM];           /* of the walk, until vt__unwind_end() */
};

/* The calling thread's record, once it has one of its own with memos. */
extern __thread struct vt__reuse *vt__reuse_own
	__attribute__((tls_model("initial-exec"), visibility("hidden")));

/* Whether a thread's own record is not in use, as a signal handler finds it that
 * interrupted a walk, and of this generation. */
static inline bool vt__reuse_is_ready(const struct vt__reuse *reuse, uint32_t generation)
{
	return reuse->generation == (uint64_t)generation + 1 &&
	       !atomic_load_explicit(&reuse->busy, memory_order_relaxed);
}

/* Of a record that is ready: a thread's own needs no locked instruction. */
static inline void vt__reuse_begin(struct vt__reuse *reuse)
{
	atomic_store_explicit(&reuse->busy, true, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
}

/* The calling thread's record, for this walk alone. NULL if it is in use: in a
 * signal handler that interrupted a walk, or by another of very many threads. */
struct vt__reuse *vt__reuse_take(uint32_t generation);

/* Ends the use. */
static inline void vt__reuse_give(struct vt__reuse *reuse)
{
	atomic_store_explicit(&reuse->busy, false, memory_order_release);
}

/* The calling thread left its walk by a jump: what it remembers may be half changed. A record
 * that threads share stays in use. */
void vt__reuse_left(void);

/* The new known frames: the first `count` fresh ones and then the known ones
 * from `rest` on; `ended` is about the last of all. */
void vt__reuse_keep(struct vt__reuse *reuse, unsigned count, unsigned rest, bool ended);

#endif
