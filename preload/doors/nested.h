/*
 * Calls that begin while another call of their thread is under way: a part of it,
 * calls of their own in a signal handler or a callback, or the proof that it was
 * left by a jump.
 *
 * For the wrappers alone (preload/doors/wrapper.h). Async-signal-safe; leaves errno alone.
 */
#ifndef VT_PRELOAD_NESTED_H
#define VT_PRELOAD_NESTED_H

#include <stdbool.h>

#include "base/attributes.h"
#include "unwind/unwind.h"
#include "preload/driver/driver_api.h"

/* Whether the call of `function` that begins at `start` is to be recorded as one of
 * its own; then vt__nested_end() ends it. If not, it is a part of the call under
 * way, or was counted as not recorded. */
VT__SELDOM bool vt__nested_begin(const struct vt__unwind_start *start, const void *function,
				 unsigned copy);

/* Ends the thread's innermost recorded call; false if it was an outermost one. */
bool vt__nested_end(void);

/* Whether a call of the thread is under way where something begins at `start`. */
bool vt__nested_is_inside(const struct vt__unwind_start *start);

/* The thread comes to its end: what is under way will not return. */
void vt__nested_thread_ends(void);

#endif
