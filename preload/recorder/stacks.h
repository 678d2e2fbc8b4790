/*
 * The stack of a call, as the options want it. Leaves errno alone.
 */
#ifndef VT_PRELOAD_STACKS_H
#define VT_PRELOAD_STACKS_H

#include <stdbool.h>

#include "base/attributes.h"
#include "unwind/unwind.h"
#include "preload/base/options.h"

/* Takes the stack of a call and does `work` with it. Both need some kilobytes of room,
 * and have them on a stack of our own: the work starts no process and waits for none. */
typedef void vt__stack_work(const struct vt__stack *stack, void *closure);
VT__APART void vt__record_with_stack(const struct vt__unwind_start *start, vt__stack_work *work,
				     void *closure);

/* The stack of a call that the thread remembers and that is all that there is; false of all
 * others. */
static inline bool vt__stack_known(const struct vt__unwind_start *start, struct vt__stack *out)
{
	return !vt__unwind_is_part() &&
	       vt__unwind_known(start, (unsigned)vt__options_known()->depth, out);
}

/* The same of one with Python frames. */
bool vt__stack_known_mixed(const struct vt__unwind_start *start, struct vt__stack *out);

/* The stack of a call without a stack of our own, whose beginning and end are system calls,
 * until vt__unwind_end(). False where there is no room. */
bool vt__stack_begin(const struct vt__unwind_start *start, struct vt__stack *out);

#endif
