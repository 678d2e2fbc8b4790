/*
 * Finds libc's dlsym by its versions: the plain name may be ours, or another wrapper's; and by it
 * libc's dlclose.
 */
#include "config.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>

#include "base/arch/arch.h"
#include "base/attributes.h"
#include "preload/base/real_dlsym.h"

typedef int dlclose_function(void *);

/* An address of code, the same whoever finds it: no order. */
static _Atomic(vt__dlsym_function *) libc_dlsym;

/* Where the user preloaded libc in front of the shim, it does not come after the shim either. */
VT__BEFORE_SANITIZER static vt__dlsym_function *find_in(void *place)
{
	vt__dlsym_function *found = (vt__dlsym_function *)dlvsym(place, "dlsym", "GLIBC_2.34");

	return found ? found : (vt__dlsym_function *)dlvsym(place, "dlsym", VT__ARCH_OLDEST_GLIBC);
}

VT__BEFORE_SANITIZER static vt__dlsym_function *find_by_name(const char *name)
{
	void *library = dlopen(name, RTLD_LAZY | RTLD_NOLOAD);

	return library ? find_in(library) : NULL;
}

VT__BEFORE_SANITIZER static vt__dlsym_function *find(void)
{
	vt__dlsym_function *found = atomic_load_explicit(&libc_dlsym, memory_order_relaxed);

	if (found)
		return found;
	found = find_in(RTLD_NEXT);
	if (!found)
		found = find_by_name("libc.so.6");
	if (!found)
		found = find_by_name("libdl.so.2"); /* before glibc 2.34 */
	if (found)
		atomic_store_explicit(&libc_dlsym, found, memory_order_relaxed);
	return found;
}

VT__BEFORE_SANITIZER vt__dlsym_function *vt__find_dlsym(void)
{
	vt__dlsym_function *found = find();

	if (!found)
		__builtin_trap(); /* no glibc that this was built for: the loader could not have
				     loaded us */
	return found;
}

void *vt__next_if_any(const char *name)
{
	vt__dlsym_function *next = find();

	return next ? next(RTLD_NEXT, name) : NULL;
}

void *vt__real_dlsym(void *handle, const char *name)
{
	return vt__find_dlsym()(handle, name);
}

int vt__real_dlclose(void *handle)
{
	static _Atomic(dlclose_function *) kept;
	dlclose_function *found = atomic_load_explicit(&kept, memory_order_relaxed);

	if (!found) {
		found = (dlclose_function *)vt__real_dlsym(RTLD_NEXT, "dlclose");
		atomic_store_explicit(&kept, found, memory_order_relaxed);
	}
	return found(handle);
}
