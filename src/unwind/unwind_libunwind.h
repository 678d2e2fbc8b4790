/*
 * Stacks by libunwind, opened at run time with RTLD_LOCAL: linked into a
 * preloaded object it would take over the exceptions of the program.
 *
 * Only unw_step() is used. unw_backtrace() keeps frames of its own that no
 * flush reaches: after dlclose and dlopen its stacks can end early.
 */
#ifndef VT_LEDGER_UNWIND_LIBUNWIND_H
#define VT_LEDGER_UNWIND_LIBUNWIND_H

#include "unwind/unwind.h"

/* As vt__unwind_init(). */
int vt__libunwind_open(const char *beside);

/* Asked before each step: whether libunwind may be given this frame, whose tables it
 * will trust. */
typedef bool vt__libunwind_guard(const struct vt__unwind_start *frame, void *closure);

struct vt__libunwind_stack {
	uintptr_t *ips;
	uintptr_t *sps; /* the frames' stack pointers; NULL: not asked for */
	unsigned most;
	bool truncated;             /* there are frames for which there was no room */
	bool refused;               /* the guard ended the walk; it was asked of the last frame */
	vt__libunwind_guard *guard; /* NULL: every frame may be given */
	void *closure;
};

/* Walks from `start`. Returns how many frames; 0 if libunwind is not open. Takes the
 * loader's lock and locks of libunwind; may change errno. */
unsigned vt__libunwind_walk(const struct vt__unwind_start *start,
			    struct vt__libunwind_stack *stack);

/* Forgets what libunwind knows about loaded objects. */
void vt__libunwind_flush(void);

#endif
