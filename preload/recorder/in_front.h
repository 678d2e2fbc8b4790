/*
 * Libraries that stand in front of the shim and lead calls to the driver past it,
 * as limiters of GPU memory do: they answer dlsym themselves, and find the
 * driver's functions by libc's.
 *
 * One that only looks on, and goes by the shim's dlsym, is none of them.
 */
#ifndef VT_PRELOAD_IN_FRONT_H
#define VT_PRELOAD_IN_FRONT_H

#include <link.h>
#include <stdint.h>

#include "ledger/ledger.h"

#define VT__IN_FRONT_MOST 8

/* Slots that lead to neither the driver nor the shim. */
struct vt__in_front {
	struct {
		uintptr_t target;
		uintptr_t from; /* bias of the object that has the slot */
		const char *symbol;
	} met[VT__IN_FRONT_MOST];
	unsigned count;
};

/* A function of the driver was looked up here from `caller`. Thread-safe. */
void vt__in_front_came(const void *caller);

/* Keeps such a slot, one of each target; asks nothing of the loader. */
void vt__in_front_meet(struct vt__in_front *in_front, uintptr_t target, uintptr_t from,
		       const char *symbol);

/* Finds whose the targets are, and enters those that lead past the shim (ledger
 * NULL: only counts them). Returns how many. Takes the loader's lock. */
unsigned vt__in_front_tell(const struct vt__in_front *in_front, struct vt__ledger *ledger);

/* Whether the object belongs to a tool that answers look-ups itself, in ways that leave no slot
 * to be found (base/lookup_takers.h). */
bool vt__takes_lookups(const char *path);

/* Whether the object names the driver in data that is only read: who looks it up does. */
bool vt__names_driver(const struct dl_phdr_info *info);

#endif
