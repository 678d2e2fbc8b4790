/*
 * The real driver: pointers to its functions, and which wrapper stands for
 * which of them.
 *
 * Thread-safe. Nothing here waits for another thread, since a caller may hold
 * the loader's lock.
 */
#ifndef VT_PRELOAD_DRIVER_H
#define VT_PRELOAD_DRIVER_H

#include <stdbool.h>

#include "preload/driver_api.h"

/* A pointer is NULL where the driver lacks the function. */
struct vt__driver {
#define ROW(symbol, ...) __typeof__(&symbol) symbol;
	VT_DRIVER_API(ROW, ROW, ROW)
	VT_DRIVER_QUERIES(ROW)
#undef ROW
};

/* The driver, NULL while none is loaded. The first call that finds it opens
 * libcuda.so.1 once more, so that it stays loaded. */
const struct vt__driver *vt__driver(void);

/* The wrapper of the driver function at `address`; NULL if it has none. */
void *vt__driver_wrapper_at(const void *address);

/* Whether `name` is a row of VT_DRIVER_API. */
bool vt__driver_wraps(const char *name);

/* Whether `address` is one of the wrappers. */
bool vt__driver_is_wrapper(const void *address);

/* Whether the driver is the simulated one of this package. */
bool vt__driver_is_simulated(void);

/* What a wrapper answers when there is no driver function behind it. */
#define VT__NO_DRIVER CUDA_ERROR_NOT_FOUND

#endif
