/*
 * Whether the interpreter has begun to end.
 *
 * It says so itself (`_PyRuntime.finalizing`) only after its exit handlers have run, and
 * those of frameworks free what was kept. So the call that a stack is of is also looked
 * at: below the function that ends the interpreter it has begun.
 */
#include "config.h"

#include "python/walk.h"

bool vt__python_ends(const struct vt__stack *stack)
{
	const uint32_t generation = stack ? stack->generation : vt__unwind_generation();
	const struct vt__python *python = vt__python_of(generation);

	if (!python)
		return false;
	if (__atomic_load_n((const uintptr_t *)python->finalizing, __ATOMIC_RELAXED))
		return true;
	for (unsigned i = stack ? stack->depth : 0; i-- > 0;)
		if (stack->ips[i] > python->end_code && stack->ips[i] <= python->end_end)
			return true;
	return false;
}
