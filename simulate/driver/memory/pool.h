/* Memory pools inside the simulated driver. Every function here is called entered. */
#ifndef VT_SIMULATE_DRIVER_POOL_H
#define VT_SIMULATE_DRIVER_POOL_H

#include "simulate/driver/memory/memory.h"
#include "simulate/driver/stream.h"

CUmemoryPool vt__pool_create(const CUmemPoolProps *properties);
CUmemoryPool vt__pool_create_default(CUdevice device);

/* The default pool of a place and a type of memory, NULL without memory for one. */
CUmemoryPool vt__pool_default(const CUmemLocation *location, CUmemAllocationType type);

/* Whether there are pools of that place and type; the device is not looked at. */
bool vt__pool_possible(const CUmemLocation *location, CUmemAllocationType type);

/* Whether it takes memory of the device that its location names. */
static inline bool vt__pool_on_device(const CUmemPoolProps *properties)
{
	return properties->location.type == CU_MEM_LOCATION_TYPE_DEVICE &&
	       properties->allocType == CU_MEM_ALLOCATION_TYPE_PINNED;
}

/* One of a pool is freed in a stream; or by a call that waits for what uses it. */
void vt__pool_free_in(struct vt__region *region, CUstream stream);
void vt__pool_free(struct vt__region *region);

/* An imported pointer goes. */
void vt__pool_release_import(CUmemoryPool pool);

/* What the pool does not use is given back, down to so many bytes. */
void vt__pool_trim(CUmemoryPool pool, size_t keep);

/* Destroyed, and nothing of it is left: it goes. */
void vt__pool_end_if_done(CUmemoryPool pool);

/* The stream was waited for, as far as the free of that number: pools give back. */
void vt__pools_settle(unsigned long long stream, unsigned long long number);

/* All streams of the device were. */
void vt__pools_settle_all(CUdevice device);

/* The stream, which was held up, has come to its frees. */
void vt__pools_reached(unsigned long long stream);

/* The device is full: whatever is unused goes. */
void vt__pools_make_room(CUdevice device);

/* driver_deferred.c: memory of cuMemAlloc that a stream frees stays until it was waited for. */
void vt__deferred_free(struct vt__region *region, CUstream stream);
void vt__deferred_settle(unsigned long long stream, unsigned long long number);
void vt__deferred_settle_all(CUdevice device); /* but for streams that are held up */
void vt__deferred_drop(CUcontext context);     /* the context goes */

#endif
