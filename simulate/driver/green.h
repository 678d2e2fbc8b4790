/* Green contexts and what they are made of. Functions need no lock unless they say so. */
#ifndef VT_SIMULATE_DRIVER_GREEN_H
#define VT_SIMULATE_DRIVER_GREEN_H

#include "simulate/driver/stream.h"

struct CUdevResourceDesc_st {
	struct vt__object object;
	CUdevice device;
	CUdevResource resource;
};

CUdevResource vt__resource_of_device(CUdevice device);

/* The same part as a green context has it, which can be split again. */
CUdevResource vt__resource_provisioned(const CUdevResource *resource);

#endif
