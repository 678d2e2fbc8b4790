/*
 * The wrappers: every row of VT_DRIVER_API, once for each copy of the driver.
 * Those of copy 0 are exported under the driver's own names.
 */
#include "config.h"

#include "base/attributes.h"
#include "preload/life/begin.h"
#include "preload/recorder/faults.h"
#include "preload/rules/call.h"
#include "preload/recorder/coverage.h"
#include "preload/doors/driver_wrappers.h"
#include "preload/doors/wrapper.h"

/* While the certificate is told, the call is still under way: what a handler then
 * calls is not recorded. */
void vt__wrapper_end_slowly(void)
{
	if (vt__nested_end())
		return;
	vt__wrapper_under_way.is_known = vt__coverage_thread_called();
	vt__driver_current = 0;
	vt__wrapper_under_way.sp = 0;
}

#define LIST(...) __VA_ARGS__

/* `looks`: whether a failure is looked at here. The rules of the functions that may be hot look at
 * it themselves, where nothing else is to be done. */
#define BODY(looks, copy, symbol, arguments)                                                       \
	{                                                                                          \
		const struct vt__driver *driver = vt__driver_copy(copy);                           \
		const symbol##_params seen = {LIST arguments};                                     \
		struct vt__call call;                                                              \
                                                                                                   \
		if (VT__UNLIKELY(!driver || !driver->symbol))                                      \
			return VT__NO_DRIVER;                                                      \
		call.start = VT__UNWIND_HERE();                                                    \
		if (VT__UNLIKELY(                                                                  \
			    !vt__wrapper_begin(&call.start, (const void *)driver->symbol, copy)))  \
			return driver->symbol arguments;                                           \
		call.driver = driver;                                                              \
		call.api = &vt__rules_##symbol.api;                                                \
		call.injected = VT_INJECTED_NOT;                                                   \
		if (VT__LIKELY(vt__before_##symbol(&call, &seen)))                                 \
			call.result = driver->symbol arguments;                                    \
		if ((looks) && VT__UNLIKELY(call.result != CUDA_SUCCESS))                          \
			vt__call_failed(&call);                                                    \
		vt__after_##symbol(&call, &seen);                                                  \
		vt__wrapper_end(copy);                                                             \
		return call.result;                                                                \
	}

#define HOT(symbol, parameters, arguments)                                                         \
	VT__WRAPPER symbol parameters BODY(false, 0, symbol, arguments)
#define API(symbol, parameters, arguments)                                                         \
	VT__WRAPPER symbol parameters BODY(true, 0, symbol, arguments)
VT_DRIVER_HOT_API(HOT)
VT_DRIVER_OTHER_API(API)
#undef HOT
#undef API

#define HOT(symbol, parameters, arguments)                                                         \
	CUresult CUDAAPI vt__second_##symbol parameters BODY(false, 1, symbol, arguments)
#define API(symbol, parameters, arguments)                                                         \
	CUresult CUDAAPI vt__second_##symbol parameters BODY(true, 1, symbol, arguments)
VT_DRIVER_HOT_API(HOT)
VT_DRIVER_OTHER_API(API)
#undef HOT
#undef API

/* ---- Waiting: nothing is under way of ours meanwhile, so that it may be left by a jump ------ */

static VT__SELDOM void wait_failed(unsigned copy, const char *name, const void *function,
				   CUresult result, const struct vt__unwind_start *start)
{
	struct vt__ledger *ledger;

	if (!vt__fault_is(result) || !vt__wrapper_begin(start, function, copy))
		return;
	ledger = vt__fault_is_first() ? vt__begin_ledger() : NULL;
	if (ledger)
		vt__fault_record(ledger, name, result, start);
	vt__wrapper_end(copy);
}

#define WAIT(copy, symbol, arguments)                                                              \
	{                                                                                          \
		const struct vt__driver *driver = vt__driver_copy(copy);                           \
		struct vt__unwind_start start;                                                     \
		CUresult result;                                                                   \
                                                                                                   \
		if (VT__UNLIKELY(!driver || !driver->symbol))                                      \
			return VT__NO_DRIVER;                                                      \
		result = driver->symbol arguments;                                                 \
		if (VT__LIKELY(result == CUDA_SUCCESS))                                            \
			return result;                                                             \
		start = VT__UNWIND_HERE();                                                         \
		wait_failed(copy, #symbol, (const void *)driver->symbol, result, &start);          \
		return result;                                                                     \
	}

#define API(symbol, parameters, arguments) VT__WRAPPER symbol parameters WAIT(0, symbol, arguments)
VT_DRIVER_WAITS(API)
#undef API

#define API(symbol, parameters, arguments)                                                         \
	CUresult CUDAAPI vt__second_##symbol parameters WAIT(1, symbol, arguments)
VT_DRIVER_WAITS(API)
