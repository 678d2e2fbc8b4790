/* Memory pools: where each one lies. Destroying one frees nothing by itself:
 * what is live in it stays until it is freed. */
#include "config.h"

#include "ledger/lock.h"
#include "ledger/table.h"
#include "preload/pools.h"
#include "preload/process.h"
#include "preload/record.h"
#include "preload/wrapper.h"

struct known_pool {
	uint64_t handle;
	struct vt__pool pool;
	UT_hash_handle hh;
};

struct vt__pools {
	struct vt__lock lock;
	struct vt__arena arena;
	struct known_pool *by_handle;
};

static unsigned hash_of(uint64_t handle)
{
	return (unsigned)vt__hash_word(handle);
}

static struct known_pool *find(struct vt__pools *pools, uint64_t handle)
{
	struct known_pool *found;

	HASH_FIND_BYHASHVALUE(hh, pools->by_handle, &handle, sizeof(handle), hash_of(handle),
			      found);
	return found;
}

static void add(struct vt__pools *pools, uint64_t handle, const struct vt__pool *pool)
{
	struct vt__arena *table_arena = &pools->arena;
	struct known_pool *node = find(pools, handle);

	if (node) {
		node->pool = *pool;
		return;
	}
	node = vt__arena_take(&pools->arena, sizeof(*node));
	if (!node)
		return;
	node->handle = handle;
	node->pool = *pool;
	HASH_ADD_BYHASHVALUE(hh, pools->by_handle, handle, sizeof(handle), hash_of(handle), node);
	if (!node->hh.tbl)
		vt__arena_give(&pools->arena, node, sizeof(*node));
}

static void forget(struct vt__pools *pools, uint64_t handle)
{
	struct vt__arena *table_arena = &pools->arena;
	struct known_pool *node = find(pools, handle);

	if (!node)
		return;
	HASH_DELETE(hh, pools->by_handle, node);
	vt__arena_give(&pools->arena, node, sizeof(*node));
}

bool vt__pool_find(CUmemoryPool handle, struct vt__pool *out)
{
	struct vt__pools *pools = handle ? vt__process_part(VT__PART_POOLS) : NULL;
	struct known_pool *node;

	if (!pools)
		return false;
	vt__lock_take(&pools->lock);
	node = find(pools, (uintptr_t)handle);
	if (node)
		*out = node->pool;
	vt__lock_give(&pools->lock);
	return node != NULL;
}

static struct vt__pool pool_of(const CUmemPoolProps *properties)
{
	if (properties->location.type == CU_MEM_LOCATION_TYPE_DEVICE)
		return (struct vt__pool){VT_KIND_STREAM_ORDERED, properties->location.id};
	return (struct vt__pool){VT_KIND_POOL_HOST, VT__DEVICE_NONE};
}

VT__WRAPPER cuMemPoolCreate(CUmemoryPool *out, const CUmemPoolProps *properties)
{
	const struct vt__driver *driver = vt__driver();
	CUresult result;
	struct vt__pools *pools;
	struct vt__pool pool;

	if (!driver || !driver->cuMemPoolCreate)
		return VT__NO_DRIVER;
	result = driver->cuMemPoolCreate(out, properties);
	if (result != CUDA_SUCCESS)
		return result;
	pools = vt__process_part(VT__PART_POOLS);
	if (pools) {
		pool = pool_of(properties);
		vt__lock_take(&pools->lock);
		add(pools, (uintptr_t)*out, &pool);
		vt__lock_give(&pools->lock);
	}
	return result;
}

VT__WRAPPER cuMemPoolDestroy(CUmemoryPool handle)
{
	const struct vt__driver *driver = vt__driver();
	CUresult result;
	struct vt__pools *pools = vt__process_part(VT__PART_POOLS);
	struct vt__pool before;
	bool known = vt__pool_find(handle, &before);

	if (!driver || !driver->cuMemPoolDestroy)
		return VT__NO_DRIVER;
	/* forgotten first: the handle can come again as soon as the driver has it */
	if (known) {
		vt__lock_take(&pools->lock);
		forget(pools, (uintptr_t)handle);
		vt__lock_give(&pools->lock);
	}
	result = driver->cuMemPoolDestroy(handle);
	if (known && result != CUDA_SUCCESS) {
		vt__lock_take(&pools->lock);
		add(pools, (uintptr_t)handle, &before);
		vt__lock_give(&pools->lock);
	}
	return result;
}

VT__WRAPPER cuMemPoolTrimTo(CUmemoryPool handle, size_t keep)
{
	const struct vt__driver *driver = vt__driver();

	if (!driver || !driver->cuMemPoolTrimTo)
		return VT__NO_DRIVER;
	return driver->cuMemPoolTrimTo(handle, keep);
}
