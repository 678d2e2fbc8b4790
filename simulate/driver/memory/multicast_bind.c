/* Memory bound to multicast objects, and held by them. */
#include "config.h"

#include <stdlib.h>

#include "simulate/driver/memory/multicast.h"

void vt__multicast_unlink(struct vt__bind **link)
{
	struct vt__bind *bind = *link;

	*link = bind->next;
	if (bind->memory)
		vt__physical_unmapped(bind->memory);
	free(bind);
}

static CUresult check_bind(const struct vt__physical *object, const struct vt__bind *wanted)
{
	const struct vt__team *team = object->multicast->team;

	if (!wanted->size || !vt__is_granular(wanted->offset | wanted->size) ||
	    wanted->offset > object->size || wanted->size > object->size - wanted->offset)
		return CUDA_ERROR_INVALID_VALUE;
	if (!vt__multicast_complete(object))
		return CUDA_ERROR_SYSTEM_NOT_READY;
	if (!(atomic_load(&team->devices) >> wanted->device & 1))
		return CUDA_ERROR_INVALID_DEVICE;
	for (const struct vt__bind *bind = object->multicast->binds; bind; bind = bind->next) {
		if (bind->device == wanted->device && wanted->offset < bind->offset + bind->size &&
		    bind->offset < wanted->offset + wanted->size)
			return CUDA_ERROR_INVALID_VALUE;
	}
	return CUDA_SUCCESS;
}

static CUresult bind_memory(struct vt__physical *object, const struct vt__bind *wanted)
{
	CUresult result = check_bind(object, wanted);
	struct vt__bind *bind;

	if (result != CUDA_SUCCESS)
		return result;
	bind = malloc(sizeof(*bind));
	if (!bind)
		return CUDA_ERROR_OUT_OF_MEMORY;
	*bind = *wanted;
	bind->next = object->multicast->binds;
	object->multicast->binds = bind;
	if (bind->memory)
		bind->memory->mappings++;
	return CUDA_SUCCESS;
}

/* What can be shared takes only memory that can be shared. */
static bool suits(const struct vt__physical *memory, const struct vt__physical *object,
		  size_t offset, size_t size)
{
	return memory && !memory->multicast &&
	       memory->properties.location.type == CU_MEM_LOCATION_TYPE_DEVICE &&
	       (memory->properties.requestedHandleTypes ||
		!object->properties.requestedHandleTypes) &&
	       vt__is_granular(offset) && offset <= memory->size && size <= memory->size - offset;
}

CUresult cuMulticastBindMem(CUmemGenericAllocationHandle mcHandle, size_t mcOffset,
			    CUmemGenericAllocationHandle memHandle, size_t memOffset, size_t size,
			    unsigned long long flags)
{
	struct vt__bind wanted = {.offset = mcOffset, .size = size};
	struct vt__physical *object;
	CUresult result = flags ? CUDA_ERROR_INVALID_VALUE : vt__multicast_enter(mcHandle, &object);

	if (result != CUDA_SUCCESS)
		return result;
	wanted.memory = vt__physical_of(memHandle);
	if (suits(wanted.memory, object, memOffset, size)) {
		wanted.device = wanted.memory->properties.location.id;
		result = bind_memory(object, &wanted);
	} else {
		result = CUDA_ERROR_INVALID_VALUE;
	}
	vt__leave();
	return result;
}

/* Memory of a pool is not held: it is the pool's. */
CUresult cuMulticastBindAddr(CUmemGenericAllocationHandle mcHandle, size_t mcOffset,
			     CUdeviceptr memptr, size_t size, unsigned long long flags)
{
	struct vt__bind wanted = {.offset = mcOffset, .size = size};
	const struct vt__region *region;
	struct vt__physical *object;
	CUresult result = flags ? CUDA_ERROR_INVALID_VALUE : vt__multicast_enter(mcHandle, &object);
	size_t into;

	if (result != CUDA_SUCCESS)
		return result;
	region = vt__region_at((uintptr_t)memptr);
	into = region ? (uintptr_t)memptr - region->node.key : 0;
	wanted.device = region ? region->device : 0;
	wanted.memory = region ? region->physical : NULL;
	if (!region || !vt__is_granular((uintptr_t)memptr) || size > region->size - into)
		result = CUDA_ERROR_INVALID_VALUE;
	else if (region->kind == VT_REGION_POOL || suits(wanted.memory, object, into, size))
		result = bind_memory(object, &wanted);
	else
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

CUresult cuMulticastUnbind(CUmemGenericAllocationHandle mcHandle, CUdevice dev, size_t mcOffset,
			   size_t size)
{
	struct vt__physical *object;
	struct vt__bind **link;
	CUresult result = vt__multicast_enter(mcHandle, &object);

	if (result != CUDA_SUCCESS)
		return result;
	result = vt__device(dev) ? CUDA_ERROR_INVALID_VALUE : CUDA_ERROR_INVALID_DEVICE;
	link = &object->multicast->binds;
	while (*link) {
		const struct vt__bind *bind = *link;

		if (bind->device == dev && bind->offset >= mcOffset && bind->size <= size &&
		    bind->offset - mcOffset <= size - bind->size) {
			vt__multicast_unlink(link);
			result = CUDA_SUCCESS;
		} else {
			link = &(*link)->next;
		}
	}
	vt__leave();
	return result;
}
