/*
 * Functions with frame pointers but no call frame information.
 */
#include "tests/unwind_frames.h"

UNWIND_EXPORT void frames_untabled(unsigned depth, unwind_visit *visit, void *closure)
{
	if (depth == 0)
		visit(closure);
	else
		frames_untabled(depth - 1, visit, closure);
	__asm__ volatile("" ::: "memory");
}
