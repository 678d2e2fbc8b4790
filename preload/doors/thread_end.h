/*
 * Hears of the ends of threads that were in a driver call.
 */
#ifndef VT_PRELOAD_THREAD_END_H
#define VT_PRELOAD_THREAD_END_H

#include <stdint.h>

#include "base/attributes.h"

/* The calling thread's end, be it by pthread_exit() or by cancellation in the middle of
 * a call, is told to vt__source.ends(). `inside` is not 0 while a call of it is under way:
 * that is told at the end of the process. Async-signal-safe; leaves errno alone. */
VT__SELDOM void vt__thread_end_watch(const uintptr_t *inside);

#endif
