/*
 * Hears of the ends of threads that were in a driver call.
 */
#ifndef VT_PRELOAD_THREAD_END_H
#define VT_PRELOAD_THREAD_END_H

#include "base/attributes.h"

/* The calling thread's end, be it by pthread_exit() or by cancellation in the middle of
 * a call, is told to vt__source.ends(). Async-signal-safe; leaves errno alone. */
VT__SELDOM void vt__thread_end_watch(void);

#endif
