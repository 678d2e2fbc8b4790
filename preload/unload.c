/* dlclose: after a library is gone, its addresses may come to mean other code. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdatomic.h>

#include "ledger/unwind.h"
#include "preload/doors.h"
#include "preload/wrapper.h"

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

static int read_unloads(struct dl_phdr_info *info, size_t bytes, void *closure)
{
	(void)bytes;
	*(unsigned long long *)closure = info->dlpi_subs;
	return 1;
}

static unsigned long long unloads(void)
{
	unsigned long long count = 0;

	dl_iterate_phdr(read_unloads, &count);
	return count;
}

/* Most calls unload nothing; then what is known about code stays good. */
VT__EXPORT int dlclose(void *handle)
{
	unsigned long long before = unloads();
	int result = find_dlclose()(handle);
	int saved = errno;

	if (unloads() != before)
		vt__unwind_forget();
	errno = saved;
	return result;
}
