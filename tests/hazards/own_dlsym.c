/*
 * A program with a dlsym of its own, as tracers and overlays have: it must
 * work as it does alone. Calls that are linked to the driver stay visible.
 */
#include <cuda.h>
#include <dlfcn.h>

#include "hazard.h"

static unsigned long looked_up;

__attribute__((visibility("default"))) void *dlsym(void *restrict handle, const char *restrict name)
{
	static void *(*real)(void *, const char *);

	if (real == NULL) {
		*(void **)&real = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
		if (real == NULL)
			*(void **)&real = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
		if (real == NULL)
			*(void **)&real = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.17");
	}
	looked_up++;
	return real(handle, name);
}

int main(void)
{
	CUcontext context;
	CUdeviceptr buffer;

	MUST(dlsym(RTLD_DEFAULT, "printf") != NULL);
	MUST(dlsym(RTLD_DEFAULT, "no_such_function") == NULL);
	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	for (int i = 0; i < 2; i++)
		CALL(cuMemAlloc(&buffer, MIB));
	MUST(looked_up >= 2);
	puts("done");
	return 0;
}
