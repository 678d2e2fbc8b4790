/* Memory pools: where each one lies. */
#include "config.h"

#include <stdatomic.h>
#include <stddef.h>

#include "base/lock.h"
#include "base/table.h"
#include "preload/base/attributes.h"
#include "preload/driver/driver.h"
#include "preload/recorder/pool_table.h"
#include "preload/recorder/process.h"

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
_Static_assert(offsetof(struct vt__pools, lock) == 0, "vt__process_call_left() finds it");

/* The pool that the thread allocated from last: one look instead of a lock. */
static VT__THREAD_LOCAL struct {
	uint64_t handle;
	unsigned copy; /* of the driver */
	unsigned changes;
	struct vt__pool pool;
} last;

/* Goes up before a handle can mean another pool. */
static atomic_uint pool_changes = 1;

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

/* The count changes under the lock: a thread that has the new one looks up under it. A thread that
 * the program did not tell of the pool may have the old one, and asks of no pool that it can know.
 */
static void add(struct vt__pools *pools, uint64_t handle, const struct vt__pool *pool)
{
	struct vt__arena *table_arena = &pools->arena;
	struct known_pool *node = find(pools, handle);

	atomic_fetch_add_explicit(&pool_changes, 1, memory_order_relaxed);
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

	atomic_fetch_add_explicit(&pool_changes, 1, memory_order_relaxed);
	if (!node)
		return;
	HASH_DELETE(hh, pools->by_handle, node);
	vt__arena_give(&pools->arena, node, sizeof(*node));
}

static VT__APART bool look_up(uint64_t handle, unsigned changes)
{
	struct vt__pools *pools = vt__process_part(VT__PART_POOLS);
	struct known_pool *node;

	if (!pools || !vt__process_lock(&pools->lock))
		return false;
	node = find(pools, handle);
	if (node) {
		last.handle = handle;
		last.copy = vt__driver_current;
		last.changes = changes;
		last.pool = node->pool;
	}
	vt__lock_give(&pools->lock);
	return node != NULL;
}

bool vt__pool_find(CUmemoryPool pool, struct vt__pool *out)
{
	uint64_t handle = (uintptr_t)pool;
	unsigned changes;

	if (!handle)
		return false;
	changes = atomic_load_explicit(&pool_changes, memory_order_acquire);
	if ((last.handle != handle || last.changes != changes || last.copy != vt__driver_current) &&
	    !look_up(handle, changes))
		return false;
	*out = last.pool;
	return true;
}

void vt__pools_each(int32_t device, void (*each)(CUmemoryPool pool, void *closure), void *closure)
{
	struct vt__pools *pools = vt__process_part(VT__PART_POOLS);
	struct known_pool *node, *next;

	if (!pools || !vt__process_lock(&pools->lock))
		return;
	HASH_ITER(hh, pools->by_handle, node, next)
		if (node->pool.kind == VT_KIND_STREAM_ORDERED && node->pool.device == device)
			each((CUmemoryPool)(uintptr_t)node->handle, closure);
	vt__lock_give(&pools->lock);
}

void vt__pool_put(CUmemoryPool handle, const struct vt__pool *pool)
{
	struct vt__pools *pools = vt__process_part(VT__PART_POOLS);

	if (!pools || !vt__process_lock(&pools->lock))
		return;
	add(pools, (uintptr_t)handle, pool);
	vt__lock_give(&pools->lock);
}

void vt__pool_forget(CUmemoryPool handle)
{
	struct vt__pools *pools = vt__process_part(VT__PART_POOLS);

	if (!pools || !vt__process_lock(&pools->lock))
		return;
	forget(pools, (uintptr_t)handle);
	vt__lock_give(&pools->lock);
}
