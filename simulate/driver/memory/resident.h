/*
 * Managed memory that a device has used: which parts of a region the device is charged for.
 * As measured on an H200: that begins with the first use, and neither a use by the host nor a
 * prefetch to it ends it. The device is charged in chunks of 2 MiB, taken 64 at a time and
 * given back one by one when they were used; the others stay for the next use, and no process
 * is said to have any of them. Every function is called entered.
 */
#ifndef VT_SIMULATE_DRIVER_RESIDENT_H
#define VT_SIMULATE_DRIVER_RESIDENT_H

#include "simulate/driver/memory/memory.h"

/* The device uses the range, which lies within the region. */
void vt__resident_use(struct vt__region *region, uintptr_t address, size_t size, CUdevice device);

/* All of the region goes. */
void vt__resident_drop(struct vt__region *region);

/* Moves managed memory away from a full device until so many bytes fit, or none is left. */
void vt__resident_evict(CUdevice device, size_t bytes);

/* Bytes of the device that managed memory has or that are ready for it. */
size_t vt__resident_charged(const struct vt__device *device);

#endif
