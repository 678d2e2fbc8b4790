/*
 * Every copy of the CUDA driver that is mapped into the process.
 */
#ifndef VT_PRELOAD_DRIVERS_H
#define VT_PRELOAD_DRIVERS_H

#include <link.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/elf.h"

#define VT__DRIVERS_MOST 8

struct vt__found_driver {
	struct vt__elf elf;
	uintptr_t start, end;       /* of its mapping */
	const char *path;           /* the loader's own; good while the driver is loaded */
	const struct link_map *map; /* in a namespace of its own (dlmopen); NULL: in ours */
};

struct vt__found_drivers {
	struct vt__found_driver drivers[VT__DRIVERS_MOST];
	unsigned count;
	uintptr_t own_start, own_end; /* of the object that this code is in */
};

/* Finds them: in our namespace by the loader's list, elsewhere by their files.
 * Takes the loader's lock. May set errno. */
void vt__drivers_find(struct vt__found_drivers *out);

/* The driver that the address lies in; NULL if in none. */
const struct vt__found_driver *vt__drivers_at(const struct vt__found_drivers *found,
					      uintptr_t address);

/* Whether cuInit() has succeeded in that copy. Asks the driver. */
bool vt__drivers_is_initialised(const struct vt__found_driver *driver);

#endif
