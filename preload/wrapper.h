/*
 * The parts that every wrapper is made of.
 *
 * A wrapper's call is recorded unless the thread is inside another wrapper
 * already: what the driver, or a library called by it, does on its own behalf
 * belongs to the outer call.
 */
#ifndef VT_PRELOAD_WRAPPER_H
#define VT_PRELOAD_WRAPPER_H

#include <errno.h>
#include <stdbool.h>

#include "preload/driver.h"

#define VT__EXPORT __attribute__((visibility("default")))
#define VT__WRAPPER VT__EXPORT CUresult CUDAAPI
#define VT__THREAD_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))

extern VT__THREAD_LOCAL unsigned vt__wrapper_depth __attribute__((visibility("hidden")));

/* Whether the call that begins here is the thread's outermost; every begin has
 * its end. */
static inline bool vt__wrapper_begin(void)
{
	return vt__wrapper_depth++ == 0;
}

static inline void vt__wrapper_end(void)
{
	vt__wrapper_depth--;
}

#endif
