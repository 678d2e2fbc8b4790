/*
 * The threads that made a recorded call, for what they have under way when the process ends.
 *
 * Calls are as frequent as allocations, so a thread tells of none: it is met at its first, and
 * whoever ends the process looks at each one's own mark. A forked child begins with none.
 * Async-signal-safe but for vt__threads_inside().
 */
#ifndef VT_PRELOAD_THREADS_H
#define VT_PRELOAD_THREADS_H

#include <stdint.h>

#include "base/attributes.h"

/* The calling thread: `inside` is in its own memory, and not 0 while a call is under way. Its end
 * must be watched: vt__threads_part() comes before its memory goes. */
VT__SELDOM void vt__threads_meet(const uintptr_t *inside);

/* The calling thread ends. */
VT__SELDOM void vt__threads_part(void);

/* How many, but for the calling one, have a call under way. */
unsigned vt__threads_inside(void);

#endif
