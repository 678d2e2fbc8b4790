/*
 * Where an allocation lies: its device and its context.
 *
 * A thread may allocate without a current context; then the pointer itself is
 * asked. Leaves errno alone.
 */
#ifndef VT_PRELOAD_PLACE_H
#define VT_PRELOAD_PLACE_H

#include <stdint.h>

#include "ledger/ledger.h"

/* Wanted devices that are no ordinal. */
#define VT__DEVICE_CURRENT (-2) /* find out */
#define VT__DEVICE_NONE (-1)

struct vt__place {
	int32_t device;   /* ordinal, -1: none or unknown */
	uint64_t context; /* CUcontext that the allocation dies with, 0: none */
};

/* wanted: an ordinal, VT__DEVICE_NONE, or VT__DEVICE_CURRENT to find out.
 * address: of device memory, 0 if there is none. */
struct vt__place vt__place_find(int32_t wanted, enum vt_kind kind, uint64_t address);

/* Tells the ledger about a device the first time it is used. */
void vt__place_describe(struct vt__ledger *ledger, int32_t device);

/* A context was made or destroyed: its handle may come again for another device. */
void vt__place_contexts_changed(void);

#endif
