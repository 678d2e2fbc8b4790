/*
 * Walks that come again: the words of the stack that a walk depended on, to be
 * compared instead of walked.
 *
 * Every step of a walk by call frame information follows from the return
 * address it is at, the stack pointer, the words that it read and nothing else.
 * A memo lists the words in the order in which they were read, with their
 * addresses and values: where each return address was and, for rules that use
 * rbp, where that was. So when a walk begins at the same address with the same
 * stack pointer, and word after word still holds what it held, every step is
 * the step it was then: by induction the whole walk is the same. It is a proof,
 * not a guess, and nothing depends on who made the memo or what ran since, as
 * long as no object was unloaded (the generation). A word may be read because
 * it belongs to a frame which the words before it have proven to be there.
 *
 * Where a word differs, the walk goes another way from there: if that way was
 * remembered, too, its memo continues with the next word, since all words
 * before are the same in both.
 *
 * What steps of other kinds depend on is not listed in words: a walk over a
 * signal frame, through generated code or by libunwind has no memo.
 */
#ifndef VT_LEDGER_UNWIND_MEMO_H
#define VT_LEDGER_UNWIND_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "unwind/stack.h"
#include "unwind/unwind.h"

/* Of a frame that keeps a frame pointer there are two: where it was, and the return address. */
#define VT__MEMO_WORDS 192u
#define VT__MEMO_MOST UINT16_MAX /* frames asked for; walks for more have no memo */

struct vt__memo_word {
	uintptr_t at; /* address */
	uintptr_t value;
};

/* What every hit reads comes first, in one cache line. */
struct vt__memo {
	uintptr_t ip; /* where the walk begins */
	uintptr_t sp;
	struct vt__memo_word *end; /* after the last word */
	struct vt__stack_note note;
	struct vt__hash128 key;
	uint32_t serial; /* no two of a thread's memos have the same; 0: none */
	uint16_t most;   /* frames that were asked for */
	uint8_t depth;   /* of the stack */
	bool truncated;
	struct vt__memo_word
		words[]; /* after the last: one that never agrees; then struct vt__memo_rest */
} __attribute__((aligned(64)));
_Static_assert(offsetof(struct vt__memo, words) == 64, "one cache line");
_Static_assert(VT__MEMO_WORDS < UINT8_MAX, "a depth is a byte");

/* Behind the word that never agrees: what a part above noted (vt__unwind_note_beside()). It is
 * where a hit has come to. */
struct vt__memo_rest {
	uint64_t beside;
	uintptr_t ips[]; /* the return addresses of its walk */
};

static inline struct vt__memo_rest *vt__memo_rest(const struct vt__memo *memo)
{
	return (struct vt__memo_rest *)(memo->end + 1);
}

static inline const uintptr_t *vt__memo_ips(const struct vt__memo *memo)
{
	return vt__memo_rest(memo)->ips;
}

/* The words of a walk of which a memo is to be made. */
struct vt__memo_draft {
	unsigned count; /* of all, also of those for which there is no room */
	struct vt__memo_word words[VT__MEMO_WORDS];
};

/* What words are compared with that are none of the stack's. Beside what else each walk reads of
 * its thread. */
struct vt__memo_constants {
	uintptr_t zero; /* of the word at a memo's end: it never holds 1 */
	uintptr_t bp;   /* that the walk at hand begins with */
};

/* A thread's memos, one behind the other; about 4 MiB of zero pages, of which those in use take
 * memory. */
struct vt__memos;

/* Where a walk left what is remembered. */
struct vt__memo_miss {
	uint32_t serial; /* of the memo whose word differs; 0: none begins like this */
	uint32_t word;   /* its number */
	uintptr_t value; /* what it holds now */
};

/* NULL when there is no memory. They stay until the process ends, and so do the constants: a thread
 * that has ended leaves them to another. Keeps errno. */
struct vt__memos *vt__memos_make(struct vt__memo_constants *constants);

/* An object was unloaded. */
void vt__memos_clear(struct vt__memos *memos);

/* The memo of the walk that begins at `start`; constants->bp is its start->bp, by the caller. NULL
 * if it is none that is remembered: `miss` says where it left. */
struct vt__memo *vt__memos_find(struct vt__memos *memos, const struct vt__unwind_start *start,
				unsigned most, struct vt__memo_miss *miss);

/* The same in parts, of which the first alone is done as a rule: the memo that most likely begins
 * at `start`, whatever number of frames it is of; NULL: vt__memos_look_on() looks for it. `left`:
 * where the walk leaves it; NULL: nowhere, it is the walk's. Else vt__memos_go_on() finds that;
 * NULL: it is none that is remembered. */
struct vt__memo *vt__memos_look(struct vt__memos *memos, const struct vt__unwind_start *start,
				const struct vt__memo_word **left);
struct vt__memo *vt__memos_look_on(struct vt__memos *memos, const struct vt__unwind_start *start);
struct vt__memo *vt__memos_go_on(struct vt__memos *memos, struct vt__memo *memo,
				 const struct vt__memo_word *left);

/* Whether something is a part of a memo. */
bool vt__memos_have(const struct vt__memos *memos, const void *part);

/* Whether to make a memo: a walk that left there was seen before. */
bool vt__memos_want(struct vt__memos *memos, const struct vt__unwind_start *start,
		    const struct vt__memo_miss *miss);

/* What to fill in for one: it has no words yet. */
struct vt__memo_draft *vt__memos_begin(struct vt__memos *memos);

/* Makes a memo of it, in place of the oldest, of the walk with that stack. */
void vt__memos_add(struct vt__memos *memos, const struct vt__memo_draft *draft,
		   const struct vt__unwind_start *start, const struct vt__stack *stack,
		   unsigned most, const struct vt__memo_miss *miss);

/* The walk that left there can have no memo: do not try again. */
void vt__memos_refuse(struct vt__memos *memos, const struct vt__unwind_start *start,
		      const struct vt__memo_miss *miss);

#endif
