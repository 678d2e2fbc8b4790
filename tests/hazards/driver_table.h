/*
 * The driver as a program finds it for itself: dlopen, then dlsym of exported
 * names. For hazards that may not be linked with CUDA.
 */
#ifndef VT_TESTS_DRIVER_TABLE_H
#define VT_TESTS_DRIVER_TABLE_H

#include <cuda.h>
#include <dlfcn.h>

#include "hazard.h"

typedef CUresult (*mem_alloc_fn)(CUdeviceptr *address, size_t bytes);
typedef CUresult (*mem_alloc_async_fn)(CUdeviceptr *address, size_t bytes, CUstream stream);
typedef CUresult (*mem_free_fn)(CUdeviceptr address);
typedef CUresult (*mem_free_async_fn)(CUdeviceptr address, CUstream stream);
typedef CUresult (*resolve_v1_fn)(const char *name, void **out, int version, cuuint64_t flags);
typedef CUresult (*resolve_v2_fn)(const char *name, void **out, int version, cuuint64_t flags,
				  CUdriverProcAddressQueryResult *status);

static inline void *driver_symbol(void *handle, const char *name)
{
	void *symbol = dlsym(handle, name);

	if (symbol == NULL) {
		fprintf(stderr, "hazard: dlsym(%s): %s\n", name, dlerror());
		_Exit(99);
	}
	return symbol;
}

/* Loads the driver and makes device 0's primary context current. */
static inline void *driver_open(int flags)
{
	void *handle = dlopen("libcuda.so.1", RTLD_NOW | flags);
	CUcontext context;
	CUresult (*init)(unsigned int);
	CUresult (*retain)(CUcontext *, CUdevice);
	CUresult (*set_current)(CUcontext);

	if (handle == NULL) {
		fprintf(stderr, "hazard: %s\n", dlerror());
		_Exit(99);
	}
	*(void **)&init = driver_symbol(handle, "cuInit");
	*(void **)&retain = driver_symbol(handle, "cuDevicePrimaryCtxRetain");
	*(void **)&set_current = driver_symbol(handle, "cuCtxSetCurrent");
	CALL(init(0));
	CALL(retain(&context, 0));
	CALL(set_current(context));
	return handle;
}

#endif
