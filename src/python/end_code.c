/*
 * Where the function is that ends the interpreter.
 */
#include "config.h"

#include <string.h>

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

	if (wrapper->code_length > WRAPPER_BYTES || vt__object_end(object, wrapper->code) < end)
		return false;
	for (uintptr_t at = wrapper->code; at + JUMP_BYTES <= end; at++) {
		uintptr_t target;
		int32_t distance; /* nowhere aligned */

		if (vt__read_byte(at) != JUMP)
			continue;
		memcpy(&distance, (const void *)(at + 1), sizeof(distance));
		target = at + JUMP_BYTES + (uintptr_t)(intptr_t)distance;
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
