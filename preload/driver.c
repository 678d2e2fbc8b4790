/* Finds the real driver and maps its functions to their wrappers. */
#include "config.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "preload/doors.h"
#include "preload/driver.h"

static const char *const names[] = {
#define ROW(symbol, ...) #symbol,
	VT_DRIVER_API(ROW, ROW, ROW)
#define WRAPPED (sizeof(wrappers) / sizeof(wrappers[0]))
		VT_DRIVER_QUERIES(ROW)
#undef ROW
};

static void *const wrappers[] = {
#define ROW(symbol, ...) (void *)&symbol,
	VT_DRIVER_API(ROW, ROW, ROW)
#undef ROW
};

enum {
	POINTERS = sizeof(names) / sizeof(names[0])
};

/* The same words as functions and as an array to fill; in the order of `names`. */
static union {
	struct vt__driver functions;
	_Atomic(void *) pointers[POINTERS];
} real;

_Static_assert(sizeof(struct vt__driver) == POINTERS * sizeof(void *), "one pointer a name");

static atomic_bool attached;

/* Threads that come here together write the same values: none has to wait. */
static bool attach(void)
{
	void *library = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);

	if (!library)
		return false;
	for (size_t i = 0; i < POINTERS; i++)
		atomic_store_explicit(&real.pointers[i], vt__real_dlsym(library, names[i]),
				      memory_order_relaxed);
	atomic_store_explicit(&attached, true, memory_order_release);
	return true;
}

const struct vt__driver *vt__driver(void)
{
	if (atomic_load_explicit(&attached, memory_order_acquire) || attach())
		return &real.functions;
	return NULL;
}

bool vt__driver_is_simulated(void)
{
	void *library = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);

	return library && vt__real_dlsym(library, "vramtrack_simulated_driver");
}

void *vt__driver_wrapper_at(const void *address)
{
	if (!address || !vt__driver())
		return NULL;
	for (size_t i = 0; i < WRAPPED; i++)
		if (atomic_load_explicit(&real.pointers[i], memory_order_relaxed) == address)
			return wrappers[i];
	return NULL;
}

bool vt__driver_wraps(const char *name)
{
	for (size_t i = 0; i < WRAPPED; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

bool vt__driver_is_wrapper(const void *address)
{
	for (size_t i = 0; i < WRAPPED; i++)
		if (wrappers[i] == address)
			return true;
	return false;
}
