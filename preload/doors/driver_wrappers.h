/*
 * Which wrapper stands for which function of which copy of the driver.
 *
 * Thread-safe; waits for nobody, since a caller may hold the loader's lock.
 */
#ifndef VT_PRELOAD_DRIVER_WRAPPERS_H
#define VT_PRELOAD_DRIVER_WRAPPERS_H

#include <stdbool.h>
#include <stddef.h>

#include "preload/driver/driver.h"

/* The wrappers of copy 0 are exported by the driver's own names; those of copy
 * 1 are vt__second_SYMBOL. */
#define API(symbol, parameters, arguments) CUresult CUDAAPI vt__second_##symbol parameters;
VT_DRIVER_API(API)
VT_DRIVER_WAITS(API)
#undef API
#define DOOR(symbol) __typeof__(symbol) vt__second_##symbol;
VT_DRIVER_DOORS(DOOR)
#undef DOOR

struct vt__wrapped {
	const char *name;
	void *wrappers[VT__DRIVER_COPIES];
	size_t offset; /* of the real one, in struct vt__driver */
};
enum {
#define ROW(symbol, ...) VT__WRAPPED_##symbol,
	VT_DRIVER_API(ROW)
	VT_DRIVER_DOORS(ROW) VT_DRIVER_WAITS(ROW)
#undef ROW
		VT__WRAPPED
};
/* What only waits comes last: it allocates nothing, in whatever ABI. */
#define VT__WRAPPED_WAITS VT__WRAPPED_cuCtxSynchronize
/* Of wrapper_table.c, which stands above all that reads it. */
extern const struct vt__wrapped vt__wrapped[VT__WRAPPED] __attribute__((visibility("hidden")));

/* The wrapper of the function at `address` of one copy; NULL if it has none. */
void *vt__driver_wrapper_in(unsigned copy, const void *address);

/* The same where the copy is not known. A copy that has no number yet is given
 * one. Takes the loader's lock. */
void *vt__driver_wrapper_at(const void *address);

/* The wrapper of the function called `name`, whether the copy has it or not;
 * NULL if there is no such wrapper. */
void *vt__driver_wrapper_named(unsigned copy, const char *name);

/* Whether a function called `name` is wrapped. */
bool vt__driver_wraps(const char *name);

/* Whether some ABI of the function called `name`, or based on that name, is
 * wrapped: "cuMemAlloc", "cuMemAlloc_v9", "cuMemAllocAsync_ptsz". */
bool vt__driver_wraps_base(const char *name);

/* Whether `address` is one of the wrappers. */
bool vt__driver_is_wrapper(const void *address);

/* Of which exported function it is one; NULL if it is none. */
const char *vt__driver_wrapper_name(const void *address);

#endif
