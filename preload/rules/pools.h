/* Pools that were not made here. */
#ifndef VT_PRELOAD_POOLS_H
#define VT_PRELOAD_POOLS_H

#include "preload/rules/call.h"

/* Which memory such a pool gives, by an allocation from it; false if the driver
 * does not tell. */
bool vt__pool_learn(const struct vt__call *call, CUmemoryPool handle, CUdeviceptr address,
		    struct vt__pool *out);

#endif
