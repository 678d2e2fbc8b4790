/* Memory pools: where each one lies. Destroying one frees nothing by itself:
 * what is live in it stays until it is freed. */
#include "config.h"

#include "preload/rules/call.h"
#include "preload/rules/pools.h"
#include "preload/rules/sharing.h"

static struct vt__pool pool_of(const CUmemPoolProps *properties)
{
	bool device = properties->location.type == CU_MEM_LOCATION_TYPE_DEVICE;
	int32_t ordinal = device ? properties->location.id : VT__DEVICE_NONE;

	if (properties->allocType == CU_MEM_ALLOCATION_TYPE_MANAGED)
		return (struct vt__pool){VT_KIND_POOL_MANAGED, ordinal};
	return (struct vt__pool){device ? VT_KIND_STREAM_ORDERED : VT_KIND_POOL_HOST, ordinal};
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
	vt__pool_put(handle, &pool);
	*out = pool;
	return true;
}

/* A pool is an object that holds memory: entered by its handle, and known by it. */
static void made(struct vt__call *call, CUmemoryPool handle, const struct vt__pool *pool)
{
	struct vt__seen_allocation seen = {
		.kind = VT_KIND_POOL, .device = pool->device, .address = (uintptr_t)handle};

	vt__pool_put(handle, pool);
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
	vt__shared(call, VT_SHARING_IMPORTED, VT_SHARING_POOL_POINTER, p->shareData, *p->ptr_out);
}

/* Forgotten first: the handle can come again as soon as the driver has it. */
static bool before_destroy(struct vt__call *call, const void *arguments)
{
	const cuMemPoolDestroy_params *p = (const cuMemPoolDestroy_params *)arguments;

	call->kept.flag = vt__pool_find(p->pool, &call->kept.pool);
	if (call->kept.flag)
		vt__pool_forget(p->pool);
	return vt__call_freeing(call, (uintptr_t)p->pool);
}

static void after_destroy(struct vt__call *call, const void *arguments)
{
	const cuMemPoolDestroy_params *p = (const cuMemPoolDestroy_params *)arguments;

	if (call->kept.flag && call->result != CUDA_SUCCESS)
		vt__pool_put(p->pool, &call->kept.pool);
	vt__call_freed(call, arguments);
}

VT__RULES(cuMemPoolCreate, OBJECT, VT_KIND_POOL, NULL, after_create);
VT__RULES(cuMemPoolImportFromShareableHandle, OBJECT, VT_KIND_POOL, NULL, after_import);
VT__RULES(cuMemPoolImportPointer, DEVICE, VT_KIND_POOL_IMPORTED, NULL, after_import_pointer);
VT__RULES(cuMemPoolDestroy, OBJECT, -1, before_destroy, after_destroy);
VT__RULES(cuMemPoolTrimTo, OBJECT, -1, NULL, NULL);
