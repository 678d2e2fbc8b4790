/*
 * What the calls mean that look up a kernel or a variable: neither allocates, but a kernel that
 * was looked up is launched next, and may take memory then; and a variable brings the code of its
 * library to the device.
 */
#include "config.h"

#include "preload/recorder/windows.h"
#include "preload/rules/call.h"

/* cudart looks a kernel up at its first launch, directly before that. */
#define LOOKS_UP(symbol, handle, is_kernel_)                                                       \
	static void after_##symbol(struct vt__call *call, const void *arguments)                   \
	{                                                                                          \
		const symbol##_params *p = (const symbol##_params *)arguments;                     \
		struct vt__opening opening = {.what = VT_CHARGE_FIRST_LAUNCH,                      \
					      .api = call->api,                                    \
					      .start = &call->start,                               \
					      .is_kernel = (is_kernel_)};                          \
                                                                                                   \
		if (call->result != CUDA_SUCCESS)                                                  \
			return;                                                                    \
		opening.function = (uintptr_t)(handle);                                            \
		vt__window_open(call->driver, &opening);                                           \
	}                                                                                          \
	VT__RULES(symbol, OBJECT, -1, NULL, after_##symbol)

LOOKS_UP(cuModuleGetFunction, *p->hfunc, false);
LOOKS_UP(cuLibraryGetKernel, *p->pKernel, true);

static bool before_variable(struct vt__call *call, const void *arguments)
{
	(void)arguments;
	vt__measure_before(call->driver, &call->measured);
	return true;
}

static void after_variable(struct vt__call *call, const void *arguments)
{
	(void)arguments;
	vt__call_measured(call, VT_CHARGE_MODULE, 0);
}

VT__RULES(cuLibraryGetGlobal, OBJECT, -1, before_variable, after_variable);
VT__RULES(cuLibraryGetManaged, OBJECT, -1, before_variable, after_variable);
VT__RULES(cuLibraryGetModule, OBJECT, -1, before_variable, after_variable);
