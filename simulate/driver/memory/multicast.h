/* What a multicast object is made of. Every function is called entered. */
#ifndef VT_SIMULATE_DRIVER_MULTICAST_H
#define VT_SIMULATE_DRIVER_MULTICAST_H

#include <stdatomic.h>

#include "simulate/driver/memory/physical.h"

/* The last bytes of the object's file: all processes see who joined. */
struct vt__team {
	uint32_t wanted;
	_Atomic uint32_t devices; /* one bit each */
};

#define VT_TEAM_BYTES ((size_t)65536) /* whole pages on every machine */

struct vt__bind {
	struct vt__bind *next;
	CUdevice device;
	size_t offset, size;         /* within the object */
	struct vt__physical *memory; /* held like a mapping; NULL for memory of a pool */
};

struct vt__multicast {
	struct vt__team *team;
	struct vt__bind *binds;
};

/* Enters, with the live multicast object of the handle; CUDA_ERROR_INVALID_VALUE. */
CUresult vt__multicast_enter(CUmemGenericAllocationHandle handle, struct vt__physical **object);

/* Takes out the bind that the link holds. */
void vt__multicast_unlink(struct vt__bind **link);

static inline bool vt__is_granular(size_t value)
{
	return value % VT_GRANULARITY == 0;
}

#endif
