/*
 * One function whose code has the same size, at the same place, in two modules
 * that differ in FRAME_BYTES: what is known about one is wrong for the other.
 */
#include "tests/unwind_frames.h"

UNWIND_EXPORT void frames_swap(unsigned depth, unwind_visit *visit, void *closure)
{
	volatile char space[FRAME_BYTES];

	space[0] = (char)depth;
	if (depth == 0)
		visit(closure);
	else
		frames_swap(depth - 1, visit, closure);
	space[1] = space[0];
}
