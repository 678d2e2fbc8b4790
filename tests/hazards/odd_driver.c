/*
 * A driver with the oddities that real ones were seen to have, as a
 * libcuda.so.1 of its own:
 *   - an 11.x one: there is no cuGetProcAddress_v2, and dlsym must say so;
 *   - no current context: cuCtxGetDevice always gives 201;
 *   - its cuMemAllocManaged calls the exported cuMemAlloc_v2, as a driver that
 *     another library patched in place does: one allocation, not two;
 *   - success with a NULL pointer from cuGetProcAddress;
 *   - cuMemGetInfo takes NULL for what is not wanted;
 *   - it takes no lock, so that its calls may be nested in a signal handler.
 * Addresses are counted up and never used again; nothing is behind them.
 */
#include <cuda.h>

#include "hazard.h"

#undef cuMemAlloc
#undef cuMemFree
#undef cuMemGetInfo
#undef cuGetProcAddress

CUresult cuGetProcAddress(const char *name, void **out, int version, cuuint64_t flags);

static uint64_t next_address = 0x700000000000;

CUresult cuInit(unsigned int flags)
{
	return flags == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuDriverGetVersion(int *version)
{
	*version = 11040;
	return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device)
{
	*context = (CUcontext)(uintptr_t)0x1000;
	return device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

CUresult cuCtxSetCurrent(CUcontext context)
{
	(void)context;
	return CUDA_SUCCESS;
}

CUresult cuCtxGetCurrent(CUcontext *context)
{
	*context = NULL;
	return CUDA_SUCCESS;
}

CUresult cuCtxGetDevice(CUdevice *device)
{
	(void)device;
	return CUDA_ERROR_INVALID_CONTEXT;
}

CUresult cuMemGetInfo_v2(size_t *left, size_t *all)
{
	if (left)
		*left = 100 * MIB;
	if (all)
		*all = 200 * MIB;
	return CUDA_SUCCESS;
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes)
{
	uint64_t step = (bytes + 511) & ~(uint64_t)511;

	*address = __atomic_fetch_add(&next_address, step, __ATOMIC_RELAXED);
	return CUDA_SUCCESS;
}

CUresult cuMemAllocManaged(CUdeviceptr *address, size_t bytes, unsigned int flags)
{
	(void)flags;
	return cuMemAlloc_v2(address, bytes);
}

/* Refuses odd addresses, so that a refused free can be told from a good one. */
CUresult cuMemFree_v2(CUdeviceptr address)
{
	return address % 512 == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGetProcAddress(const char *name, void **out, int version, cuuint64_t flags)
{
	(void)version;
	(void)flags;
	*out = NULL;
	if (strcmp(name, "cuMemAlloc") == 0)
		*(CUresult(**)(CUdeviceptr *, size_t))out = cuMemAlloc_v2;
	return CUDA_SUCCESS;
}
