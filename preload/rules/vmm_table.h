/*
 * Physical memory of the virtual-memory API: its handles, and what holds it.
 *
 * The memory lives while a handle, a mapping or a multicast object refers to
 * it, whichever goes last. A handle's value can come again as soon as it is
 * released, so an object is known by a number of its own that never comes
 * again. Multicast objects are objects too, and hold what is bound to them.
 * Thread-safe.
 */
#ifndef VT_PRELOAD_VMM_TABLE_H
#define VT_PRELOAD_VMM_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "unwind/stack.h"

/* ---- Handles ------------------------------------------------------------- */

/* A new object with one reference through `handle`. Returns its number, 0 when
 * out of memory. */
uint64_t vt__vmm_add(uint64_t handle);

/* The number of the object that `handle` refers to, 0 if it refers to none. */
uint64_t vt__vmm_number(uint64_t handle);

/* One more reference, through `handle`, to the object it refers to; false if it
 * refers to none. */
bool vt__vmm_refer(uint64_t handle, const struct vt__stack *stack);

/* One more reference, through `handle`, to what is mapped at `address`. Here and
 * below `stack` is that of the call, for the recording. */
void vt__vmm_retain(uint64_t handle, uint64_t address, const struct vt__stack *stack);

/* One reference fewer, before the driver is asked. `ended`: nothing refers to the object any more.
 * Returns the object's number, 0 if the handle is not known. A handle without
 * references (released before) gives its last object's number with `refused`. */
struct object;
struct vt__vmm_release {
	uint64_t object;
	struct object *memory; /* the table's own */
	bool ended;
	bool refused;
};
struct vt__vmm_release vt__vmm_release(uint64_t handle);

/* The driver did it. */
void vt__vmm_released(const struct vt__vmm_release *release);

/* The driver refused it. */
void vt__vmm_unrelease(uint64_t handle, const struct vt__vmm_release *release);

/* ---- Mappings and bindings ------------------------------------------------ */

/* Where memory is held: a range of addresses, or of offsets in what one device
 * has bound to a multicast object. */
struct vt__vmm_range {
	uint64_t owner; /* 0: the address space; else the number of a multicast object */
	uint64_t part;  /* the device of a binding */
	uint64_t start;
	uint64_t bytes; /* 0: nowhere */
};

struct vt__vmm_range vt__vmm_addresses(uint64_t address, uint64_t bytes);

/* Nowhere if the handle is not known. */
struct vt__vmm_range vt__vmm_bindings(uint64_t multicast_handle, int device, uint64_t offset,
				      uint64_t bytes);

/* The range holds the object that `handle` names; false when out of memory (and
 * then the object is held for ever). Unknown handles are left alone. */
bool vt__vmm_hold(uint64_t handle, const struct vt__vmm_range *range,
		  const struct vt__stack *stack);

/* The same for the object that is mapped at `address`, if one is. */
bool vt__vmm_hold_at(uint64_t address, const struct vt__vmm_range *range,
		     const struct vt__stack *stack);

/* An unmap or unbind of a range has three steps: mark before the driver is
 * asked, then either unmark, or take ended objects one after another until 0. */
void vt__vmm_mark(const struct vt__vmm_range *range);
void vt__vmm_unmark(const struct vt__vmm_range *range);
uint64_t vt__vmm_take_ended(const struct vt__vmm_range *range);

/* Object `owner` has ended, and holds nothing any more: the objects that ended
 * with it, one after another until 0. */
uint64_t vt__vmm_take_owned(uint64_t owner);

#endif
