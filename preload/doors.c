/* dlsym and cuGetProcAddress: look up first, then give the wrapper of what was found. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "preload/doors.h"
#include "preload/driver.h"
#include "preload/wrapper.h"

/* The first copy of the shim in the process is the one at work; another, under
 * another path, finds this name there and keeps out of the way. */
VT__EXPORT extern const char vramtrack_preload_instance[];
const char vramtrack_preload_instance[] = PACKAGE_VERSION;

typedef void *dlsym_function(void *, const char *);

static _Atomic(dlsym_function *) libc_dlsym;

static dlsym_function *find_dlsym(void)
{
	dlsym_function *found = atomic_load_explicit(&libc_dlsym, memory_order_relaxed);

	if (found)
		return found;
	found = (dlsym_function *)dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
	if (!found)
		found = (dlsym_function *)dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
	if (!found)
		__builtin_trap(); /* not a glibc of x86-64: the loader could not have loaded us */
	atomic_store_explicit(&libc_dlsym, found, memory_order_relaxed);
	return found;
}

void *vt__real_dlsym(void *handle, const char *name)
{
	return find_dlsym()(handle, name);
}

void *vt__dlsym_target(void)
{
	return (void *)find_dlsym();
}

static bool at_work(void)
{
	static _Atomic(const void *) first;
	const void *known = atomic_load_explicit(&first, memory_order_relaxed);

	if (!known) {
		known = vt__real_dlsym(RTLD_DEFAULT, "vramtrack_preload_instance");
		atomic_store_explicit(&first, known, memory_order_relaxed);
	}
	return known == vramtrack_preload_instance || !known;
}

bool vt__has_other_copy(void)
{
	return vt__real_dlsym(RTLD_NEXT, "vramtrack_preload_instance") != NULL;
}

/* CUPTI's own calls are not the program's. */
static bool is_cupti(const void *caller)
{
	Dl_info info;
	const char *file;

	if (!dladdr(caller, &info) || !info.dli_fname)
		return false;
	file = strrchr(info.dli_fname, '/');
	return strncmp(file ? file + 1 : info.dli_fname, "libcupti.", 9) == 0;
}

/* A look-up through the global scope ends at our own exports, whether a driver
 * is there or not. */
static void *ours_if_driver(void *export, const char *name)
{
	if (vt__driver())
		return export;
	return vt__real_dlsym(RTLD_NEXT, name);
}

struct vt__dlsym_answer vt__dlsym_ask(void *handle, const char *name, void *caller)
{
	const struct vt__dlsym_answer go_on = {NULL, 0};
	void *found, *wrapper;

	if (handle == RTLD_NEXT || !vt__driver_wraps(name) || !at_work())
		return go_on;
	found = vt__real_dlsym(handle, name);
	if (vt__driver_is_wrapper(found))
		found = ours_if_driver(found, name);
	wrapper = vt__driver_wrapper_at(found);
	if (wrapper && !is_cupti(caller))
		found = wrapper;
	return (struct vt__dlsym_answer){found, 1};
}

static void hand_out_wrapper(CUresult result, void **function, const void *caller)
{
	int saved = errno;
	void *wrapper;

	if (result == CUDA_SUCCESS && function && *function && at_work()) {
		wrapper = vt__driver_wrapper_at(*function);
		if (wrapper && !is_cupti(caller))
			*function = wrapper;
	}
	errno = saved;
}

VT__WRAPPER cuGetProcAddress(const char *symbol, void **function, int version, cuuint64_t flags)
{
	const struct vt__driver *driver = vt__driver();
	CUresult result;

	if (!driver || !driver->cuGetProcAddress)
		return VT__NO_DRIVER;
	result = driver->cuGetProcAddress(symbol, function, version, flags);
	hand_out_wrapper(result, function, __builtin_return_address(0));
	return result;
}

VT__WRAPPER cuGetProcAddress_v2(const char *symbol, void **function, int version, cuuint64_t flags,
				CUdriverProcAddressQueryResult *status)
{
	const struct vt__driver *driver = vt__driver();
	CUresult result;

	if (!driver || !driver->cuGetProcAddress_v2)
		return VT__NO_DRIVER;
	result = driver->cuGetProcAddress_v2(symbol, function, version, flags, status);
	hand_out_wrapper(result, function, __builtin_return_address(0));
	return result;
}
