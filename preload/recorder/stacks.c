/* Takes the stack of a call. */
#include "config.h"

#include <errno.h>

#include "python/python.h"
#include "unwind/own_stack.h"
#include "preload/base/message.h"
#include "preload/base/options.h"
#include "preload/recorder/process.h"
#include "preload/recorder/stacks.h"

#define FRAMES_MOST 256

/* verify_stacks=1: compares with libunwind and says what differs. */
static void verify(const struct vt__unwind_start *start, const struct vt__stack *stack)
{
	uintptr_t reference[FRAMES_MOST];
	bool truncated;
	unsigned depth = vt__unwind_reference(start, reference, (unsigned)vt__options()->depth,
					      &truncated);
	unsigned same = 0;

	while (same < depth && same < stack->depth && reference[same] == stack->ips[same])
		same++;
	if (depth && (same < depth || same < stack->depth))
		vt__message(
			"vramtrack: verify_stacks: %u frames, libunwind has %u; they differ from "
			"frame %u: %#lx, libunwind %#lx\n",
			stack->depth, depth, same,
			same < stack->depth ? (unsigned long)stack->ips[same] : 0,
			same < depth ? (unsigned long)reference[same] : 0);
}

struct with_stack {
	const struct vt__unwind_start *start;
	vt__stack_work *work;
	void *closure;
};

/* Apart for the room that Python frames take. */
static VT__APART void take_python_and_work(const struct with_stack *with)
{
	int saved = errno;
	uintptr_t ips[FRAMES_MOST], sps[FRAMES_MOST];
	struct vt__python_stack python;
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	struct vt__stack stack;

	vt__unwind_places(with->start, ips, sps, (unsigned)vt__options()->depth, &stack);
	if (vt__options()->verify_stacks)
		verify(with->start, &stack);
	if (vt__python_take(with->start, &python, &stack) != VT__PYTHON_LOST_NOTHING && ledger)
		vt__ledger_lose(ledger, VT_LOSS_PYTHON_FRAMES);
	errno = saved;
	with->work(&stack, with->closure);
}

static void take_stack_and_work(void *closure)
{
	const struct with_stack *with = closure;
	int saved = errno;
	uintptr_t ips[FRAMES_MOST];
	struct vt__stack stack;

	if (vt__python_is_here()) {
		take_python_and_work(with);
		return;
	}
	vt__unwind_stack(with->start, ips, (unsigned)vt__options()->depth, &stack);
	if (vt__options()->verify_stacks)
		verify(with->start, &stack);
	errno = saved;
	with->work(&stack, with->closure);
}

void vt__record_with_stack(const struct vt__unwind_start *start, vt__stack_work *work,
			   void *closure)
{
	struct with_stack with = {start, work, closure};

	vt__own_stack_run(take_stack_and_work, &with);
}

bool vt__stack_known_mixed(const struct vt__unwind_start *start, struct vt__stack *out)
{
	return vt__python_is_here() && !vt__options()->verify_stacks &&
	       vt__unwind_known(start, (unsigned)vt__options()->depth, out) &&
	       vt__python_known(out);
}

bool vt__stack_begin(const struct vt__unwind_start *start, struct vt__stack *out)
{
	int saved = errno;
	bool begun = !vt__options()->verify_stacks && !vt__python_is_here() &&
		     vt__unwind_begin(start, (unsigned)vt__options()->depth, out);

	errno = saved;
	return begun;
}
