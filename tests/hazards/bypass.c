/* The plugin of namespaces.c: allocates through its own link to the driver. */
#include <cuda.h>

#include "hazard.h"

CUdeviceptr bypass_allocates(void);

CUdeviceptr bypass_allocates(void)
{
	CUcontext context;
	CUdeviceptr buffer;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	CALL(cuMemAlloc(&buffer, MIB));
	return buffer;
}
