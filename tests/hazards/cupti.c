/*
 * A library by the name of libcupti: its own calls are the profiler's work
 * and must be left alone. It finds the driver as libcupti does, by dlsym.
 */
#include "driver_table.h"

int cupti_allocates(void);

int cupti_allocates(void)
{
	void *handle = driver_open(RTLD_LOCAL);
	mem_alloc_fn allocate;
	CUdeviceptr buffer;

	*(void **)&allocate = driver_symbol(handle, "cuMemAlloc_v2");
	return (int)allocate(&buffer, MIB);
}
