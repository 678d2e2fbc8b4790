/* dlclose: after a library is gone, its addresses may come to mean other code. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>

#include "unwind/unwind.h"
#include "preload/recorder/coverage.h"
#include "preload/base/loader.h"
#include "preload/base/real_dlsym.h"
#include "preload/doors/wrapper.h"

typedef int dlclose_function(void *);

static dlclose_function *find_dlclose(void)
{
	static _Atomic(dlclose_function *) kept;
	dlclose_function *found = atomic_load_explicit(&kept, memory_order_relaxed);

	if (!found) {
		found = (dlclose_function *)vt__real_dlsym(RTLD_NEXT, "dlclose");
		atomic_store_explicit(&kept, found, memory_order_relaxed);
	}
	return found;
}

/* Most calls unload nothing; then what is known about code stays good. */
VT__EXPORT int dlclose(void *handle)
{
	unsigned long long before = vt__loader_unloads();
	int result, saved;

	vt__coverage_closing(handle);
	result = find_dlclose()(handle);
	saved = errno;
	if (vt__loader_unloads() != before)
		vt__unwind_forget();
	errno = saved;
	return result;
}
