/*
 * Memory and semaphores of other interfaces, imported by descriptor. Any file that can be
 * mapped serves as such memory.
 */
#include "config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simulate/driver/memory/external.h"
#include "simulate/driver/memory/import.h"

struct CUextMemory_st {
	struct vt__object object;
	int file; /* owned */
	size_t size;
};

struct CUextSemaphore_st {
	struct vt__object object;
	int file; /* owned */
};

void vt__external_destroy(struct vt__object *object)
{
	if (object->kind == VT_EXTERNAL_MEMORY)
		close(((CUexternalMemory)object)->file);
	else
		close(((CUexternalSemaphore)object)->file);
	vt__object_destroy(object);
}

static CUresult check_memory(const CUDA_EXTERNAL_MEMORY_HANDLE_DESC *desc)
{
	struct stat about;

	if (desc->type < CU_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD ||
	    desc->type > CU_EXTERNAL_MEMORY_HANDLE_TYPE_DMABUF_FD || !desc->size ||
	    desc->flags & ~(unsigned int)CUDA_EXTERNAL_MEMORY_DEDICATED)
		return CUDA_ERROR_INVALID_VALUE;
	if (desc->type != CU_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD)
		return CUDA_ERROR_NOT_SUPPORTED;
	if (fstat(desc->handle.fd, &about))
		return CUDA_ERROR_INVALID_HANDLE;
	return S_ISREG(about.st_mode) && (unsigned long long)about.st_size >= desc->size
		       ? CUDA_SUCCESS
		       : CUDA_ERROR_INVALID_VALUE;
}

/* On success, and only then, the descriptor is the driver's. */
CUresult cuImportExternalMemory(CUexternalMemory *extMem_out,
				const CUDA_EXTERNAL_MEMORY_HANDLE_DESC *memHandleDesc)
{
	CUexternalMemory memory;
	CUcontext context;
	CUresult result = extMem_out && memHandleDesc ? vt__enter_context(&context)
						      : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	result = check_memory(memHandleDesc);
	if (result == CUDA_SUCCESS) {
		memory = vt__object_create(VT_EXTERNAL_MEMORY, sizeof(*memory), context);
		if (memory) {
			memory->file = memHandleDesc->handle.fd;
			memory->size = (size_t)memHandleDesc->size;
			*extMem_out = memory;
		} else {
			result = CUDA_ERROR_OUT_OF_MEMORY;
		}
	}
	vt__leave();
	return result;
}

/* Enters, with a live object of the kind. */
static CUresult enter_external(const void *handle, enum vt__kind kind, CUcontext *context)
{
	CUresult result = vt__enter_context(context);

	if (result != CUDA_SUCCESS || vt__object_live(handle, kind))
		return result;
	vt__leave();
	return CUDA_ERROR_INVALID_HANDLE;
}

/* The mapping is independent of the object: it stays when that is destroyed. */
CUresult cuExternalMemoryGetMappedBuffer(CUdeviceptr *devPtr, CUexternalMemory extMem,
					 const CUDA_EXTERNAL_MEMORY_BUFFER_DESC *bufferDesc)
{
	struct vt__region wanted = {.kind = VT_REGION_EXTERNAL};
	struct vt__region *region;
	CUcontext context;
	CUresult result;

	if (!devPtr || !bufferDesc || !bufferDesc->size || bufferDesc->flags)
		return CUDA_ERROR_INVALID_VALUE;
	result = enter_external(extMem, VT_EXTERNAL_MEMORY, &context);
	if (result != CUDA_SUCCESS)
		return result;
	wanted.size = (size_t)bufferDesc->size;
	wanted.device = context->device;
	wanted.context = context;
	if (bufferDesc->offset > extMem->size ||
	    bufferDesc->size > extMem->size - bufferDesc->offset ||
	    vt__import_map(&wanted, extMem->file, bufferDesc->offset, &region) != CUDA_SUCCESS)
		result = CUDA_ERROR_INVALID_VALUE;
	else
		*devPtr = region->node.key;
	vt__leave();
	return result;
}

CUresult cuExternalMemoryGetMappedMipmappedArray(
	CUmipmappedArray *mipmap, CUexternalMemory extMem,
	const CUDA_EXTERNAL_MEMORY_MIPMAPPED_ARRAY_DESC *mipmapDesc)
{
	CUcontext context;
	CUresult result = mipmap && mipmapDesc && mipmapDesc->numLevels
				  ? enter_external(extMem, VT_EXTERNAL_MEMORY, &context)
				  : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	result = vt__mipmap_map(&mipmapDesc->arrayDesc, mipmapDesc->numLevels, context,
				extMem->file, (size_t)mipmapDesc->offset, extMem->size, mipmap);
	vt__leave();
	return result;
}

static CUresult destroy(void *handle, enum vt__kind kind)
{
	CUcontext context;
	CUresult result = enter_external(handle, kind, &context);

	if (result != CUDA_SUCCESS)
		return result;
	vt__external_destroy(handle);
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuDestroyExternalMemory(CUexternalMemory extMem)
{
	return destroy(extMem, VT_EXTERNAL_MEMORY);
}

static CUresult check_semaphore(const CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC *desc)
{
	if (desc->type < CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD ||
	    desc->type > CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_TIMELINE_SEMAPHORE_WIN32 || desc->flags)
		return CUDA_ERROR_INVALID_VALUE;
	if (desc->type != CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD &&
	    desc->type != CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_TIMELINE_SEMAPHORE_FD)
		return CUDA_ERROR_NOT_SUPPORTED;
	return fcntl(desc->handle.fd, F_GETFD) < 0 ? CUDA_ERROR_INVALID_HANDLE : CUDA_SUCCESS;
}

/* On success, and only then, the descriptor is the driver's. */
CUresult cuImportExternalSemaphore(CUexternalSemaphore *extSem_out,
				   const CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC *semHandleDesc)
{
	CUexternalSemaphore semaphore;
	CUcontext context;
	CUresult result = extSem_out && semHandleDesc ? vt__enter_context(&context)
						      : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	result = check_semaphore(semHandleDesc);
	if (result == CUDA_SUCCESS) {
		semaphore = vt__object_create(VT_EXTERNAL_SEMAPHORE, sizeof(*semaphore), context);
		if (semaphore) {
			semaphore->file = semHandleDesc->handle.fd;
			*extSem_out = semaphore;
		} else {
			result = CUDA_ERROR_OUT_OF_MEMORY;
		}
	}
	vt__leave();
	return result;
}

CUresult cuDestroyExternalSemaphore(CUexternalSemaphore extSem)
{
	return destroy(extSem, VT_EXTERNAL_SEMAPHORE);
}
