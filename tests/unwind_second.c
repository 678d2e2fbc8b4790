/* A second opinion on a stack: libunwind's, or the compiler's unwinder's. */
#include "config.h"

#include "tests/unwind_second.h"

#if defined(__aarch64__)
#include <unwind.h>

struct taking {
	const struct vt__unwind_start *start;
	uintptr_t *ips;
	unsigned count, most;
	bool truncated;
};

/* What is inside of the start is passed over. */
static _Unwind_Reason_Code meet(struct _Unwind_Context *context, void *closure)
{
	struct taking *taking = closure;
	uintptr_t ip = vt__arch_strip(_Unwind_GetIP(context));

	if (!taking->count && ip != taking->start->ip)
		return _URC_NO_REASON;
	if (!ip)
		return _URC_END_OF_STACK;
	if (taking->count == taking->most) {
		taking->truncated = true;
		return _URC_END_OF_STACK;
	}
	taking->ips[taking->count++] = ip;
	return _URC_NO_REASON;
}

unsigned unwind_second(const struct vt__unwind_start *start, uintptr_t *ips, unsigned most,
		       bool *truncated)
{
	struct taking taking = {.start = start, .ips = ips, .most = most};

	_Unwind_Backtrace(meet, &taking);
	*truncated = taking.truncated;
	return taking.count;
}

#else

unsigned unwind_second(const struct vt__unwind_start *start, uintptr_t *ips, unsigned most,
		       bool *truncated)
{
	return vt__unwind_reference(start, ips, most, truncated);
}

#endif
