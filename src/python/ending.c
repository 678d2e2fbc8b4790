/*
 * Whether the interpreter has begun to end.
 *
 * It says so itself (`_PyRuntime.finalizing`) only after its exit handlers have run, and
 * those of frameworks free what was kept. So the call that a stack is of is also looked
 * at: below the function that ends the interpreter it has begun.
 */
#include "config.h"

#include "python/walk.h"
#include "unwind/unwind_fde.h"

/* A function that only passes on to another is shorter. */
#define WRAPPER_BYTES 96u
#define JUMP_BYTES 5u
#define JUMP 0xe9u /* with 32 bits, from what is behind it */

/* From 3.13 on the exported function jumps to the one that does the work, so that no stack has
 * it: the jump leads to where another function begins. */
static bool find_target(const struct vt__object *object, const struct vt__fde *wrapper,
			struct vt__fde *out)
{
	const uintptr_t end = wrapper->code + wrapper->code_length;

	if (wrapper->code_length > WRAPPER_BYTES)
		return false;
	for (uintptr_t at = wrapper->code; at + JUMP_BYTES <= end; at++) {
		uintptr_t target;

		if (vt__read_byte(at) != JUMP)
			continue;
		target = at + JUMP_BYTES + (uintptr_t)(intptr_t)(int32_t)vt__read_half(at + 1);
		if ((target < wrapper->code || target >= end) && vt__object_end(object, target) &&
		    vt__fde_find(object, target, out) == 0 && out->code == target)
			return true;
	}
	return false;
}

void vt__python_note_end(struct vt__python *python, const struct vt__object *object,
			 const struct vt__fde *exported)
{
	struct vt__fde target;
	const struct vt__fde *function = find_target(object, exported, &target) ? &target
										: exported;

	python->end_code = function->code;
	python->end_end = function->code + function->code_length;
}

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
