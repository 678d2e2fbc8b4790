/* A plugin of newer.c that is linked to a name which the recorder does not know. */
#include "newer_driver.h"

CUdeviceptr newer_allocates(void);

CUdeviceptr newer_allocates(void)
{
	CUdeviceptr buffer;

	CALL(ALLOCATE_V9(cuMemAlloc_v9, &buffer));
	return buffer;
}
