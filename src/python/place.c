/*
 * Finds the C frame of each eval loop: the one whose part of the stack holds what the loop keeps
 * there; where that is not known, the next that is in the code of the eval loop.
 */
#include "config.h"

#include "python/place.h"

#include <string.h>

static bool is_eval(const struct vt__python *python, uintptr_t ip)
{
	return ip - python->eval_code < python->eval_end - python->eval_code;
}

/* The C frame whose part of the stack holds the place; depth: none does, as far as is known. The
 * end of the last is not. */
static unsigned find_by_place(const struct vt__python *python, const struct vt__stack *stack,
			      uintptr_t place)
{
	unsigned last = stack->depth - 1;

	for (unsigned i = 0; i < last; i++)
		if (stack->sps[i] && stack->sps[i] <= place && place < stack->sps[i + 1])
			return i;
	return stack->sps[last] && stack->sps[last] <= place && is_eval(python, stack->ips[last])
		       ? last
		       : stack->depth;
}

static unsigned find_by_code(const struct vt__python *python, const struct vt__stack *stack,
			     unsigned from)
{
	while (from < stack->depth && !is_eval(python, stack->ips[from]))
		from++;
	return from;
}

void vt__python_place(const struct vt__python *python, const struct vt__python_walk *walk,
		      const struct vt__stack *stack, struct vt__python_stack *out)
{
	unsigned frame = 0, before = 0;

	out->count = walk->count;
	out->more = walk->more;
	memcpy(out->frames, walk->frames, walk->count * sizeof(walk->frames[0]));
	for (unsigned i = 0; i < walk->loop_count; i++) {
		const struct vt__python_loop *loop = &walk->loops[i];
		unsigned found = loop->place ? find_by_place(python, stack, loop->place)
					     : find_by_code(python, stack, before + (i > 0));

		if (found > before)
			before = found;
		while (frame < loop->end)
			out->frames[frame++].before = before;
	}
	while (frame < out->count)
		out->frames[frame++].before = before;
}
