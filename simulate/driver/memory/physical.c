/* Physical memory: creating, counting references. */
#define _GNU_SOURCE
#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "simulate/driver/doors/calls.h"
#include "simulate/driver/memory/fabric.h"
#include "simulate/driver/memory/physical.h"

#define COMMON_NAME "vramtrack-simulated-common"

static struct vt__physical *all;
static int common_file = -1; /* of everything that is not shared by descriptor */
static off_t common_end;
static bool some_kept; /* records that only a descriptor keeps */

struct vt__physical *vt__physical_of(CUmemGenericAllocationHandle handle)
{
	struct vt__physical *physical = (struct vt__physical *)(uintptr_t)handle;

	return vt__object_live(physical, VT_PHYSICAL) ? physical : NULL;
}

CUmemGenericAllocationHandle vt__physical_handle(struct vt__physical *physical)
{
	return (CUmemGenericAllocationHandle)(uintptr_t)physical;
}

/* Whether a fabric's handle opens it. */
static void set_named(const struct vt__physical *physical, bool named)
{
	if (physical->own_file && physical->charged)
		vt__memory_file_retire(physical->file, 0, physical->size, !named);
}

void vt__physical_retain(struct vt__physical *physical)
{
	if (!physical->references && !physical->mappings) {
		vt__calls_shared_made();
		set_named(physical, true);
	}
	if (!physical->references++)
		vt__object_add(&physical->object, VT_PHYSICAL, NULL);
}

/* A descriptor that was exported keeps the memory; one of a stranger's memory does not. */
static bool kept_by_descriptor(const struct vt__physical *physical)
{
	return physical->own_file && physical->charged &&
	       vt__memory_file_held(physical->file, 0, 0);
}

static void free_if_done(struct vt__physical *physical)
{
	struct vt__physical **link = &all;

	if (physical->references || physical->mappings)
		return;
	if (kept_by_descriptor(physical)) {
		some_kept = true;
		set_named(physical, false);
		return;
	}
	if (physical->multicast)
		vt__multicast_drop(physical);
	while (*link != physical)
		link = &(*link)->next;
	*link = physical->next;
	if (physical->charged)
		vt__uncharge(physical->properties.location.id, physical->charged);
	if (physical->own_file)
		close(physical->file);
	else
		(void)fallocate(physical->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				physical->offset, (off_t)physical->size);
	free(physical);
}

/* By the call at hand: a descriptor may keep it all the same. */
static void end_if_done(struct vt__physical *physical)
{
	if (!physical->references && !physical->mappings)
		vt__calls_shared_ended();
	free_if_done(physical);
}

void vt__physical_settle(void)
{
	struct vt__physical *physical = some_kept ? all : NULL;

	some_kept = false;
	while (physical) {
		struct vt__physical *next = physical->next;

		free_if_done(physical);
		physical = next;
	}
}

void vt__physical_release(struct vt__physical *physical)
{
	if (!--physical->references)
		vt__object_withdraw(&physical->object);
	end_if_done(physical);
}

void vt__physical_unmapped(struct vt__physical *physical)
{
	physical->mappings--;
	end_if_done(physical);
}

static bool on_device(const struct vt__physical *physical)
{
	return physical->properties.location.type == CU_MEM_LOCATION_TYPE_DEVICE;
}

/* A piece of the file of everything that is not shared by descriptor. */
static bool place_in_common(struct vt__physical *physical)
{
	if (common_file < 0)
		common_file = memfd_create(COMMON_NAME, MFD_CLOEXEC);
	if (common_file < 0 || ftruncate(common_file, common_end + (off_t)physical->size))
		return false;
	physical->file = common_file;
	physical->offset = common_end;
	common_end += (off_t)physical->size;
	return true;
}

bool vt__physical_own(struct vt__physical *physical, int file)
{
	struct vt__file_facts facts;

	if (vt__memory_file_facts(file, &facts))
		return false;
	physical->file = file;
	physical->inode = facts.inode;
	physical->own_file = true;
	return true;
}

static bool place_in_own(struct vt__physical *physical)
{
	enum vt__file_kind kind = on_device(physical) ? VT_FILE_MEMORY : VT_FILE_HOST_MEMORY;
	int device = on_device(physical) ? physical->properties.location.id : 0;
	int file = vt__memory_file_create(kind, device, physical->size);

	if (file < 0)
		return false;
	if (vt__physical_own(physical, file))
		return true;
	close(file);
	return false;
}

/* Nothing is committed until it is touched. */
static bool place(struct vt__physical *physical)
{
	return physical->properties.requestedHandleTypes ? place_in_own(physical)
							 : place_in_common(physical);
}

struct vt__physical *vt__physical_of_file(uint64_t inode)
{
	struct vt__physical *physical = all;

	while (physical && !(physical->own_file && physical->inode == inode))
		physical = physical->next;
	return physical;
}

struct vt__physical *vt__physical_add(void)
{
	struct vt__physical *physical = calloc(1, sizeof(*physical));

	if (physical) {
		physical->next = all;
		all = physical;
	}
	return physical;
}

void vt__physical_drop_unused(struct vt__physical *physical)
{
	all = physical->next;
	free(physical);
}

static CUresult create(const CUmemAllocationProp *properties, size_t size,
		       struct vt__physical **made)
{
	bool device = properties->location.type == CU_MEM_LOCATION_TYPE_DEVICE;
	struct vt__physical *physical;

	if (vt__allocation_refused() ||
	    (device && vt__charge(properties->location.id, size) != CUDA_SUCCESS))
		return CUDA_ERROR_OUT_OF_MEMORY;
	physical = vt__physical_add();
	if (physical) {
		physical->properties = *properties;
		physical->size = size;
		physical->charged = device ? size : 0;
		if (place(physical)) {
			vt__physical_retain(physical);
			*made = physical;
			return CUDA_SUCCESS;
		}
		vt__physical_drop_unused(physical);
	}
	if (device)
		vt__uncharge(properties->location.id, size);
	return CUDA_ERROR_OUT_OF_MEMORY;
}

static CUresult check_properties(const CUmemAllocationProp *prop)
{
	bool on_device = prop->location.type == CU_MEM_LOCATION_TYPE_DEVICE;
	bool on_host = prop->location.type == CU_MEM_LOCATION_TYPE_HOST ||
		       prop->location.type == CU_MEM_LOCATION_TYPE_HOST_NUMA ||
		       prop->location.type == CU_MEM_LOCATION_TYPE_HOST_NUMA_CURRENT;

	if (prop->type != CU_MEM_ALLOCATION_TYPE_PINNED || (!on_device && !on_host))
		return CUDA_ERROR_INVALID_VALUE;
	if (on_device && !vt__device(prop->location.id))
		return CUDA_ERROR_INVALID_DEVICE;
	return vt__handle_types_possible(prop->requestedHandleTypes);
}

CUresult cuMemCreate(CUmemGenericAllocationHandle *handle, size_t size,
		     const CUmemAllocationProp *prop, unsigned long long flags)
{
	struct vt__physical *physical;
	CUresult result;

	if (!handle || !prop || !size || size % VT_GRANULARITY || flags)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	result = check_properties(prop);
	if (result == CUDA_SUCCESS)
		result = create(prop, size, &physical);
	if (result == CUDA_SUCCESS) {
		*handle = vt__physical_handle(physical);
		vt__allocation_done(physical->charged ? prop->location.id : 0);
	}
	vt__leave();
	return result;
}

CUresult cuMemRelease(CUmemGenericAllocationHandle handle)
{
	struct vt__physical *physical;
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	physical = vt__physical_of(handle);
	if (physical)
		vt__physical_release(physical);
	else
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

CUresult cuMemGetAllocationGranularity(size_t *granularity, const CUmemAllocationProp *prop,
				       CUmemAllocationGranularity_flags option)
{
	CUresult result;

	if (!granularity || !prop || (unsigned int)option > CU_MEM_ALLOC_GRANULARITY_RECOMMENDED)
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

CUresult cuMemGetAllocationPropertiesFromHandle(CUmemAllocationProp *prop,
						CUmemGenericAllocationHandle handle)
{
	const struct vt__physical *physical;
	CUresult result = prop ? vt__enter() : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	physical = vt__physical_of(handle);
	if (physical && !physical->multicast)
		*prop = physical->properties;
	else
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}
