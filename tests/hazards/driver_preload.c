/*
 * Another preloaded library that stands in front of the driver's cuMemAlloc
 * and finds the next one by RTLD_NEXT. It says at the end how many calls it
 * saw: the same with us as without.
 */
#include <cuda.h>
#include <dlfcn.h>

#include "hazard.h"

static unsigned long calls;

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes)
{
	CUresult (*next)(CUdeviceptr *, size_t);

	*(void **)&next = dlsym(RTLD_NEXT, "cuMemAlloc_v2");
	MUST(next != NULL && next != cuMemAlloc_v2);
	calls++;
	return next(address, bytes);
}

__attribute__((destructor)) static void say(void)
{
	if (calls > 0)
		printf("driver_preload: %lu calls\n", calls);
}
