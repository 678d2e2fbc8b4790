/*
 * What the ledger notes with a stack that a thread remembers.
 */
#include "config.h"

#include <stddef.h>

#include "unwind/unwind.h"
#include "unwind/walker.h"

/* The memo that a stack has its note in, in whose place may be another by now. */
static struct vt__memo *memo_of_note(const struct vt__walker *walker, const struct vt__stack *stack)
{
	if (!walker->memos || !vt__memos_have(walker->memos, stack->note))
		return NULL;
	return (struct vt__memo *)((char *)stack->note - offsetof(struct vt__memo, note));
}

/* Of a walker that no handler changes meanwhile: whether it is still the stack's. The key and the
 * note are in one line, which memos fill as a whole. */
static bool is_memo_of(const struct vt__memo *memo, const struct vt__walker *walker,
		       const struct vt__stack *stack)
{
	return walker->generation == (uint64_t)stack->generation + 1 &&
	       memo->key.low == stack->key.low && memo->key.high == stack->key.high;
}

void vt__unwind_note(const struct vt__stack *stack, const struct vt__stack_note *note)
{
	struct vt__walker *walker = vt__visitor.walker;
	const struct vt__memo *memo = memo_of_note(walker, stack);
	const bool is_in_use = vt__walker_is_in_use(walker);

	if (memo && !is_in_use)
		vt__walker_begin(walker);
	if (!memo || is_memo_of(memo, walker, stack))
		*stack->note = *note;
	if (memo && !is_in_use)
		vt__walker_give(walker);
}

void vt__unwind_note_beside(const struct vt__stack *stack, uint64_t number)
{
	struct vt__walker *walker = vt__visitor.walker;
	struct vt__memo *memo = memo_of_note(walker, stack);

	if (!memo || vt__walker_is_in_use(walker))
		return;
	vt__walker_begin(walker);
	if (is_memo_of(memo, walker, stack))
		vt__memo_rest(memo)->beside = number;
	vt__walker_give(walker);
}

struct vt__stack_note vt__unwind_noted_with(const struct vt__stack *stack)
{
	struct vt__walker *walker = vt__visitor.walker;
	const struct vt__memo *memo = memo_of_note(walker, stack);
	const bool is_in_use = vt__walker_is_in_use(walker);
	struct vt__stack_note note = {.node = NULL};

	if (memo && !is_in_use)
		vt__walker_begin(walker);
	if (!memo || is_memo_of(memo, walker, stack))
		note = *stack->note;
	if (memo && !is_in_use)
		vt__walker_give(walker);
	return note;
}
