/* Memory pools: where each one lies. Destroying one frees nothing by itself:
 * what is live in it stays until it is freed. */
#include "config.h"

#include <stdatomic.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/lock.h"
#include "base/table.h"
#include "preload/rules/call.h"
#include "preload/recorder/process.h"
#include "preload/doors/wrapper.h"

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

static struct vt__pool pool_of(const CUmemPoolProps *properties)
{
	bool device = properties->location.type == CU_MEM_LOCATION_TYPE_DEVICE;
	int32_t ordinal = device ? properties->location.id : VT__DEVICE_NONE;

	if (properties->allocType == CU_MEM_ALLOCATION_TYPE_MANAGED)
		return (struct vt__pool){VT_KIND_POOL_MANAGED, ordinal};
	return (struct vt__pool){device ? VT_KIND_STREAM_ORDERED : VT_KIND_POOL_HOST, ordinal};
}

static void put(CUmemoryPool handle, const struct vt__pool *pool)
{
	struct vt__pools *pools = vt__process_part(VT__PART_POOLS);

	if (!pools || !vt__process_lock(&pools->lock))
		return;
	add(pools, (uintptr_t)handle, pool);
	vt__lock_give(&pools->lock);
}

bool vt__pool_learn(const struct vt__call *call, CUmemoryPool handle, CUdeviceptr address,
		    struct vt__pool *out)
{
	const struct vt__driver *driver = call->driver;
	struct vt__pool pool = {VT_KIND_STREAM_ORDERED, VT__DEVICE_CURRENT};
	CUmemorytype type;
	unsigned managed = 0;

	if (!driver->cuPointerGetAttribute ||
	    driver->cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, address) !=
		    CUDA_SUCCESS)
		return false;
	driver->cuPointerGetAttribute(&managed, CU_POINTER_ATTRIBUTE_IS_MANAGED, address);
	if (managed)
		pool.kind = VT_KIND_POOL_MANAGED;
	else if (type == CU_MEMORYTYPE_HOST)
		pool.kind = VT_KIND_POOL_HOST;
	pool.device = type == CU_MEMORYTYPE_HOST ? VT__DEVICE_NONE
						 : vt__call_device_at(call, address);
	put(handle, &pool);
	*out = pool;
	return true;
}

/* A pool is an object that holds memory: entered by its handle, and known by it. */
static void made(struct vt__call *call, CUmemoryPool handle, const struct vt__pool *pool)
{
	struct vt__seen_allocation seen = {
		.kind = VT_KIND_POOL, .device = pool->device, .address = (uintptr_t)handle};

	put(handle, pool);
	vt__call_allocated(call, &seen);
}

static void after_create(struct vt__call *call, const void *arguments)
{
	const cuMemPoolCreate_params *p = (const cuMemPoolCreate_params *)arguments;
	struct vt__pool pool;

	if (call->result == CUDA_SUCCESS) {
		pool = pool_of(p->poolProps);
		made(call, *p->pool, &pool);
	}
}

/* Another process's pool: nothing is allocated from it, only opened. */
static void after_import(struct vt__call *call, const void *arguments)
{
	const cuMemPoolImportFromShareableHandle_params *p =
		(const cuMemPoolImportFromShareableHandle_params *)arguments;
	static const struct vt__pool imported = {VT_KIND_POOL_IMPORTED, VT__DEVICE_CURRENT};

	if (call->result == CUDA_SUCCESS)
		made(call, *p->pool_out, &imported);
}

static void after_import_pointer(struct vt__call *call, const void *arguments)
{
	const cuMemPoolImportPointer_params *p = (const cuMemPoolImportPointer_params *)arguments;
	struct vt__seen_allocation seen = {.kind = VT_KIND_POOL_IMPORTED};

	if (call->result != CUDA_SUCCESS)
		return;
	seen.address = *p->ptr_out;
	seen.bytes = vt__call_size_at(call, *p->ptr_out);
	seen.device = vt__call_device_at(call, *p->ptr_out);
	vt__call_allocated(call, &seen);
}

/* Forgotten first: the handle can come again as soon as the driver has it. */
static bool before_destroy(struct vt__call *call, const void *arguments)
{
	const cuMemPoolDestroy_params *p = (const cuMemPoolDestroy_params *)arguments;
	struct vt__pools *pools = vt__process_part(VT__PART_POOLS);

	call->kept.flag = vt__pool_find(p->pool, &call->kept.pool);
	if (call->kept.flag && vt__process_lock(&pools->lock)) {
		forget(pools, (uintptr_t)p->pool);
		vt__lock_give(&pools->lock);
	}
	return vt__call_freeing(call, (uintptr_t)p->pool);
}

static void after_destroy(struct vt__call *call, const void *arguments)
{
	const cuMemPoolDestroy_params *p = (const cuMemPoolDestroy_params *)arguments;

	if (call->kept.flag && call->result != CUDA_SUCCESS)
		put(p->pool, &call->kept.pool);
	vt__call_freed(call, arguments);
}

VT__RULES(cuMemPoolCreate, OBJECT, VT_KIND_POOL, NULL, after_create);
VT__RULES(cuMemPoolImportFromShareableHandle, OBJECT, VT_KIND_POOL, NULL, after_import);
VT__RULES(cuMemPoolImportPointer, DEVICE, VT_KIND_POOL_IMPORTED, NULL, after_import_pointer);
VT__RULES(cuMemPoolDestroy, OBJECT, -1, before_destroy, after_destroy);
VT__RULES(cuMemPoolTrimTo, OBJECT, -1, NULL, NULL);
