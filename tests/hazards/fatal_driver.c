/*
 * A driver that follows handles without a look, as a libcuda.so.1 of its own: a
 * wrong one ends the process inside the call, and no error comes back. It looks
 * handles up all the same, and kills the process where a real one would fault; an
 * array that is 13 elements wide counts as wrong too.
 */
#include <cuda.h>
#include <signal.h>

#include "hazard.h"

#undef cuArrayCreate
#undef cuEventDestroy
#undef cuGetProcAddress
#undef cuMemAlloc
#undef cuMemFree

CUresult cuGetProcAddress(const char *name, void **out, int version, cuuint64_t flags);

#define OBJECTS 64

static struct {
	int live;
	size_t width;
} objects[OBJECTS];
static size_t object_count;

static void *make(size_t width)
{
	MUST(object_count < OBJECTS);
	objects[object_count].live = 1;
	objects[object_count].width = width;
	return &objects[object_count++];
}

static CUresult destroy(void *handle)
{
	size_t number = ((uintptr_t)handle - (uintptr_t)objects) / sizeof(objects[0]);

	if (number >= object_count || !objects[number].live || objects[number].width == 13)
		raise(SIGKILL);
	objects[number].live = 0;
	return CUDA_SUCCESS;
}

CUresult cuInit(unsigned int flags)
{
	(void)flags;
	return CUDA_SUCCESS;
}

CUresult cuDriverGetVersion(int *version)
{
	*version = 13000;
	return CUDA_SUCCESS;
}

CUresult cuCtxGetDevice(CUdevice *device)
{
	*device = 0;
	return CUDA_SUCCESS;
}

CUresult cuArrayCreate_v2(CUarray *out, const CUDA_ARRAY_DESCRIPTOR *shape)
{
	*out = make(shape->Width);
	return CUDA_SUCCESS;
}

CUresult cuArrayDestroy(CUarray array)
{
	return destroy(array);
}

CUresult cuEventCreate(CUevent *out, unsigned int flags)
{
	(void)flags;
	*out = make(0);
	return CUDA_SUCCESS;
}

CUresult cuEventDestroy_v2(CUevent event)
{
	return destroy(event);
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes)
{
	(void)bytes;
	*address = (uintptr_t)make(0);
	return CUDA_SUCCESS;
}

CUresult cuMemFree_v2(CUdeviceptr address)
{
	return destroy((void *)(uintptr_t)address);
}

CUresult cuGetProcAddress(const char *name, void **out, int version, cuuint64_t flags)
{
	(void)name;
	(void)version;
	(void)flags;
	*out = NULL;
	return CUDA_ERROR_NOT_FOUND;
}
