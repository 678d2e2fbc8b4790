/* The whole stack by libunwind alone: what our own walk is compared with. */
#include "config.h"

#include "unwind/unwind.h"
#include "unwind/unwind_fallback.h"
#include "unwind/unwind_libunwind.h"

unsigned vt__unwind_reference(const struct vt__unwind_start *start, uintptr_t *ips, unsigned most,
			      bool *truncated)
{
	struct vt__walk walk = {.generation = vt__unwind_generation()};
	struct vt__libunwind_stack stack = {.ips = ips, .most = most};
	unsigned count = vt__fallback_walk(start, &walk, &stack);

	*truncated = stack.truncated;
	return stack.refused && !walk.ended ? 0 : count;
}
