/* When pools give memory back: what has been freed, which streams were waited for. */
#include "config.h"

#include <unistd.h>

#include "simulate/driver/memory/pool.h"

void vt__pool_trim(CUmemoryPool pool, size_t keep)
{
	size_t before = pool->reserve.held;

	vt__layout_trim(&pool->layout, keep);
	pool->reserve.held = pool->layout.backed * VT_POOL_STEP;
	if (vt__pool_on_device(&pool->properties))
		vt__uncharge(pool->properties.location.id, before - pool->reserve.held);
}

void vt__pool_end_if_done(CUmemoryPool pool)
{
	if (!pool->destroyed || pool->allocations || pool->layout.freed.root)
		return;
	vt__pool_trim(pool, 0);
	vt__layout_drop(&pool->layout);
	if (pool->file >= 0)
		close(pool->file);
	vt__object_destroy(&pool->object);
}

static CUmemoryPool next_pool(CUmemoryPool pool)
{
	struct vt__object *object = vt__object_from(pool ? pool->object.node.key + 1 : 0);

	while (object && object->kind != VT_POOL)
		object = vt__object_from(object->node.key + 1);
	return (CUmemoryPool)object;
}

/* No more than the threshold is kept: of whole steps, those that fit below it. */
static void trim_to_threshold(CUmemoryPool pool)
{
	vt__pool_trim(pool, pool->reserve.threshold & ~(VT_POOL_STEP - 1));
	vt__pool_end_if_done(pool);
}

static void settle(CUmemoryPool pool, unsigned long long stream, unsigned long long number)
{
	vt__layout_settle(&pool->layout, stream, number);
	trim_to_threshold(pool);
}

void vt__pools_settle(unsigned long long stream, unsigned long long number)
{
	CUmemoryPool after;

	for (CUmemoryPool pool = next_pool(NULL); pool; pool = after) {
		after = next_pool(pool);
		settle(pool, stream, number);
	}
	vt__deferred_settle(stream, number);
}

void vt__pools_settle_all(CUdevice device)
{
	CUmemoryPool after;

	for (CUmemoryPool pool = next_pool(NULL); pool; pool = after) {
		after = next_pool(pool);
		if (pool->properties.location.type != CU_MEM_LOCATION_TYPE_DEVICE ||
		    pool->properties.location.id == device)
			settle(pool, VT_EVERY_STREAM, vt__next_id());
	}
	vt__deferred_settle_all(device);
}

void vt__pools_make_room(CUdevice device)
{
	for (CUmemoryPool pool = next_pool(NULL); pool; pool = next_pool(pool)) {
		if (!vt__pool_on_device(&pool->properties) ||
		    pool->properties.location.id != device)
			continue;
		vt__layout_settle(&pool->layout, VT_EVERY_STREAM, vt__next_id());
		vt__pool_trim(pool, 0);
	}
	vt__deferred_settle_all(device);
}

void vt__pools_reached(unsigned long long stream)
{
	for (CUmemoryPool pool = next_pool(NULL); pool; pool = next_pool(pool)) {
		struct vt__region *region;

		while ((region = vt__layout_reached(&pool->layout, stream)) != NULL)
			vt__region_discard(region);
	}
}

static size_t place_of(const struct vt__region *region)
{
	return vt__round_up(region->size, VT_POOL_UNIT);
}

void vt__pool_free_in(struct vt__region *region, CUstream stream)
{
	CUmemoryPool pool = region->pool;
	const struct vt__freed how = {
		.stream = stream->id,
		.number = vt__next_id(),
		.waiting = stream->held_up ? region : NULL,
	};

	pool->reserve.used -= region->size;
	pool->allocations--;
	vt__region_withdraw(region);
	if (!vt__layout_free(&pool->layout, region->offset, place_of(region), &how) || !how.waiting)
		vt__region_discard(region);
}

/* What is used is not counted down: a real driver does not either. */
void vt__pool_free(struct vt__region *region)
{
	CUmemoryPool pool = region->pool;

	pool->allocations--;
	vt__region_withdraw(region);
	vt__layout_give_up(&pool->layout, region->offset, place_of(region));
	vt__region_discard(region);
	trim_to_threshold(pool);
}

void vt__pool_release_import(CUmemoryPool pool)
{
	pool->allocations--;
	vt__pool_end_if_done(pool);
}
