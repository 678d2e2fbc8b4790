/*
 * Multicast objects: a team of devices, which join, and to which memory is then bound. A
 * mapping of an object has bytes of its own: nothing is spread to the bound memory. Where a
 * driver waits for devices to join, CUDA_ERROR_SYSTEM_NOT_READY is returned.
 */
#include "config.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "simulate/driver/memory/fabric.h"
#include "simulate/driver/memory/multicast.h"

static CUresult check_properties(const CUmulticastObjectProp *prop)
{
	if (!prop->numDevices || prop->numDevices > VT_MOST_DEVICES || prop->flags)
		return CUDA_ERROR_INVALID_VALUE;
	return vt__handle_types_possible(prop->handleTypes);
}

/* A record for the file, which is its from then on; NULL without memory. */
static struct vt__physical *add(int file, size_t size)
{
	struct vt__multicast *multicast = calloc(1, sizeof(*multicast));
	struct vt__physical *physical = multicast ? vt__physical_add() : NULL;
	uintptr_t team;

	if (physical && vt__physical_own(physical, file) &&
	    !vt__memory_file_map(file, (off_t)size, VT_TEAM_BYTES, &team)) {
		multicast->team = (struct vt__team *)team;
		physical->multicast = multicast;
		physical->size = size;
		return physical;
	}
	if (physical)
		vt__physical_drop_unused(physical);
	free(multicast);
	return NULL;
}

struct vt__physical *vt__multicast_adopt(int file, const struct vt__file_facts *facts)
{
	struct vt__physical *physical;

	if (facts->size <= VT_TEAM_BYTES || !vt__is_granular(facts->size - VT_TEAM_BYTES))
		return NULL;
	physical = add(file, facts->size - VT_TEAM_BYTES);
	if (physical)
		physical->properties.requestedHandleTypes =
			CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;
	return physical;
}

bool vt__multicast_complete(const struct vt__physical *physical)
{
	const struct vt__team *team = physical->multicast->team;

	return (uint32_t)__builtin_popcount(atomic_load(&team->devices)) == team->wanted;
}

void vt__multicast_drop(struct vt__physical *physical)
{
	struct vt__multicast *multicast = physical->multicast;

	while (multicast->binds)
		vt__multicast_unlink(&multicast->binds);
	vt__memory_file_unmap((uintptr_t)multicast->team, VT_TEAM_BYTES);
	free(multicast);
}

static CUresult create(const CUmulticastObjectProp *prop, struct vt__physical **made)
{
	struct vt__physical *physical;
	int file;

	if (prop->size + VT_TEAM_BYTES < prop->size)
		return CUDA_ERROR_OUT_OF_MEMORY;
	file = vt__memory_file_create(VT_FILE_MULTICAST, 0, prop->size + VT_TEAM_BYTES);
	physical = file < 0 ? NULL : add(file, prop->size);
	if (!physical) {
		if (file >= 0)
			close(file);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	physical->multicast->team->wanted = prop->numDevices;
	physical->properties.requestedHandleTypes = (CUmemAllocationHandleType)prop->handleTypes;
	vt__physical_retain(physical);
	*made = physical;
	return CUDA_SUCCESS;
}

CUresult cuMulticastCreate(CUmemGenericAllocationHandle *mcHandle,
			   const CUmulticastObjectProp *prop)
{
	struct vt__physical *physical;
	CUresult result;

	if (!mcHandle || !prop || !prop->size || !vt__is_granular(prop->size))
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	result = check_properties(prop);
	if (result == CUDA_SUCCESS)
		result = create(prop, &physical);
	if (result == CUDA_SUCCESS)
		*mcHandle = vt__physical_handle(physical);
	vt__leave();
	return result;
}

CUresult cuMulticastGetGranularity(size_t *granularity, const CUmulticastObjectProp *prop,
				   CUmulticastGranularity_flags option)
{
	CUresult result;

	if (!granularity || !prop || (unsigned int)option > CU_MULTICAST_GRANULARITY_RECOMMENDED)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	result = check_properties(prop);
	if (result == CUDA_SUCCESS)
		*granularity = VT_GRANULARITY;
	vt__leave();
	return result;
}

CUresult vt__multicast_enter(CUmemGenericAllocationHandle handle, struct vt__physical **object)
{
	struct vt__physical *physical;
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	physical = vt__physical_of(handle);
	if (physical && physical->multicast) {
		*object = physical;
		return CUDA_SUCCESS;
	}
	vt__leave();
	return CUDA_ERROR_INVALID_VALUE;
}

/* Not a second time, and not one more than the team wants. */
static bool join(struct vt__team *team, CUdevice device)
{
	uint32_t bit = (uint32_t)1 << device;
	uint32_t devices = atomic_load(&team->devices);

	do {
		if (devices & bit || (uint32_t)__builtin_popcount(devices) >= team->wanted)
			return false;
	} while (!atomic_compare_exchange_weak(&team->devices, &devices, devices | bit));
	return true;
}

CUresult cuMulticastAddDevice(CUmemGenericAllocationHandle mcHandle, CUdevice dev)
{
	struct vt__physical *object;
	CUresult result = vt__multicast_enter(mcHandle, &object);

	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__device(dev))
		result = CUDA_ERROR_INVALID_DEVICE;
	else if (!join(object->multicast->team, dev))
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}
