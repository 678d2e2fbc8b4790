/*
 * A stack, between the unwinder that takes it and the ledger that knows it by
 * a number.
 */
#ifndef VT_LEDGER_STACK_H
#define VT_LEDGER_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"

struct vt__python_stack;
struct vt__stack_node;

/* Room for what the ledger knows of a stack, with a stack that may come again.
 * Zero, or what the ledger noted; only the ledger looks into it. Whoever puts
 * another stack in its place zeroes it. */
struct vt__stack_note {
	union vt__stack_stamp {
		struct {
			uint32_t ledger;     /* its number; 0: nothing noted */
			uint32_t generation; /* of the stack */
		};
		uint64_t both; /* to be compared at once */
	} stamp;
	struct vt__stack_node *node;
};

/* What one that comes again has each time, to be copied as a word. */
struct vt__stack_form {
	uint32_t depth;
	bool truncated;
	bool is_lost;     /* nothing tells how to go on from the last frame */
	bool is_borrowed; /* a signal handler may change what `ips` points at; the key stays true */
	bool has_key;     /* else vt__stacks_key() makes it of the above */
};

/* Return addresses, innermost first. */
struct vt__stack {
	const uintptr_t *ips;
	union {
		struct {
			uint32_t depth;
			bool truncated, is_lost, is_borrowed, has_key;
		};
		struct vt__stack_form form;
	};
	struct vt__hash128 key;
	struct vt__stack_note *note; /* of the calling thread alone; NULL: none */
	uint64_t beside;             /* noted by vt__unwind_note_beside(); 0: nothing */
	uint32_t generation;         /* vt__unwind_generation() when it was taken */
	bool passed_signal;          /* a frame of it was interrupted by a signal */
	/* The stack pointer of each frame, 0 where it is not known; NULL: not kept. As long
	 * as `ips` is. */
	const uintptr_t *sps;
	/* Python frames among them, which the key is of too; NULL: none. Valid as long as the
	 * call that the stack is of. */
	const struct vt__python_stack *python;
};

/* What equal stacks of one generation have in common. `end`: of enum vt_format_stack_end. */
static inline struct vt__hash128 vt__stack_hash(const uintptr_t *ips, unsigned depth, unsigned end)
{
	_Static_assert(sizeof(uintptr_t) == sizeof(uint64_t), "64-bit machines only");
	return vt__hash_words((const uint64_t *)ips, depth, end);
}

#endif
