/*
 * A stand-in for HAMi-core: a preloaded library that overrides dlsym, lets a program have 4 MiB
 * of device memory, and says so in cuMemGetInfo. It finds the driver by libc's dlsym.
 */
#include <cuda.h>
#include <dlfcn.h>

#include "hazard.h"
#include "libc_dlsym.h"

#undef cuMemAlloc
#undef cuMemGetInfo

#define MOST (4 * MIB)

static size_t used;

static void *behind(const char *name)
{
	return libc_dlsym()(dlopen("libcuda.so.1", RTLD_NOW), name);
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes)
{
	CUresult (*next)(CUdeviceptr *, size_t), result;

	if (bytes > MOST - used)
		return CUDA_ERROR_OUT_OF_MEMORY;
	*(void **)&next = behind("cuMemAlloc_v2");
	result = next(address, bytes);
	used += result == CUDA_SUCCESS ? bytes : 0;
	return result;
}

CUresult cuMemGetInfo_v2(size_t *free_bytes, size_t *total_bytes)
{
	*free_bytes = MOST - used;
	*total_bytes = MOST;
	return CUDA_SUCCESS;
}

static void *replacement(const char *name);

CUresult cuGetProcAddress_v2(const char *name, void **out, int version, cuuint64_t flags,
			     CUdriverProcAddressQueryResult *status)
{
	__typeof__(&cuGetProcAddress_v2) next;
	CUresult result;

	*(void **)&next = behind("cuGetProcAddress_v2");
	result = next(name, out, version, flags, status);
	if (result == CUDA_SUCCESS && *out != NULL) {
		if (strcmp(name, "cuMemAlloc") == 0)
			*out = replacement("cuMemAlloc_v2");
		if (strcmp(name, "cuMemGetInfo") == 0)
			*out = replacement("cuMemGetInfo_v2");
		if (strcmp(name, "cuGetProcAddress") == 0)
			*out = replacement("cuGetProcAddress_v2");
	}
	return result;
}

static void *replacement(const char *name)
{
	if (strcmp(name, "cuMemAlloc_v2") == 0)
		return (void *)cuMemAlloc_v2;
	if (strcmp(name, "cuMemGetInfo_v2") == 0)
		return (void *)cuMemGetInfo_v2;
	if (strcmp(name, "cuGetProcAddress_v2") == 0)
		return (void *)cuGetProcAddress_v2;
	return NULL;
}

__attribute__((visibility("default"))) void *dlsym(void *restrict handle, const char *restrict name)
{
	return replacement(name) ? replacement(name) : libc_dlsym()(handle, name);
}
