/*
 * A plugin of coverage.c that is not linked with the driver: it looks it up by
 * itself, as the CUDA runtime does.
 */
#include "driver_table.h"

CUdeviceptr seeker_allocates_by_name(void);
CUdeviceptr seeker_allocates_by_resolver(void);

static CUdeviceptr allocated_by(mem_alloc_fn allocate)
{
	CUdeviceptr buffer;

	CALL(allocate(&buffer, MIB));
	return buffer;
}

CUdeviceptr seeker_allocates_by_name(void)
{
	mem_alloc_fn allocate;

	*(void **)&allocate = driver_symbol(driver_open(RTLD_LOCAL), "cuMemAlloc_v2");
	return allocated_by(allocate);
}

CUdeviceptr seeker_allocates_by_resolver(void)
{
	resolve_v2_fn resolve;
	mem_alloc_fn allocate;

	*(void **)&resolve = driver_symbol(driver_open(RTLD_LOCAL), "cuGetProcAddress_v2");
	CALL(resolve("cuMemAlloc", (void **)&allocate, 12000, 0, NULL));
	return allocated_by(allocate);
}
