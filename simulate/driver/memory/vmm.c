/* Virtual memory: address ranges, and physical memory mapped into them. */
#define _GNU_SOURCE
#include "config.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "simulate/driver/memory/physical.h"

/* Bit of the host in the masks of readers and writers; devices have the ones below. */
#define HOST_BIT VT_MOST_DEVICES

struct reservation {
	struct vt__node node;
	size_t size;
	size_t alignment;
};

static struct vt__map reservations;

static struct reservation *reservation_at(uintptr_t address)
{
	struct reservation *range = (struct reservation *)vt__map_floor(&reservations, address);

	return range && address - range->node.key < range->size ? range : NULL;
}

bool vt__range_reserved(uintptr_t address)
{
	return reservation_at(address) != NULL;
}

static bool holds_mappings(uintptr_t address, size_t size)
{
	const struct vt__region *region = vt__region_at(address);

	if (!region)
		region = vt__region_from(address);
	return region && region->node.key < address + size;
}

static CUresult reserve(size_t size, size_t alignment, CUdeviceptr *address)
{
	struct reservation *range = calloc(1, sizeof(*range));
	uintptr_t start;

	if (!range || vt__space_take(NULL, VT_SPACE_RESERVED, size, alignment, &start)) {
		free(range);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	range->size = size;
	range->alignment = alignment;
	vt__map_insert(&reservations, &range->node, start);
	*address = start;
	return CUDA_SUCCESS;
}

/* The wish for an address is a hint; the machine chooses. */
CUresult cuMemAddressReserve(CUdeviceptr *ptr, size_t size, size_t alignment, CUdeviceptr addr,
			     unsigned long long flags)
{
	CUresult result;

	(void)addr;
	if (!ptr || !size || size % VT_GRANULARITY || (alignment & (alignment - 1)) || flags)
		return CUDA_ERROR_INVALID_VALUE;
	if (alignment < VT_GRANULARITY)
		alignment = VT_GRANULARITY;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	result = reserve(size, alignment, ptr);
	vt__leave();
	return result;
}

CUresult cuMemAddressFree(CUdeviceptr ptr, size_t size)
{
	struct reservation *range;
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	range = (struct reservation *)vt__map_find(&reservations, (uintptr_t)ptr);
	if (!range || range->size != size || holds_mappings((uintptr_t)ptr, size)) {
		result = CUDA_ERROR_INVALID_VALUE;
	} else {
		vt__map_remove(&reservations, &range->node);
		vt__space_give_back(NULL, VT_SPACE_RESERVED, range->node.key, range->size,
				    range->alignment);
		free(range);
	}
	vt__leave();
	return result;
}

/* Not accessible until cuMemSetAccess says so, as on a device. */
static CUresult map(uintptr_t address, size_t size, struct vt__physical *physical)
{
	const struct vt__region wanted = {
		.kind = VT_REGION_MAPPING,
		.size = size,
		.device = physical->properties.location.type == CU_MEM_LOCATION_TYPE_DEVICE
				  ? physical->properties.location.id
				  : 0,
		.physical = physical,
	};
	const struct reservation *range = reservation_at(address);
	struct vt__region *region;

	/* A driver would wait here until all devices take part. */
	if (physical->multicast && !vt__multicast_complete(physical))
		return CUDA_ERROR_SYSTEM_NOT_READY;
	if (!range || size > range->size - (address - range->node.key) || size > physical->size ||
	    holds_mappings(address, size))
		return CUDA_ERROR_INVALID_VALUE;
	region = vt__region_enter(&wanted, address);
	if (!region)
		return CUDA_ERROR_OUT_OF_MEMORY;
	physical->mappings++;
	if (mmap((void *)address, size, PROT_NONE, MAP_SHARED | MAP_FIXED | MAP_NORESERVE,
		 physical->file, physical->offset) == MAP_FAILED) {
		vt__region_destroy(region);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	return CUDA_SUCCESS;
}

CUresult cuMemMap(CUdeviceptr ptr, size_t size, size_t offset, CUmemGenericAllocationHandle handle,
		  unsigned long long flags)
{
	struct vt__physical *physical;
	CUresult result;

	if (!size || size % VT_GRANULARITY || ptr % VT_GRANULARITY || offset || flags)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	physical = vt__physical_of(handle);
	result = physical ? map((uintptr_t)ptr, size, physical) : CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

void vt__mapping_drop(struct vt__region *region)
{
	/* The range stays reserved: nothing else may be mapped there by the machine. */
	(void)mmap((void *)region->node.key, region->size, PROT_NONE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
	vt__physical_unmapped(region->physical);
}

/* Whether whole mappings, without a gap, make up the range. */
static bool whole_mappings(uintptr_t address, size_t size)
{
	while (size) {
		const struct vt__region *region = vt__region_starting(address);

		if (!region || region->kind != VT_REGION_MAPPING || region->size > size)
			return false;
		address += region->size;
		size -= region->size;
	}
	return true;
}

/* Whether all of it is reserved, perhaps in several pieces. */
static bool all_reserved(uintptr_t address, size_t size)
{
	while (size) {
		const struct reservation *range = reservation_at(address);
		size_t left;

		if (!range)
			return false;
		left = range->size - (address - range->node.key);
		if (left > size)
			left = size;
		address += left;
		size -= left;
	}
	return true;
}

static bool has_both_sides_of(uintptr_t address)
{
	const struct vt__region *region = vt__region_at(address);

	return region && region->node.key != address;
}

/* Nothing has to be mapped there: unmapping a second time is no error. */
CUresult cuMemUnmap(CUdeviceptr ptr, size_t size)
{
	uintptr_t address = (uintptr_t)ptr, end = address + size;
	struct vt__region *region;
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	if (!size || !all_reserved(address, size) || has_both_sides_of(address) ||
	    has_both_sides_of(end))
		result = CUDA_ERROR_INVALID_VALUE;
	while (result == CUDA_SUCCESS && (region = vt__region_from(address)) != NULL &&
	       region->node.key < end)
		vt__region_destroy(region);
	vt__leave();
	return result;
}

static bool location_bit(const CUmemLocation *location, unsigned int *bit)
{
	if (location->type == CU_MEM_LOCATION_TYPE_DEVICE && vt__device(location->id))
		*bit = 1u << location->id;
	else if (location->type == CU_MEM_LOCATION_TYPE_HOST ||
		 location->type == CU_MEM_LOCATION_TYPE_HOST_NUMA ||
		 location->type == CU_MEM_LOCATION_TYPE_HOST_NUMA_CURRENT)
		*bit = 1u << HOST_BIT;
	else
		return false;
	return true;
}

static void change_access(struct vt__region *region, unsigned int bit, CUmemAccess_flags flags)
{
	int protection = PROT_NONE;

	region->readers &= ~bit;
	region->writers &= ~bit;
	if (flags != CU_MEM_ACCESS_FLAGS_PROT_NONE)
		region->readers |= bit;
	if (flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE)
		region->writers |= bit;
	if (region->readers)
		protection |= PROT_READ;
	if (region->writers)
		protection |= PROT_WRITE;
	region->readable = region->readers != 0;
	region->writable = region->writers != 0;
	(void)mprotect((void *)region->node.key, region->size, protection);
}

CUresult cuMemSetAccess(CUdeviceptr ptr, size_t size, const CUmemAccessDesc *desc, size_t count)
{
	uintptr_t end = (uintptr_t)ptr + size;
	unsigned int bit;
	CUresult result = size && desc && count ? vt__enter() : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	if (!whole_mappings((uintptr_t)ptr, size))
		result = CUDA_ERROR_INVALID_VALUE;
	for (size_t i = 0; i < count && result == CUDA_SUCCESS; i++) {
		if (!location_bit(&desc[i].location, &bit)) {
			result = CUDA_ERROR_INVALID_DEVICE;
			break;
		}
		for (uintptr_t at = (uintptr_t)ptr; at < end;) {
			struct vt__region *region = vt__region_starting(at);

			change_access(region, bit, desc[i].flags);
			at += region->size;
		}
	}
	vt__leave();
	return result;
}

CUresult cuMemGetAccess(unsigned long long *flags, const CUmemLocation *location, CUdeviceptr ptr)
{
	const struct vt__region *region;
	unsigned int bit;
	CUresult result = flags && location ? vt__enter() : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	region = vt__region_at((uintptr_t)ptr);
	if (!region || region->kind != VT_REGION_MAPPING)
		result = CUDA_ERROR_INVALID_VALUE;
	else if (!location_bit(location, &bit))
		result = CUDA_ERROR_INVALID_DEVICE;
	else if (region->writers & bit)
		*flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
	else
		*flags = region->readers & bit ? CU_MEM_ACCESS_FLAGS_PROT_READ
					       : CU_MEM_ACCESS_FLAGS_PROT_NONE;
	vt__leave();
	return result;
}

CUresult cuMemRetainAllocationHandle(CUmemGenericAllocationHandle *handle, void *addr)
{
	struct vt__region *region;
	CUresult result = handle ? vt__enter() : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	region = vt__region_at((uintptr_t)addr);
	if (region && region->kind == VT_REGION_MAPPING) {
		vt__physical_retain(region->physical);
		*handle = vt__physical_handle(region->physical);
	} else {
		result = CUDA_ERROR_INVALID_VALUE;
	}
	vt__leave();
	return result;
}
