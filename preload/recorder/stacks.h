/*
 * The stack of a call, as the options want it. Leaves errno alone.
 */
#ifndef VT_PRELOAD_STACKS_H
#define VT_PRELOAD_STACKS_H

#include "base/attributes.h"
#include "unwind/unwind.h"

/* Takes the stack of a call and does `work` with it. Both need some kilobytes of room,
 * and have them on a stack of our own: the work starts no process and waits for none. */
typedef void vt__stack_work(const struct vt__stack *stack, void *closure);
VT__APART void vt__record_with_stack(const struct vt__unwind_start *start, vt__stack_work *work,
				     void *closure);

#endif
