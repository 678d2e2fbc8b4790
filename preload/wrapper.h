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

#include "ledger/attributes.h"
#include "preload/coverage.h"
#include "preload/driver.h"

#define VT__EXPORT __attribute__((visibility("default")))
#define VT__WRAPPER VT__EXPORT CUresult CUDAAPI
#define VT__THREAD_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))

extern VT__THREAD_LOCAL unsigned vt__wrapper_depth __attribute__((visibility("hidden")));

/* Whether vt__coverage_thread_called() has nothing more to do for the thread. */
extern VT__THREAD_LOCAL bool vt__wrapper_is_known __attribute__((visibility("hidden")));

/* Whether the call that begins here, of a copy of the driver, is the thread's
 * outermost; every begin has its end. */
static inline bool vt__wrapper_begin(unsigned copy)
{
	if (vt__wrapper_depth++ > 0)
		return false;
	if (copy)
		vt__driver_current = copy;
	return true;
}

static inline void vt__wrapper_end(unsigned copy)
{
	if (--vt__wrapper_depth > 0)
		return;
	if (copy)
		vt__driver_current = 0;
	if (VT__UNLIKELY(!vt__wrapper_is_known))
		vt__wrapper_is_known = vt__coverage_thread_called();
}

#endif
