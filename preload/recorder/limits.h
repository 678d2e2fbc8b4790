/*
 * Limits of a device's memory that the driver itself keeps: asked about at a refusal.
 */
#ifndef VT_PRELOAD_LIMITS_H
#define VT_PRELOAD_LIMITS_H

#include "ledger/ledger.h"
#include "preload/driver/driver.h"

/* Enters what NVML, which was begun, tells of the device: what it has, and the limit of the
 * process's cgroup or of the nearest above it that has one. On a stack of our own. */
void vt__limits_tell(struct vt__ledger *ledger, const struct vt__driver *driver, int32_t device,
		     uint32_t finding);

#endif
