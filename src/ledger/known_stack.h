/*
 * The node of a stack: at once where the ledger has noted it with the stack.
 *
 * Within a change of the recording.
 */
#ifndef VT_LEDGER_KNOWN_STACK_H
#define VT_LEDGER_KNOWN_STACK_H

#include "base/attributes.h"
#include "ledger/ending.h"
#include "ledger/private.h"
#include "unwind/unwind.h"

/* A note is of use while its node is in the table: for this ledger, until an
 * object is unloaded. A signal handler may put another stack in its place at any
 * time: that has another key, or no node yet. */
static inline struct vt__stack_node *vt__stack_noted(const struct vt__ledger *ledger,
						     const struct vt__stack *stack,
						     const struct vt__hash128 *key)
{
	struct vt__stack_note note;
	struct vt__stack_node *node;

	if (!stack->note)
		return NULL;
	note = vt__unwind_noted_with(stack);
	if (VT__UNLIKELY(note.stamp.both != ledger->stamp.both) ||
	    VT__UNLIKELY(note.stamp.generation != stack->generation))
		return NULL;
	node = note.node;
	if (!node || VT__UNLIKELY((node->key.low != key->low) | (node->key.high != key->high)))
		return NULL;
	return node;
}

/* Of a stack that the ledger has not noted: one that it knows, or a new one. */
VT__APART struct vt__stack_node *vt__stack_enter(struct vt__ledger *ledger,
						 const struct vt__stack *stack,
						 const struct vt__hash128 *key);

/* The node of a stack, NULL for none. Valid until the lock is given up. */
static inline struct vt__stack_node *vt__ledger_stack(struct vt__ledger *ledger,
						      const struct vt__stack *stack,
						      const struct vt__hash128 *key)
{
	struct vt__stack_node *node;

	if (VT__LIKELY(stack)) {
		node = vt__stack_noted(ledger, stack, key);
		if (VT__LIKELY(node))
			return node;
	}
	if (VT__LIKELY(stack && stack->depth))
		return vt__stack_enter(ledger, stack, key);
	vt__ending_look(ledger, NULL);
	return vt__stacks_none(&ledger->stacks);
}

#endif
