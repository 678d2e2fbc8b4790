/*
 * Physical memory of the virtual-memory API: its handles and its mappings.
 *
 * The memory lives while a handle or a mapping refers to it, whichever goes
 * last. A handle's value can come again as soon as it is released, so an
 * object is known by a number of its own that never comes again.
 * Thread-safe.
 */
#ifndef VT_PRELOAD_VMM_TABLE_H
#define VT_PRELOAD_VMM_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/* A new object with one reference through `handle`. Returns its number, 0 when
 * out of memory. */
uint64_t vt__vmm_add(uint64_t handle);

/* One more reference, through `handle`, to what is mapped at `address`. */
void vt__vmm_retain(uint64_t handle, uint64_t address);

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

/* Enters a mapping; false when out of memory (and then the object counts as
 * mapped for ever). Unknown handles are left alone. */
bool vt__vmm_map(uint64_t handle, uint64_t address, uint64_t bytes);

/* An unmap of a range has three steps: mark before the driver is asked, then
 * either unmark, or take ended objects one after another until 0. */
void vt__vmm_mark(uint64_t address, uint64_t bytes);
void vt__vmm_unmark(uint64_t address, uint64_t bytes);
uint64_t vt__vmm_take_ended(uint64_t address, uint64_t bytes);

#endif
