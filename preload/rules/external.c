/* What the calls mean that open memory of another API (Vulkan, OpenGL, a file
 * descriptor): the object is an account of its own, a mapping of it is address
 * space only. */
#include "config.h"

#include "preload/driver/array_bytes.h"
#include "preload/rules/call.h"

#define DESCRIBED(pointer, value) ((pointer) ? (value) : 0)

VT__RULES_ALLOCATES(cuImportExternalMemory, OBJECT, EXTERNAL, (uintptr_t)*p->extMem_out,
		    DESCRIBED(p->memHandleDesc, p->memHandleDesc->size), p->memHandleDesc->size);
VT__RULES_FREES(cuDestroyExternalMemory, OBJECT, (uintptr_t)p->extMem);
VT__RULES_ALLOCATES(cuExternalMemoryGetMappedBuffer, DEVICE, EXTERNAL_MAPPING, *p->devPtr,
		    DESCRIBED(p->bufferDesc, p->bufferDesc->size), p->bufferDesc->size);
VT__RULES_ALLOCATES(cuExternalMemoryGetMappedMipmappedArray, ARRAY, EXTERNAL_MAPPING,
		    (uintptr_t)*p->mipmap,
		    DESCRIBED(p->mipmapDesc, vt__mipmap_bytes(&p->mipmapDesc->arrayDesc,
							      p->mipmapDesc->numLevels)),
		    vt__mipmap_bytes(&p->mipmapDesc->arrayDesc, p->mipmapDesc->numLevels));
VT__RULES_ALLOCATES(cuImportExternalSemaphore, OBJECT, SEMAPHORE, (uintptr_t)*p->extSem_out, 0, 0);
VT__RULES_FREES(cuDestroyExternalSemaphore, OBJECT, (uintptr_t)p->extSem);
