/*
 * Which memory a pool gives: its device, or the host.
 *
 * Pools that were not made here (the driver's default pools) are learned by
 * the first allocation that names them. Thread-safe.
 */
#ifndef VT_PRELOAD_POOL_TABLE_H
#define VT_PRELOAD_POOL_TABLE_H

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

/* From now on the handle is that pool; or none that is known. */
void vt__pool_put(CUmemoryPool handle, const struct vt__pool *pool);
void vt__pool_forget(CUmemoryPool handle);

/* Calls `each` for every pool made here that lies on the device. No pool is
 * destroyed meanwhile: `each` may ask the driver about it, and nothing else. */
void vt__pools_each(int32_t device, void (*each)(CUmemoryPool pool, void *closure), void *closure);

#endif
