/*
 * A program with a dlsym of its own, as tracers and overlays have: it must
 * work as it does alone. Calls that are linked to the driver stay visible.
 */
#include <cuda.h>
#include <dlfcn.h>

#include "hazard.h"
#include "libc_dlsym.h"

static unsigned long looked_up;

__attribute__((visibility("default"))) void *dlsym(void *restrict handle, const char *restrict name)
{
	looked_up++;
	return libc_dlsym()(handle, name);
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
