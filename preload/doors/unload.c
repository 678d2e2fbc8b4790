/* dlclose: after a library is gone, its addresses may come to mean other code. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>

#include "unwind/unwind.h"
#include "preload/recorder/coverage.h"
#include "preload/base/loader.h"
#include "preload/base/real_dlsym.h"
#include "preload/doors/library_handles.h"
#include "preload/doors/wrapper.h"

/* Most calls unload nothing; then what is known about code stays good. */
VT__EXPORT int dlclose(void *handle)
{
	unsigned long long before = vt__loader_unloads();
	int result, saved;

	vt__coverage_closing(handle);
	result = vt__real_dlclose(handle);
	saved = errno;
	if (vt__loader_unloads() != before) {
		vt__unwind_forget();
		vt__library_handles_forget();
	}
	errno = saved;
	return result;
}
