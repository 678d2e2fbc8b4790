/*
 * Which memory a pool gives: its device, or the host.
 *
 * Pools that were not made here (the driver's default pools) are learned by
 * the first allocation that names them. Thread-safe.
 */
#ifndef VT_PRELOAD_POOLS_H
#define VT_PRELOAD_POOLS_H

#include <stdbool.h>
#include <stdint.h>

#include "recording/format.h"
#include "preload/driver/cuda_abi.h"

struct vt__pool {
	enum vt_kind kind;
	int32_t device; /* ordinal, -1 for host memory */
};

/* handle may be NULL: no pool was named. */
bool vt__pool_find(CUmemoryPool handle, struct vt__pool *out);

/* The same of a pool that was not made here, by an allocation from it; false if
 * the driver does not tell. */
struct vt__call;
bool vt__pool_learn(const struct vt__call *call, CUmemoryPool handle, CUdeviceptr address,
		    struct vt__pool *out);

/* Calls `each` for every pool made here that lies on the device. No pool is
 * destroyed meanwhile: `each` may ask the driver about it, and nothing else. */
void vt__pools_each(int32_t device, void (*each)(CUmemoryPool pool, void *closure), void *closure);

#endif
