/* Makes and ends allocations by the virtual-memory API, and keeps freed addresses. */
#include "config.h"

#include "preload/recorder/fence.h"

#include <stddef.h>

#include "base/lock.h"
#include "base/table.h"
#include "preload/base/options.h"
#include "preload/recorder/place.h"
#include "preload/recorder/process.h"
#include "preload/recorder/source.h"

/* As cuMemAlloc aligns; the end of an allocation may lie so far before the end
 * of its mapping. */
#define ALIGNMENT 512u

struct fenced {
	uint64_t address; /* that the program has */
	uint64_t base;    /* of the reserved addresses */
	uint64_t mapped;
	uint64_t reserved; /* bytes of addresses: the mapping and what lies after it */
	uint64_t context;
	CUmemGenericAllocationHandle handle;
	struct fenced *next; /* in the quarantine: freed after this one */
	UT_hash_handle hh;
};

struct vt__fence {
	struct vt__lock lock;
	struct vt__arena arena;
	struct fenced *live; /* by address */
	struct fenced *oldest, *newest;
	uint64_t quarantined; /* bytes of addresses */
};
_Static_assert(offsetof(struct vt__fence, lock) == 0, "vt__process_call_left() finds it");

bool vt__fence_wanted(void)
{
	return vt__source.kind == VT_SOURCE_PRELOAD && vt__options_known()->quarantines;
}

static unsigned hash_of(uint64_t address)
{
	return (unsigned)vt__hash_word(address);
}

static void insert(struct vt__fence *fence, struct fenced *made)
{
	struct vt__arena *table_arena = &fence->arena;

	HASH_ADD_BYHASHVALUE(hh, fence->live, address, sizeof(made->address),
			     hash_of(made->address), made);
}

/* NULL if it was not made here. Taken out. */
static struct fenced *take(struct vt__fence *fence, uint64_t address)
{
	struct vt__arena *table_arena = &fence->arena;
	struct fenced *found;

	HASH_FIND_BYHASHVALUE(hh, fence->live, &address, sizeof(address), hash_of(address), found);
	if (found)
		HASH_DELETE(hh, fence->live, found);
	return found;
}

static void unmap(const struct vt__driver *driver, const struct fenced *made)
{
	driver->cuMemUnmap(made->base, made->mapped);
	driver->cuMemRelease(made->handle);
}

/* Physical memory and its mapping at made->base, which is reserved. */
static CUresult map(const struct vt__driver *driver, const CUmemAllocationProp *properties,
		    struct fenced *made)
{
	CUmemAccessDesc access = {properties->location, CU_MEM_ACCESS_FLAGS_PROT_READWRITE};
	CUresult result = driver->cuMemCreate(&made->handle, made->mapped, properties, 0);

	if (result != CUDA_SUCCESS)
		return result;
	result = driver->cuMemMap(made->base, made->mapped, 0, made->handle, 0);
	if (result != CUDA_SUCCESS) {
		driver->cuMemRelease(made->handle);
		return result;
	}
	result = driver->cuMemSetAccess(made->base, made->mapped, &access, 1);
	if (result != CUDA_SUCCESS)
		unmap(driver, made);
	return result;
}

static bool can(const struct vt__driver *driver)
{
	return driver->cuMemCreate && driver->cuMemMap && driver->cuMemSetAccess &&
	       driver->cuMemUnmap && driver->cuMemRelease && driver->cuMemAddressReserve &&
	       driver->cuMemAddressFree && driver->cuMemGetAllocationGranularity &&
	       driver->cuCtxSynchronize;
}

/* Where and how large: one granule more than needed stays unmapped. */
static CUresult plan(const struct vt__driver *driver, const CUmemAllocationProp *properties,
		     uint64_t bytes, struct fenced *out)
{
	size_t granule = 0;

	if (driver->cuMemGetAllocationGranularity(
		    &granule, properties, CU_MEM_ALLOC_GRANULARITY_MINIMUM) != CUDA_SUCCESS ||
	    !granule)
		return CUDA_ERROR_NOT_SUPPORTED;
	if (bytes > UINT64_MAX / 2)
		return CUDA_ERROR_OUT_OF_MEMORY;
	out->mapped = (bytes + granule - 1) / granule * granule;
	out->reserved = out->mapped + granule;
	return driver->cuMemAddressReserve((CUdeviceptr *)&out->base, out->reserved, 0, 0, 0);
}

CUresult vt__fence_allocate(const struct vt__driver *driver, uint64_t bytes, CUdeviceptr *out)
{
	struct vt__fence *fence = vt__process_part(VT__PART_FENCE);
	CUmemAllocationProp properties = {.type = CU_MEM_ALLOCATION_TYPE_PINNED,
					  .location.type = CU_MEM_LOCATION_TYPE_DEVICE};
	struct fenced *made;
	struct vt__place place;
	CUresult result = CUDA_ERROR_OUT_OF_MEMORY;

	place = vt__place_find(VT__DEVICE_CURRENT, VT_KIND_LINEAR, 0);
	if (!fence || !out || !bytes || place.device < 0 || !can(driver))
		return CUDA_ERROR_NOT_SUPPORTED;
	properties.location.id = place.device;
	if (!vt__process_lock(&fence->lock))
		return CUDA_ERROR_NOT_SUPPORTED;
	made = vt__arena_take(&fence->arena, sizeof(*made));
	vt__lock_give(&fence->lock);
	if (!made)
		return CUDA_ERROR_NOT_SUPPORTED;
	*made = (struct fenced){.context = place.context};
	result = plan(driver, &properties, bytes, made);
	if (result == CUDA_SUCCESS) {
		result = map(driver, &properties, made);
		if (result != CUDA_SUCCESS)
			driver->cuMemAddressFree(made->base, made->reserved);
	}
	if (!vt__process_lock(&fence->lock)) {
		if (result == CUDA_SUCCESS)
			unmap(driver, made);
		return CUDA_ERROR_NOT_SUPPORTED;
	}
	if (result == CUDA_SUCCESS) {
		made->address = made->base + (made->mapped - bytes) / ALIGNMENT * ALIGNMENT;
		*out = made->address;
		insert(fence, made);
	} else {
		vt__arena_give(&fence->arena, made, sizeof(*made));
	}
	vt__lock_give(&fence->lock);
	return result;
}

/* Puts the addresses after those freed before; returns the first that are to
 * be given up, a list by `next`. */
static struct fenced *quarantine(struct vt__fence *fence, struct fenced *freed)
{
	struct fenced *given_up = fence->oldest, *last = NULL;

	freed->next = NULL;
	if (fence->newest)
		fence->newest->next = freed;
	else
		fence->oldest = given_up = freed;
	fence->newest = freed;
	fence->quarantined += freed->reserved;
	while (fence->oldest && fence->quarantined > vt__options()->quarantine) {
		last = fence->oldest;
		fence->oldest = last->next;
		fence->quarantined -= last->reserved;
	}
	if (!fence->oldest)
		fence->newest = NULL;
	if (!last)
		return NULL;
	last->next = NULL;
	return given_up;
}

static void end(const struct vt__driver *driver, struct vt__fence *fence, struct fenced *freed)
{
	struct fenced *given_up, *next;

	unmap(driver, freed);
	if (!vt__process_lock(&fence->lock))
		return;
	given_up = quarantine(fence, freed);
	vt__lock_give(&fence->lock);
	for (; given_up; given_up = next) {
		next = given_up->next;
		driver->cuMemAddressFree(given_up->base, given_up->reserved);
		if (!vt__process_lock(&fence->lock))
			return;
		vt__arena_give(&fence->arena, given_up, sizeof(*given_up));
		vt__lock_give(&fence->lock);
	}
}

bool vt__fence_free(const struct vt__driver *driver, CUdeviceptr address, CUresult *result_out)
{
	struct vt__fence *fence = vt__fence_wanted() ? vt__process_part(VT__PART_FENCE) : NULL;
	struct fenced *freed;
	CUresult result;

	if (!fence)
		return false;
	/* the driver may not be asked about an address that is not its own: the memory stays */
	*result_out = CUDA_SUCCESS;
	if (!vt__process_lock(&fence->lock))
		return true;
	freed = take(fence, address);
	vt__lock_give(&fence->lock);
	if (!freed)
		return false;
	/* cuMemFree waits for the work that may use the memory, and tells of its faults */
	result = driver->cuCtxSynchronize();
	if (result == CUDA_SUCCESS) {
		end(driver, fence, freed);
	} else if (vt__process_lock(&fence->lock)) {
		insert(fence, freed);
		vt__lock_give(&fence->lock);
	}
	*result_out = result;
	return true;
}

void vt__fence_drop_context(const struct vt__driver *driver, uint64_t context)
{
	struct vt__fence *fence = vt__fence_wanted() ? vt__process_part(VT__PART_FENCE) : NULL;
	struct fenced *one, *next, *ended = NULL;

	if (!fence || !vt__process_lock(&fence->lock))
		return;
	for (one = fence->live; one; one = next) {
		next = one->hh.next;
		if (one->context != context)
			continue;
		take(fence, one->address);
		one->next = ended;
		ended = one;
	}
	vt__lock_give(&fence->lock);
	for (; ended; ended = next) {
		next = ended->next;
		end(driver, fence, ended);
	}
}
