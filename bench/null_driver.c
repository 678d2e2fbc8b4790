/*
 * A driver that does nothing, as a libcuda.so.1 of its own: what is left of a call is the
 * recorder's own work. Each allocation has the same address; nothing is behind it.
 *
 * With NULL_DRIVER_COLD=KIB in the environment each call of the four that allocate and free leaves
 * caches as a driver leaves them after its own work: it reads so much memory, and runs 128 KiB of
 * code. Addresses are 4096 in turn then, a 2 MiB each.
 */
#include <cuda.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#undef cuMemAlloc
#undef cuMemFree
#undef cuDeviceTotalMem
#undef cuMemGetInfo
#undef cuDeviceGetUuid

#define ADDRESS 0x700000000000ull
#define BYTES (1ull << 40)

#define LINE 64
#define ADDRESSES 4096u
#define COLD_MOST ((size_t)256 << 20)

static size_t cold; /* bytes */
static unsigned char *walked;

/* A jump in each line of the cache, which is a branch to be predicted, too. */
static void run_code(void)
{
#ifdef __x86_64__
	__asm__ volatile("	.p2align 6\n"
			 "	.rept 2048\n"
			 "	jmp 1f\n"
			 "	.p2align 6\n"
			 "1:\n"
			 "	.endr\n");
#elif defined(__aarch64__)
	__asm__ volatile("	.p2align 6\n"
			 "	.rept 2048\n"
			 "	b 1f\n"
			 "	.p2align 6\n"
			 "1:\n"
			 "	.endr\n");
#endif
}

static void leave_cold(void)
{
	if (!cold)
		return;
	for (size_t i = 0; i < cold; i += LINE)
		(void)*(volatile unsigned char *)&walked[i];
	run_code();
}

__attribute__((constructor)) static void read_environment(void)
{
	const char *kib = getenv("NULL_DRIVER_COLD");
	const size_t bytes = kib ? (size_t)strtoul(kib, NULL, 10) << 10 : 0;

	if (!bytes || bytes > COLD_MOST)
		return;
	walked = malloc(bytes);
	if (!walked)
		return;
	memset(walked, 1, bytes);
	cold = bytes;
}

static CUdeviceptr next_address(void)
{
	static unsigned count;

	return cold ? ADDRESS + ((CUdeviceptr)(count++ % ADDRESSES) << 21) : ADDRESS;
}

static CUcontext the_context(void)
{
	return (CUcontext)(uintptr_t)0x1000;
}

CUresult cuInit(unsigned int flags)
{
	(void)flags;
	return CUDA_SUCCESS;
}

CUresult cuDriverGetVersion(int *version)
{
	*version = CUDA_VERSION;
	return CUDA_SUCCESS;
}

CUresult cuDeviceGetCount(int *count)
{
	*count = 1;
	return CUDA_SUCCESS;
}

CUresult cuDeviceGet(CUdevice *device, int ordinal)
{
	*device = ordinal;
	return ordinal == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

CUresult cuDeviceGetName(char *name, int length, CUdevice device)
{
	(void)device;
	strncpy(name, "no device", (size_t)length);
	return CUDA_SUCCESS;
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice device)
{
	(void)device;
	*bytes = BYTES;
	return CUDA_SUCCESS;
}

CUresult cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice device)
{
	(void)device;
	memset(uuid, 7, sizeof(*uuid));
	return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device)
{
	(void)device;
	*context = the_context();
	return CUDA_SUCCESS;
}

CUresult cuCtxSetCurrent(CUcontext context)
{
	(void)context;
	return CUDA_SUCCESS;
}

CUresult cuCtxGetCurrent(CUcontext *context)
{
	*context = the_context();
	return CUDA_SUCCESS;
}

CUresult cuCtxGetDevice(CUdevice *device)
{
	*device = 0;
	return CUDA_SUCCESS;
}

CUresult cuStreamGetCtx(CUstream stream, CUcontext *context)
{
	(void)stream;
	*context = the_context();
	return CUDA_SUCCESS;
}

CUresult cuStreamIsCapturing(CUstream stream, CUstreamCaptureStatus *status)
{
	(void)stream;
	*status = CU_STREAM_CAPTURE_STATUS_NONE;
	return CUDA_SUCCESS;
}

CUresult cuStreamCreate(CUstream *stream, unsigned int flags)
{
	(void)flags;
	*stream = (CUstream)(uintptr_t)0x5000;
	return CUDA_SUCCESS;
}

CUresult cuStreamSynchronize(CUstream stream)
{
	(void)stream;
	return CUDA_SUCCESS;
}

CUresult cuMemPoolSetAttribute(CUmemoryPool pool, CUmemPool_attribute attribute, void *value)
{
	(void)pool;
	(void)attribute;
	(void)value;
	return CUDA_SUCCESS;
}

CUresult cuDeviceGetDefaultMemPool(CUmemoryPool *pool, CUdevice device)
{
	(void)device;
	*pool = (CUmemoryPool)(uintptr_t)0x2000;
	return CUDA_SUCCESS;
}

CUresult cuMemGetInfo_v2(size_t *free_bytes, size_t *total_bytes)
{
	*free_bytes = *total_bytes = BYTES;
	return CUDA_SUCCESS;
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes)
{
	(void)bytes;
	leave_cold();
	*address = next_address();
	return CUDA_SUCCESS;
}

CUresult cuMemFree_v2(CUdeviceptr address)
{
	(void)address;
	leave_cold();
	return CUDA_SUCCESS;
}

CUresult cuMemAllocAsync(CUdeviceptr *address, size_t bytes, CUstream stream)
{
	(void)bytes;
	(void)stream;
	leave_cold();
	*address = next_address();
	return CUDA_SUCCESS;
}

CUresult cuMemFreeAsync(CUdeviceptr address, CUstream stream)
{
	(void)address;
	(void)stream;
	leave_cold();
	return CUDA_SUCCESS;
}
