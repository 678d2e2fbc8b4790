/*
 * Which memory a pool gives: its device, or the host.
 *
 * Pools that were not made here (the driver's default pools) are not known;
 * they lie on their stream's device. Thread-safe.
 */
#ifndef VT_PRELOAD_POOLS_H
#define VT_PRELOAD_POOLS_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/format.h"
#include "preload/cuda_abi.h"

struct vt__pool {
	enum vt_kind kind;
	int32_t device; /* ordinal, -1 for host memory */
};

/* handle may be NULL: no pool was named. */
bool vt__pool_find(CUmemoryPool handle, struct vt__pool *out);

#endif
