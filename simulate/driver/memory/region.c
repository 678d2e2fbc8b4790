/* Allocations by address, and what they are charged to. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "simulate/driver/memory/export.h"
#include "simulate/driver/memory/import.h"
#include "simulate/driver/memory/pool.h"
#include "simulate/driver/memory/resident.h"

static struct vt__map regions;
static unsigned long long allocation_calls;

bool vt__allocation_refused(void)
{
	return ++allocation_calls == vt__device_options.fail_allocation;
}

void vt__allocation_done(CUdevice device)
{
	if (vt__device_options.reset_at && allocation_calls == vt__device_options.reset_at)
		vt__want_reset(device);
}

static bool fits(CUdevice ordinal, size_t bytes)
{
	const struct vt__device *device = &vt__devices[ordinal];
	const size_t limit = vt__device_options.driver_limit, own = device->used - device->other;

	if (limit && (own > limit || bytes > limit - own))
		return false;
	return bytes <= device->total - device->used;
}

/* What pools hold but do not use goes first when the device is full; then managed memory moves. */
CUresult vt__charge(CUdevice ordinal, size_t bytes)
{
	if (!fits(ordinal, bytes))
		vt__pools_make_room(ordinal);
	if (!fits(ordinal, bytes))
		vt__resident_evict(ordinal, bytes);
	if (!fits(ordinal, bytes))
		return CUDA_ERROR_OUT_OF_MEMORY;
	vt__devices[ordinal].used += bytes;
	return CUDA_SUCCESS;
}

void vt__uncharge(CUdevice ordinal, size_t bytes)
{
	vt__devices[ordinal].used -= bytes;
}

/* Whose blocks a small one shares; NULL: nobody's. */
static struct vt__arena *arena_of(const struct vt__region *region)
{
	CUcontext owner = region->context;

	if (region->kind == VT_REGION_POOL)
		return &region->pool->arena;
	if (region->kind != VT_REGION_DEVICE || !owner)
		return NULL;
	return owner->parent ? &owner->parent->linear : &owner->linear;
}

static bool shares_a_block(const struct vt__region *region)
{
	return region->kind == VT_REGION_DEVICE &&
	       vt__space_is_small(region->space, region->size, region->alignment);
}

/* What a request really takes of the device, for itself alone. 0 if that overflows. */
static size_t charge_of(const struct vt__region *wanted)
{
	switch (wanted->kind) {
	case VT_REGION_DEVICE:
		return shares_a_block(wanted) ? 0 : vt__round_up(wanted->size, VT_SPACE_BLOCK);
	case VT_REGION_GLOBAL:
		return vt__round_up(wanted->size, wanted->size < VT_SPACE_BLOCK / 2
							  ? VT_SPACE_UNIT
							  : VT_SPACE_BLOCK);
	default:
		return 0;
	}
}

/* The device is charged for whole blocks: with the first in one, and until its last goes. */
static CUresult take_space(struct vt__region *region, uintptr_t *address)
{
	struct vt__arena *arena = arena_of(region);
	size_t charged = region->charged;

	if (shares_a_block(region) && vt__arena_grows(arena, region->size))
		charged = VT_SPACE_BLOCK;
	if (vt__charge(region->device, charged) != CUDA_SUCCESS)
		return CUDA_ERROR_OUT_OF_MEMORY;
	if (vt__space_take(arena, region->space, region->size, region->alignment, address) == 0)
		return CUDA_SUCCESS;
	vt__uncharge(region->device, charged);
	return CUDA_ERROR_OUT_OF_MEMORY;
}

static void give_space_back(const struct vt__region *region, uintptr_t address)
{
	struct vt__arena *arena = arena_of(region);
	size_t blocks = shares_a_block(region) ? arena->blocks : 0;

	vt__space_give_back(arena, region->space, address, region->size, region->alignment);
	if (shares_a_block(region))
		vt__uncharge(region->device, (blocks - arena->blocks) * VT_SPACE_BLOCK);
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
	CUresult result;

	if (filled.space == VT_SPACE_ANYWHERE &&
	    (wanted->kind == VT_REGION_DEVICE || wanted->kind == VT_REGION_POOL ||
	     wanted->kind == VT_REGION_GLOBAL))
		filled.space = VT_SPACE_DEVICE;
	filled.charged = charge_of(&filled);
	filled.readable = true;
	filled.writable = true;
	if (wanted->kind == VT_REGION_DEVICE && !filled.charged && !shares_a_block(&filled))
		return CUDA_ERROR_OUT_OF_MEMORY; /* rounding overflowed */
	result = take_space(&filled, &address);
	if (result != CUDA_SUCCESS)
		return result;
	*region = vt__region_enter(&filled, address);
	if (*region)
		return CUDA_SUCCESS;
	give_space_back(&filled, address);
	return CUDA_ERROR_OUT_OF_MEMORY;
}

void vt__region_withdraw(struct vt__region *region)
{
	vt__map_remove(&regions, &region->node);
}

void vt__region_revive(struct vt__region *region, size_t size)
{
	region->size = size;
	region->id = vt__next_id();
	vt__map_insert(&regions, &region->node, region->node.key);
}

void vt__region_discard(struct vt__region *region)
{
	give_space_back(region, region->node.key);
	free(region);
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
	if (region->kind == VT_REGION_POOL) {
		vt__pool_free(region);
		return;
	}
	vt__region_withdraw(region);
	if (!vt__export_keep(region))
		vt__region_give_back(region);
}

void vt__region_give_back(struct vt__region *region)
{
	vt__resident_drop(region);
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
		give_space_back(region, region->node.key);
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
