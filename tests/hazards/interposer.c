/*
 * A stand-in for NVIDIA's cuinterpose: a preloaded library that keeps books of memory, answers
 * dlsym and cuGetProcAddress, goes on to the next in line by RTLD_NEXT, and refuses a function
 * that is not the driver's own. It says at the end what it saw.
 */
#include <cuda.h>
#include <dlfcn.h>

#include "hazard.h"
#include "libc_dlsym.h"

#undef cuMemAlloc
#undef cuMemFree

static unsigned long allocations, frees, refused;

/* The next in line; where the driver is nobody's dependency, the driver's own. */
static void *next(const char *name)
{
	void *found = libc_dlsym()(RTLD_NEXT, name);

	return found ? found : libc_dlsym()(dlopen("libcuda.so.1", RTLD_LAZY), name);
}

static int is_drivers_own(void *function)
{
	const char *slash;
	Dl_info info;

	if (!dladdr(function, &info) || info.dli_sname == NULL || info.dli_saddr != function)
		return 0;
	slash = strrchr(info.dli_fname, '/');
	return strncmp(slash ? slash + 1 : info.dli_fname, "libcuda.so", 10) == 0;
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes)
{
	CUresult (*behind)(CUdeviceptr *, size_t);

	*(void **)&behind = next("cuMemAlloc_v2");
	allocations++;
	return behind(address, bytes);
}

CUresult cuMemFree_v2(CUdeviceptr address)
{
	CUresult (*behind)(CUdeviceptr);

	*(void **)&behind = next("cuMemFree_v2");
	frees++;
	return behind(address);
}

static void *replacement(const char *name);

CUresult cuGetProcAddress_v2(const char *name, void **out, int version, cuuint64_t flags,
			     CUdriverProcAddressQueryResult *status)
{
	__typeof__(&cuGetProcAddress_v2) behind;
	CUresult result;
	Dl_info info;

	*(void **)&behind = next("cuGetProcAddress_v2");
	result = behind(name, out, version, flags, status);
	if (result != CUDA_SUCCESS || *out == NULL)
		return result;
	if (dladdr(*out, &info) && info.dli_sname && replacement(info.dli_sname)) {
		if (!is_drivers_own(*out)) {
			fprintf(stderr, "interposer: refused %s of %s\n", info.dli_sname,
				info.dli_fname);
			refused++;
			*out = NULL;
			return CUDA_ERROR_NOT_SUPPORTED;
		}
		*out = replacement(info.dli_sname);
	}
	return result;
}

static void *replacement(const char *name)
{
	if (strcmp(name, "cuMemAlloc_v2") == 0)
		return (void *)cuMemAlloc_v2;
	if (strcmp(name, "cuMemFree_v2") == 0)
		return (void *)cuMemFree_v2;
	if (strcmp(name, "cuGetProcAddress_v2") == 0)
		return (void *)cuGetProcAddress_v2;
	return NULL;
}

__attribute__((visibility("default"))) void *dlsym(void *restrict handle, const char *restrict name)
{
	void *found = libc_dlsym()(handle, name);

	return found && replacement(name) && is_drivers_own(found) ? replacement(name) : found;
}

__attribute__((destructor)) static void say(void)
{
	if (allocations + frees + refused > 0)
		printf("interposer: %lu allocations, %lu frees, %lu refused\n", allocations, frees,
		       refused);
}
