/*
 * What a program sees of a device that others stand in front of: it asks what is free, allocates
 * 1 MiB until it is refused or has 8, and says both. All but two are freed.
 */
#include <cuda.h>
#include <cuda_runtime_api.h>

#include "driver_table.h"

#define MOST 8

typedef CUresult (*mem_info_fn)(size_t *free_bytes, size_t *total_bytes);

static FRAME int use(mem_alloc_fn allocate, mem_free_fn release, mem_info_fn ask)
{
	CUdeviceptr buffers[MOST];
	size_t free_bytes, total_bytes;
	int count = 0, result = 0;

	CALL(ask(&free_bytes, &total_bytes));
	printf("total %zu MiB\n", total_bytes / MIB);
	while (count < MOST && result == 0) {
		result = (int)allocate(&buffers[count], MIB);
		count += result == 0;
	}
	printf("%d allocations, then %d\n", count, result);
	while (count > 2)
		CALL(release(buffers[--count]));
	return 0;
}

static int driver(char **arguments)
{
	CUcontext context;

	(void)arguments;
	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	return use(cuMemAlloc, cuMemFree, cuMemGetInfo);
}

static CUresult by_runtime_alloc(CUdeviceptr *address, size_t bytes)
{
	void *memory = NULL;
	cudaError_t result = cudaMalloc(&memory, bytes);

	*address = (CUdeviceptr)(uintptr_t)memory;
	return (CUresult)result;
}

static CUresult by_runtime_free(CUdeviceptr address)
{
	return (CUresult)cudaFree((void *)(uintptr_t)address);
}

static CUresult by_runtime_ask(size_t *free_bytes, size_t *total_bytes)
{
	return (CUresult)cudaMemGetInfo(free_bytes, total_bytes);
}

static int runtime(char **arguments)
{
	(void)arguments;
	return use(by_runtime_alloc, by_runtime_free, by_runtime_ask);
}

static int by_name(char **arguments)
{
	void *handle = driver_open(RTLD_LOCAL);
	mem_alloc_fn allocate;
	mem_free_fn release;
	mem_info_fn ask;

	(void)arguments;
	*(void **)&allocate = driver_symbol(handle, "cuMemAlloc_v2");
	*(void **)&release = driver_symbol(handle, "cuMemFree_v2");
	*(void **)&ask = driver_symbol(handle, "cuMemGetInfo_v2");
	return use(allocate, release, ask);
}

static int by_version(char **arguments)
{
	void *handle = driver_open(RTLD_LOCAL);
	CUdriverProcAddressQueryResult status;
	mem_alloc_fn allocate;
	mem_free_fn release;
	resolve_v2_fn look_up;
	mem_info_fn ask;

	(void)arguments;
	*(void **)&look_up = driver_symbol(handle, "cuGetProcAddress_v2");
	CALL(look_up("cuMemAlloc", (void **)&allocate, 12000, 0, &status));
	CALL(look_up("cuMemFree", (void **)&release, 12000, 0, &status));
	CALL(look_up("cuMemGetInfo", (void **)&ask, 12000, 0, &status));
	return use(allocate, release, ask);
}

static const struct hazard_case cases[] = {
	{"driver", driver},
	{"runtime", runtime},
	{"by_name", by_name},
	{"by_version", by_version},
};

HAZARD_MAIN(cases)
