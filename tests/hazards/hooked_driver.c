/*
 * A driver that counts its calls and, where a program asks for it, calls back in the
 * middle of one, as a libcuda.so.1 of its own. It takes no lock, so that its calls
 * may be nested. Addresses are counted up and never used again; nothing is behind them,
 * and 1 TiB at once is refused.
 */
#include <cuda.h>

#include "hazard.h"

#undef cuMemAlloc
#undef cuMemFree

/* Called once, by the next call; then it must be set again. */
void (*hooked_callback)(void);
/* Calls that allocate or free, by the program and not by the driver itself. */
unsigned long hooked_calls;

static uint64_t next_address = 0x700000000000;

static void enter(void)
{
	void (*callback)(void) = __atomic_exchange_n(&hooked_callback, NULL, __ATOMIC_RELAXED);

	__atomic_fetch_add(&hooked_calls, 1, __ATOMIC_RELAXED);
	if (callback)
		callback();
}

CUresult cuInit(unsigned int flags)
{
	return flags == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuDriverGetVersion(int *version)
{
	*version = 13000;
	return CUDA_SUCCESS;
}

CUresult cuDeviceGet(CUdevice *device, int ordinal)
{
	*device = ordinal;
	return ordinal == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

CUresult cuDeviceGetCount(int *count)
{
	*count = 1;
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
	*context = (CUcontext)(uintptr_t)0x1000;
	return CUDA_SUCCESS;
}

CUresult cuCtxGetDevice(CUdevice *device)
{
	*device = 0;
	return CUDA_SUCCESS;
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes)
{
	uint64_t step = (bytes + 511) & ~(uint64_t)511;

	enter();
	if (bytes >> 40)
		return CUDA_ERROR_OUT_OF_MEMORY;
	*address = __atomic_fetch_add(&next_address, step, __ATOMIC_RELAXED);
	return CUDA_SUCCESS;
}

/* One allocation, made by two functions. */
CUresult cuMemAllocManaged(CUdeviceptr *address, size_t bytes, unsigned int flags)
{
	(void)flags;
	return cuMemAlloc_v2(address, bytes);
}

CUresult cuMemFree_v2(CUdeviceptr address)
{
	enter();
	return address % 512 == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}
