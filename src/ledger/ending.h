/*
 * What was live when an interpreter began to end.
 *
 * Not thread-safe: the ledger's lock covers it. Within a change of the recording.
 */
#ifndef VT_LEDGER_ENDING_H
#define VT_LEDGER_ENDING_H

#include "base/attributes.h"
#include "python/python.h"

struct vt__ledger;

/* The rest of vt__ending_look(). */
VT__SELDOM void vt__ending_note(struct vt__ledger *ledger, const struct vt__stack *stack);

/* Before a change of what is live that may be the first since then: by a stack that is new,
 * or without one (NULL). A call below the function that ends an interpreter has a stack
 * that nobody had before. */
static inline void vt__ending_look(struct vt__ledger *ledger, const struct vt__stack *stack)
{
	if (vt__python_is_here())
		vt__ending_note(ledger, stack);
}

#endif
