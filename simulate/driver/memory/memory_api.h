/* Allocation shared by the current and the first (32-bit) interfaces. */
#ifndef VT_SIMULATE_DRIVER_MEMORY_API_H
#define VT_SIMULATE_DRIVER_MEMORY_API_H

#include "simulate/driver/memory/memory.h"

/*
 * A whole allocation call: enters, owns the region by the current context, counts it as an
 * allocation call. The address is 0 if it fails. kind, size, alignment, space and flags are read
 * from wanted.
 */
CUresult vt__memory_create(const struct vt__region *wanted, CUdeviceptr *address);

/* Row pitch and whole size of a pitched allocation. Needs no lock. */
CUresult vt__pitched_size(size_t width, size_t height, unsigned int element, size_t *pitch,
			  size_t *size);

/* Enters, with the current context, for an allocation call that may be made now. */
CUresult vt__enter_to_allocate(CUcontext *context);

/* The region that a free of this address gives back, or NULL. Entered. */
struct vt__region *vt__freeable(CUdeviceptr address);

#endif
