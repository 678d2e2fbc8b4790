/*
 * Linked with the driver or the runtime (the ordinary ways), and through
 * pointers that the runtime hands out. Each case leaks two buffers of 1 MiB.
 */
#include <cuda.h>
#include <cuda_runtime_api.h>

#include "hazard.h"

typedef CUresult (*mem_alloc_fn)(CUdeviceptr *address, size_t bytes);

static FRAME int driver_linked(char **arguments)
{
	CUcontext context;
	CUdeviceptr buffer[3];

	(void)arguments;
	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	for (int i = 0; i < 3; i++)
		CALL(cuMemAlloc(&buffer[i], MIB));
	CALL(cuMemFree(buffer[1]));
	return 0;
}

static FRAME int runtime_linked(char **arguments)
{
	void *buffer[3];

	(void)arguments;
	for (int i = 0; i < 3; i++)
		CALL(cudaMalloc(&buffer[i], MIB));
	CALL(cudaFree(buffer[1]));
	return 0;
}

static FRAME int allocate_by_entry_point(mem_alloc_fn allocate)
{
	CUdeviceptr buffer[3];

	CALL(cudaFree(NULL)); /* makes the context */
	for (int i = 0; i < 3; i++)
		CALL(allocate(&buffer[i], MIB));
	CALL(cuMemFree(buffer[1]));
	return 0;
}

static int entry_point_by_version(char **arguments)
{
	mem_alloc_fn allocate;
	enum cudaDriverEntryPointQueryResult status;

	(void)arguments;
	CALL(cudaGetDriverEntryPointByVersion("cuMemAlloc", (void **)&allocate, 12000,
					      cudaEnableDefault, &status));
	MUST(status == cudaDriverEntryPointSuccess);
	return allocate_by_entry_point(allocate);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static int entry_point(char **arguments)
{
	mem_alloc_fn allocate;
	enum cudaDriverEntryPointQueryResult status;

	(void)arguments;
	CALL(cudaGetDriverEntryPoint("cuMemAlloc", (void **)&allocate, cudaEnableDefault, &status));
	MUST(status == cudaDriverEntryPointSuccess);
	return allocate_by_entry_point(allocate);
}
#pragma GCC diagnostic pop

/* A thread that never had a context asks for memory: the driver refuses, and
 * the question "which device?" has no answer either. */
static int no_context(char **arguments)
{
	CUdeviceptr buffer;
	CUdevice device;

	(void)arguments;
	CALL(cuInit(0));
	printf("cuCtxGetDevice %d cuMemAlloc %d\n", (int)cuCtxGetDevice(&device),
	       (int)cuMemAlloc(&buffer, MIB));
	return 0;
}

static const struct hazard_case cases[] = {
	{"driver", driver_linked},
	{"runtime", runtime_linked},
	{"entry_point_by_version", entry_point_by_version},
	{"entry_point", entry_point},
	{"no_context", no_context},
};

HAZARD_MAIN(cases)
