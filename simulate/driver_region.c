/* Allocations by address, and what they are charged to. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "simulate/driver_import.h"

static struct vt__map regions;
static unsigned long long allocation_calls;

bool vt__allocation_refused(void)
{
	return ++allocation_calls == vt__options.fail_allocation;
}

void vt__allocation_done(CUdevice device)
{
	if (vt__options.reset_at && allocation_calls == vt__options.reset_at)
		vt__want_reset(device);
}

static bool fits(CUdevice ordinal, size_t bytes)
{
	return bytes <= vt__devices[ordinal].total - vt__devices[ordinal].used;
}

/* What pools hold but do not use goes first when the device is full. */
static void make_room(CUdevice ordinal, size_t bytes)
{
	if (!fits(ordinal, bytes))
		vt__pools_trim(ordinal, true);
}

CUresult vt__charge(CUdevice ordinal, size_t bytes)
{
	make_room(ordinal, bytes);
	if (!fits(ordinal, bytes))
		return CUDA_ERROR_OUT_OF_MEMORY;
	vt__devices[ordinal].used += bytes;
	return CUDA_SUCCESS;
}

void vt__uncharge(CUdevice ordinal, size_t bytes)
{
	vt__devices[ordinal].used -= bytes;
}

CUresult vt__reserve_use(struct vt__reserve *reserve, CUdevice device, size_t bytes)
{
	size_t used = reserve->used + bytes;
	size_t held = vt__round_up(used, VT_SPACE_BLOCK);

	if (used < bytes || !held)
		return CUDA_ERROR_OUT_OF_MEMORY;
	/* Before the difference is taken: making room can shrink this very reserve. */
	if (held > reserve->held)
		make_room(device, held - reserve->held);
	if (held > reserve->held) {
		if (!fits(device, held - reserve->held))
			return CUDA_ERROR_OUT_OF_MEMORY;
		vt__devices[device].used += held - reserve->held;
		reserve->held = held;
	}
	reserve->used = used;
	if (used > reserve->used_high)
		reserve->used_high = used;
	if (reserve->held > reserve->held_high)
		reserve->held_high = reserve->held;
	return CUDA_SUCCESS;
}

void vt__reserve_return(struct vt__reserve *reserve, size_t bytes)
{
	reserve->used -= bytes;
}

void vt__reserve_trim(struct vt__reserve *reserve, CUdevice device, size_t keep)
{
	size_t least = vt__round_up(reserve->used, VT_SPACE_BLOCK);

	if (keep < least)
		keep = least;
	if (reserve->held <= keep)
		return;
	vt__uncharge(device, reserve->held - keep);
	reserve->held = keep;
}

/* What a request really takes of the device. */
static size_t charge_of(const struct vt__region *wanted)
{
	switch (wanted->kind) {
	case VT_REGION_DEVICE:
	case VT_REGION_GLOBAL:
		return vt__round_up(wanted->size, wanted->size < VT_SPACE_BLOCK / 2
							  ? VT_SPACE_UNIT
							  : VT_SPACE_BLOCK);
	case VT_REGION_POOL:
		return vt__round_up(wanted->size, VT_SPACE_UNIT);
	default:
		return 0;
	}
}

static CUresult charge_region(const struct vt__region *wanted, size_t bytes)
{
	if (wanted->kind == VT_REGION_POOL)
		return vt__reserve_use(&wanted->pool->reserve, wanted->device, bytes);
	return vt__charge(wanted->device, bytes);
}

static void uncharge_region(const struct vt__region *region)
{
	if (region->kind == VT_REGION_POOL)
		vt__reserve_return(&region->pool->reserve, region->charged);
	else
		vt__uncharge(region->device, region->charged);
}

struct vt__region *vt__region_enter(const struct vt__region *wanted, uintptr_t address)
{
	struct vt__region *region = malloc(sizeof(*region));

	if (!region)
		return NULL;
	*region = *wanted;
	region->id = vt__next_id();
	vt__map_insert(&regions, &region->node, address);
	return region;
}

CUresult vt__region_create(const struct vt__region *wanted, struct vt__region **region)
{
	struct vt__region filled = *wanted;
	uintptr_t address;
	int error;

	filled.charged = charge_of(wanted);
	if (filled.charged && filled.space == VT_SPACE_ANYWHERE)
		filled.space = VT_SPACE_DEVICE;
	filled.readable = true;
	filled.writable = true;
	if (filled.charged < wanted->size &&
	    (wanted->kind == VT_REGION_DEVICE || wanted->kind == VT_REGION_POOL))
		return CUDA_ERROR_OUT_OF_MEMORY; /* rounding overflowed */
	if (charge_region(&filled, filled.charged) != CUDA_SUCCESS)
		return CUDA_ERROR_OUT_OF_MEMORY;
	error = vt__space_take(filled.space, filled.size, filled.alignment, &address);
	if (!error) {
		*region = vt__region_enter(&filled, address);
		if (*region)
			return CUDA_SUCCESS;
		vt__space_give_back(filled.space, address, filled.size, filled.alignment);
	}
	uncharge_region(&filled);
	return error == -EOPNOTSUPP ? CUDA_ERROR_NOT_SUPPORTED : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult vt__region_name(const struct vt__region *region, enum vt__name_purpose purpose,
			 unsigned long long id, struct vt__memory_name *name)
{
	struct vt__memory_name made = {.size = region->size, .id = id, .device = region->device};
	int file;

	if (vt__space_share(region->space, region->node.key, region->size, region->alignment,
			    region->device, &file, &made.offset) ||
	    vt__memory_name_make(purpose, file, &made))
		return CUDA_ERROR_OUT_OF_MEMORY;
	*name = made;
	return CUDA_SUCCESS;
}

void vt__region_destroy(struct vt__region *region)
{
	vt__map_remove(&regions, &region->node);
	switch (region->kind) {
	case VT_REGION_REGISTERED:
		break;
	case VT_REGION_MAPPING:
		vt__mapping_drop(region);
		break;
	case VT_REGION_GRAPH:
		vt__graph_memory_drop(region);
		break;
	case VT_REGION_IPC:
	case VT_REGION_POOL_IMPORT:
	case VT_REGION_EXTERNAL:
		vt__import_drop(region);
		break;
	default:
		uncharge_region(region);
		vt__space_give_back(region->space, region->node.key, region->size,
				    region->alignment);
		if (region->kind == VT_REGION_POOL)
			vt__pool_free(region);
	}
	free(region);
}

struct vt__region *vt__region_at(uintptr_t address)
{
	struct vt__region *region = (struct vt__region *)vt__map_floor(&regions, address);

	return region && address - region->node.key < region->size ? region : NULL;
}

struct vt__region *vt__region_starting(uintptr_t address)
{
	return (struct vt__region *)vt__map_find(&regions, address);
}

struct vt__region *vt__region_from(uintptr_t address)
{
	return (struct vt__region *)vt__map_ceiling(&regions, address);
}

bool vt__range_accessible(uintptr_t address, size_t size, bool writing)
{
	while (size) {
		const struct vt__region *region = vt__region_at(address);
		size_t left;

		if (!region || !(writing ? region->writable : region->readable))
			return false;
		left = region->size - (address - region->node.key);
		/* Only VMM mappings can be neighbours that form one range. */
		if (size > left && region->kind != VT_REGION_MAPPING)
			return false;
		if (left > size)
			left = size;
		address += left;
		size -= left;
	}
	return true;
}
