/*
 * The parts that every wrapper is made of.
 *
 * A wrapper's call is recorded unless it is a part of another one of the thread:
 * what the driver, or a library called by it, does on its own behalf belongs to the
 * outer call (preload/doors/nested.h tells it from calls in handlers and callbacks).
 */
#ifndef VT_PRELOAD_WRAPPER_H
#define VT_PRELOAD_WRAPPER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "preload/base/attributes.h"
#include "preload/recorder/coverage.h"
#include "unwind/unwind.h"
#include "preload/driver/driver.h"
#include "preload/doors/nested.h"

/* The thread's innermost call that is recorded: where its wrapper was called. What
 * waits for it is known to nested.c. */
struct vt__under_way {
	uintptr_t ip;
	uintptr_t sp; /* 0: none is under way */
	struct vt__arch_record record;
	/* Whether the end of a call has nothing to do but to end: the thread is known to the
	 * certificate, and no other call waits. */
	bool is_known;
};
#define VT__THREAD_IS_NEW ((uintptr_t)1) /* as `sp`: the thread has made no call yet */

extern VT__THREAD_LOCAL struct vt__under_way vt__wrapper_under_way
	__attribute__((visibility("hidden")));

VT__SELDOM void vt__wrapper_end_slowly(void);

/* Whether the call of `function`, of a copy of the driver, that begins here is
 * recorded; then it has its end. A handler that comes between the two stores finds
 * no call under way. */
static inline bool vt__wrapper_begin(const struct vt__unwind_start *start, const void *function,
				     unsigned copy)
{
	if (VT__UNLIKELY(vt__wrapper_under_way.sp))
		return vt__nested_begin(start, function, copy);
	vt__wrapper_under_way.ip = start->ip;
	vt__wrapper_under_way.record = start->record;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	vt__wrapper_under_way.sp = start->sp;
	if (copy)
		vt__driver_current = copy;
	return true;
}

static inline void vt__wrapper_end(unsigned copy)
{
	if (VT__UNLIKELY(!vt__wrapper_under_way.is_known)) {
		vt__wrapper_end_slowly();
		return;
	}
	if (copy)
		vt__driver_current = 0;
	vt__wrapper_under_way.sp = 0;
}

#endif
