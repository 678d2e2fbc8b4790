/*
 * Calls of a function as marks: of a program that nobody may change.
 *
 * A call of the function is seen by the stacks of what it allocates and frees. It is taken as a new
 * one where the thread's last recorded call was made outside of it, where the function is called
 * from another place, and where the stack comes again with which the thread's last call of it
 * began.
 *
 * Only where that is asked for is every recorded call looked at: the ledger then notes no node
 * with a stack (ledger/known_stack.h), so that each comes to vt__stack_enter().
 *
 * Not thread-safe: the ledger's lock covers it. Within a change of the recording.
 */
#ifndef VT_LEDGER_CALLS_H
#define VT_LEDGER_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#define VT__CALLS_ROWS 256u /* threads whose numbers fall on one row begin anew each time */

struct vt__ledger;
struct vt__stack;
struct vt__stack_node;

/* Of one thread. */
struct vt__calls_row {
	uint32_t thread;
	uint32_t begin; /* number of the stack with which its last call began */
	uint16_t from;  /* the place that it was called from */
	bool is_sure;   /* that one has come again */
	bool inside;    /* the last recorded call was made in the function */
	bool began;     /* and began a call of it */
};

struct vt__calls {
	bool wanted;
	bool of_block; /* what is looked at is a block of a cache */
	bool aside;    /* a stack is entered that is of no call of its own, or of an object: a
			* library's    handle makes many at once, the first time */
	struct vt__calls_row rows[VT__CALLS_ROWS];
};

/* Of a stack that is new, whose frames are still in the scratch: 0 if it has not the function, else
 * a number that tells the place that calls it (the outermost time) from others. */
uint16_t vt__calls_from(struct vt__ledger *ledger, const struct vt__stack *stack);

/* A recorded call of the calling thread, before it changes anything. */
void vt__calls_look(struct vt__ledger *ledger, struct vt__stack_node *node);

#endif
