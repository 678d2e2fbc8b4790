/*
 * A limiter of GPU memory as they are preloaded in containers: it answers dlsym
 * and cuGetProcAddress itself, and finds the driver by libc's dlsym.
 */
#include <cuda.h>
#include <dlfcn.h>

#include "hazard.h"
#include "libc_dlsym.h"

#undef cuMemAlloc
#undef cuMemFree

static unsigned long calls;

#ifdef LOOKS_ON /* one that only counts, and goes by the next dlsym, which is the shim's */
static void *look_up(void *handle, const char *name)
{
	static dlsym_fn next;

	if (next == NULL)
		*(void **)&next = libc_dlsym()(RTLD_NEXT, "dlsym");
	return next(handle, name);
}
#else
static void *look_up(void *handle, const char *name)
{
	return libc_dlsym()(handle, name);
}
#endif

static void *behind(const char *name)
{
	return look_up(dlopen("libcuda.so.1", RTLD_NOW), name);
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes)
{
	CUresult (*next)(CUdeviceptr *, size_t);

	*(void **)&next = behind("cuMemAlloc_v2");
	calls++;
	return next(address, bytes);
}

CUresult cuGetProcAddress_v2(const char *name, void **out, int version, cuuint64_t flags,
			     CUdriverProcAddressQueryResult *status)
{
	__typeof__(&cuGetProcAddress_v2) next;
	CUresult result;

	*(void **)&next = behind("cuGetProcAddress_v2");
	result = next(name, out, version, flags, status);
	if (result == CUDA_SUCCESS && strcmp(name, "cuMemAlloc") == 0)
		*out = (void *)cuMemAlloc_v2;
	if (result == CUDA_SUCCESS && strcmp(name, "cuGetProcAddress") == 0)
		*out = (void *)cuGetProcAddress_v2;
	return result;
}

#ifndef WITHOUT_DLSYM /* else only what is linked to the driver comes here */
__attribute__((visibility("default"))) void *dlsym(void *restrict handle, const char *restrict name)
{
	if (strcmp(name, "cuMemAlloc_v2") == 0)
		return (void *)cuMemAlloc_v2;
	if (strcmp(name, "cuGetProcAddress_v2") == 0)
		return (void *)cuGetProcAddress_v2;
	return look_up(handle, name);
}
#endif

__attribute__((destructor)) static void say(void)
{
	if (calls > 0)
		printf("limiter: %lu calls\n", calls);
}
