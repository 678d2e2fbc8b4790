/*
 * Stack numbers.
 *
 * Two tables: by return addresses as they were taken, which answers in the
 * hot path, and by frames (module and address in its file), which makes a
 * stack through a library that was closed and opened again the same stack.
 * When an object is unloaded the first table is emptied, because return
 * addresses then may mean other code.
 *
 * Not thread-safe: the ledger's lock covers it, except vt__stacks_key().
 */
#ifndef VT_LEDGER_STACKS_H
#define VT_LEDGER_STACKS_H

#include <stdint.h>

#include "base/attributes.h"
#include "ledger/ledger.h"
#include "ledger/modules.h"
#include "ledger/sites.h"
#include "ledger/sources.h"
#include "recording/store.h"
#include "base/table.h"

#define VT__STACK_MOST 512u /* frames */

/* Frames of a stack that is new when the recording has come near its limit. */
#define VT__STACK_SHORT 8u

/* A stack that is known, and the site that it was last used for. What the hot
 * path reads comes first, and is one cache line: the arena's blocks of this size
 * are aligned to it. */
struct vt__stack_node {
	struct vt__site_use site;
	uint32_t number;    /* VT_FORMAT_NONE: not kept */
	uint16_t looked_by; /* low bits of the thread that was in it last (ledger/calls.h) */
	uint16_t call_from; /* of the function whose calls are marks (ledger/calls.h); 0: not in it
			     */
	struct vt__hash128 key;
	UT_hash_handle hh;
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct vt__stack_node) == 128, "two cache lines");

struct vt__frames_node;

struct vt__stacks {
	struct vt__stack_node *by_ips;
	struct vt__frames_node *by_frames;
	uint64_t bytes_most;             /* limit of the recording; 0: none */
	union vt__stack_stamp *stamp;    /* the ledger, and the return addresses' in by_ips */
	struct vt__stack_node spare;     /* for a stack that has no node */
	uint64_t frames[VT__STACK_MOST]; /* scratch */
};

/* Of enum vt_format_stack_end. */
static inline unsigned vt__stack_end(const struct vt__stack *stack)
{
	return (stack->truncated ? VT_FORMAT_STACK_CUT : 0u) |
	       (stack->is_lost ? VT_FORMAT_STACK_LOST : 0u);
}

/* What equal stacks of one generation have in common. `stack` may be NULL. */
struct vt__hash128 vt__stacks_key(const struct vt__stack *stack);

/* The same where it is already, else in `room`. */
static inline const struct vt__hash128 *vt__stacks_key_at(const struct vt__stack *stack,
							  struct vt__hash128 *room)
{
	if (VT__LIKELY(stack && stack->has_key))
		return &stack->key;
	*room = vt__stacks_key(stack);
	return room;
}

/* NULL if the stack is not known. */
struct vt__stack_node *vt__stacks_find(struct vt__stacks *stacks, const struct vt__stack *stack,
				       const struct vt__hash128 *key);

/* What makes frames of a stack. */
struct vt__frame_names {
	const struct vt__modules *modules;
	struct vt__sources *sources;
	struct vt__strings *strings;
};

/* Enters a stack that is not known. Never NULL; valid until the next call. */
struct vt__stack_node *vt__stacks_add(struct vt__stacks *stacks, struct vt__store *store,
				      const struct vt__frame_names *names,
				      const struct vt__stack *stack, const struct vt__hash128 *key);

/* The node of no stack at all. */
struct vt__stack_node *vt__stacks_none(struct vt__stacks *stacks);

#endif
