/*
 * The way along the thread's stack from one call to another that began before it.
 *
 * Every page that is read is tested before: the other call's frame may be gone, and
 * its stack with it. Async-signal-safe; takes no lock; errno is left alone.
 */
#ifndef VT_LEDGER_UNWIND_WAY_H
#define VT_LEDGER_UNWIND_WAY_H

#include <stdbool.h>
#include <stdint.h>

#include "unwind/unwind.h"

struct vt__way {
	bool met;         /* the other call is under way: its caller waits for it */
	bool complete;    /* the walk came there, or to the stack's end */
	bool over_signal; /* a signal handler lies between */
	uintptr_t called; /* within the function that the other call had called; 0: none */
	uintptr_t end;    /* stack pointer of the last frame seen */
};

/* From the call that began at `from` to the one that began at `to`, of which sp
 * and ip are looked at. */
void vt__unwind_way(const struct vt__unwind_start *from, const struct vt__unwind_start *to,
		    struct vt__way *out);

/* Whether a function of the code in [start, end) has a frame above the stack pointer `above`
 * on the way outwards from the call that began at `from`; true, too, if the way could not
 * be followed to its end. */
bool vt__unwind_passes(const struct vt__unwind_start *from, uintptr_t above, uintptr_t start,
		       uintptr_t end);

/* Whether the frame of the call that began at `to` was not written over: so is
 * that of a call on another stack, and for a while that of a call which is gone. */
bool vt__unwind_is_intact(const struct vt__unwind_start *to);

/* Where the stack ends on which an intact call began; 0: not known. */
uintptr_t vt__unwind_end_of(const struct vt__unwind_start *to);

#endif
