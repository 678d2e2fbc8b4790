/*
 * The wrappers: every row of VT_DRIVER_API, once for each copy of the driver.
 * Those of copy 0 are exported under the driver's own names.
 */
#include "config.h"

#include "base/attributes.h"
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
	vt__wrapper_is_known = vt__coverage_thread_called();
	vt__driver_current = 0;
	vt__wrapper_under_way.sp = 0;
}

#define LIST(...) __VA_ARGS__

#define BODY(copy, symbol, arguments)                                                              \
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
		if (VT__LIKELY(!vt__rules_##symbol.before ||                                       \
			       vt__rules_##symbol.before(&call, &seen)))                           \
			call.result = driver->symbol arguments;                                    \
		if (vt__rules_##symbol.after)                                                      \
			vt__rules_##symbol.after(&call, &seen);                                    \
		vt__wrapper_end(copy);                                                             \
		return call.result;                                                                \
	}

#define API(symbol, parameters, arguments) VT__WRAPPER symbol parameters BODY(0, symbol, arguments)
VT_DRIVER_API(API)
#undef API

#define API(symbol, parameters, arguments)                                                         \
	CUresult CUDAAPI vt__second_##symbol parameters BODY(1, symbol, arguments)
VT_DRIVER_API(API)
