/*
 * The real driver: pointers to its functions.
 *
 * A process may have two copies of it. Number 0 is what "libcuda.so.1" names
 * in the program's own namespace; 1 is another file, or lies in a namespace of
 * its own (dlmopen). Each has its own contexts and handles, and so its own
 * wrappers.
 *
 * Thread-safe. Nothing here waits for another thread, since a caller may hold
 * the loader's lock.
 */
#ifndef VT_PRELOAD_DRIVER_H
#define VT_PRELOAD_DRIVER_H

#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/attributes.h"
#include "preload/driver/driver_api.h"

#define VT__DRIVER_COPIES 2

/* A pointer is NULL where the driver lacks the function. */
struct vt__driver {
#define ROW(symbol, ...) __typeof__(&symbol) symbol;
	VT_DRIVER_API(ROW)
	VT_DRIVER_WAITS(ROW)
	VT_DRIVER_DOORS(ROW)
	VT_DRIVER_QUERIES(ROW)
#undef ROW
};

/* The copy that the thread's call goes to; 0 outside of wrappers. */
extern _Thread_local unsigned vt__driver_current
	__attribute__((tls_model("initial-exec"), visibility("hidden")));

/* That copy; outside of wrappers any copy that there is. NULL while none is
 * loaded. The first call that finds copy 0 opens libcuda.so.1 once more, so
 * that it stays loaded. */
const struct vt__driver *vt__driver(void);

/* One copy, NULL while it is not known. */
static inline const struct vt__driver *vt__driver_copy(unsigned copy);

/* The number of the copy that `driver` is, which is given one if there is one
 * left. -ENOSPC: none is. `in_base`: it lies in the program's own namespace. */
int vt__driver_add(const struct link_map *driver, bool in_base);

/* The same for the copy that a function at `address` belongs to; it stays
 * loaded. -ENOENT: no driver lies there. Takes the loader's lock. */
int vt__driver_add_at(const void *address);

/* `driver` is unloaded: its number is free again. */
void vt__driver_remove(const struct link_map *driver);

/* Whether the copy that is loaded at `bias` has a number. */
bool vt__driver_knows(uintptr_t bias);

/* Whether the thread's driver is the simulated one of this package. */
bool vt__driver_is_simulated(void);

/* The copies whose pointers are filled in, and how the first becomes one of them. */
extern _Atomic(const struct vt__driver *) vt__driver_attached[VT__DRIVER_COPIES]
	__attribute__((visibility("hidden")));
VT__SELDOM const struct vt__driver *vt__driver_attach(unsigned copy);

static inline const struct vt__driver *vt__driver_copy(unsigned copy)
{
	const struct vt__driver *driver = atomic_load_explicit(&vt__driver_attached[copy],
							       memory_order_acquire);

	return VT__LIKELY(driver) ? driver : vt__driver_attach(copy);
}

/* What a wrapper answers when there is no driver function to call. */
#define VT__NO_DRIVER CUDA_ERROR_NOT_FOUND

#endif
