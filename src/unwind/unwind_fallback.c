/*
 * Walks by libunwind: the frames that a rule cannot express, and the reference.
 */
#include "config.h"

#include <errno.h>

#include "unwind/own_stack.h"
#include "unwind/unwind.h"
#include "unwind/unwind_fallback.h"

/* Whether libunwind may be given the frame; the walk is then at it. */
static bool may_be_given(const struct vt__unwind_start *frame, void *closure)
{
	struct vt__walk *walk = closure;
	bool interrupted = walk->interrupted;

	vt__walk_to_caller(walk, frame->ip, frame->sp, frame->bp, 0);
	if (interrupted)
		walk->pc = frame->ip;
	return vt__walk_is_plain(walk);
}

/* As far as its tables are plain. Returns how many frames; the walk is at the last. */
static unsigned walk_guarded(const struct vt__unwind_start *start, struct vt__walk *walk,
			     struct vt__libunwind_stack *stack)
{
	int saved_errno = errno;
	unsigned count;

	stack->guard = may_be_given;
	stack->closure = walk;
	count = vt__libunwind_walk(start, stack);
	errno = saved_errno;
	return count;
}

struct walking {
	const struct vt__unwind_start *start;
	struct vt__walk *walk;
	struct vt__libunwind_stack *stack;
	unsigned count;
};

static void walk_on_own_stack(void *closure)
{
	struct walking *it = closure;

	it->count = walk_guarded(it->start, it->walk, it->stack);
}

unsigned vt__fallback_walk(const struct vt__unwind_start *start, struct vt__walk *walk,
			   struct vt__libunwind_stack *stack)
{
	struct walking it = {start, walk, stack, 0};

	vt__own_stack_run(walk_on_own_stack, &it);
	return it.count;
}
