/*
 * A program that finds the driver by a dlsym of its own, which stands in front
 * of everybody else's. It leaks 1 MiB.
 */
#include "driver_table.h"
#include "libc_dlsym.h"

__attribute__((visibility("default"))) void *dlsym(void *restrict handle, const char *restrict name)
{
	return libc_dlsym()(handle, name);
}

int main(void)
{
	mem_alloc_fn allocate;
	CUdeviceptr buffer;

	*(void **)&allocate = driver_symbol(driver_open(RTLD_LOCAL), "cuMemAlloc_v2");
	CALL(allocate(&buffer, MIB));
	puts("done");
	return 0;
}
