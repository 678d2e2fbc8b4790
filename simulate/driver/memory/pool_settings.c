/* Attributes, access and choice of memory pools. */
#include "config.h"

#include "simulate/driver/memory/pool.h"

/* Where each attribute lives: an int switch or a 64-bit number of the pool. */
static int *switch_of(CUmemoryPool pool, CUmemPool_attribute attribute)
{
	switch (attribute) {
	case CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES:
		return &pool->reuse[0];
	case CU_MEMPOOL_ATTR_REUSE_ALLOW_OPPORTUNISTIC:
		return &pool->reuse[1];
	case CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES:
		return &pool->reuse[2];
	default:
		return NULL;
	}
}

static size_t *number_of(CUmemoryPool pool, CUmemPool_attribute attribute)
{
	switch (attribute) {
	case CU_MEMPOOL_ATTR_RELEASE_THRESHOLD:
		return &pool->reserve.threshold;
	case CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT:
		return &pool->reserve.held;
	case CU_MEMPOOL_ATTR_RESERVED_MEM_HIGH:
		return &pool->reserve.held_high;
	case CU_MEMPOOL_ATTR_USED_MEM_CURRENT:
		return &pool->reserve.used;
	case CU_MEMPOOL_ATTR_USED_MEM_HIGH:
		return &pool->reserve.used_high;
	default:
		return NULL;
	}
}

static CUresult enter_pool(CUmemoryPool pool)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS || vt__object_live(pool, VT_POOL))
		return result;
	vt__leave();
	return CUDA_ERROR_INVALID_VALUE;
}

/* The same for what is the exporting process's alone to ask and to set. */
static CUresult enter_own_pool(CUmemoryPool pool)
{
	CUresult result = enter_pool(pool);

	if (result != CUDA_SUCCESS || !pool->exporter)
		return result;
	vt__leave();
	return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMemPoolGetAttribute(CUmemoryPool pool, CUmemPool_attribute attr, void *value)
{
	CUresult result = value ? enter_own_pool(pool) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	if (switch_of(pool, attr))
		*(int *)value = *switch_of(pool, attr);
	else if (number_of(pool, attr))
		*(cuuint64_t *)value = *number_of(pool, attr);
	else
		result = CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

/* A high mark can only be set back, to the present. */
static CUresult set_number(CUmemoryPool pool, CUmemPool_attribute attribute, cuuint64_t value)
{
	switch (attribute) {
	case CU_MEMPOOL_ATTR_RELEASE_THRESHOLD:
		pool->reserve.threshold = (size_t)value;
		return CUDA_SUCCESS;
	case CU_MEMPOOL_ATTR_RESERVED_MEM_HIGH:
		pool->reserve.held_high = pool->reserve.held;
		break;
	case CU_MEMPOOL_ATTR_USED_MEM_HIGH:
		pool->reserve.used_high = pool->reserve.used;
		break;
	default:
		return CUDA_ERROR_INVALID_VALUE;
	}
	return value ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

CUresult cuMemPoolSetAttribute(CUmemoryPool pool, CUmemPool_attribute attr, void *value)
{
	CUresult result = value ? enter_own_pool(pool) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	if (switch_of(pool, attr))
		*switch_of(pool, attr) = *(const int *)value;
	else
		result = set_number(pool, attr, *(const cuuint64_t *)value);
	vt__leave();
	return result;
}

CUresult cuMemPoolTrimTo(CUmemoryPool pool, size_t minBytesToKeep)
{
	CUresult result = enter_own_pool(pool);

	if (result != CUDA_SUCCESS)
		return result;
	vt__pool_trim(pool, minBytesToKeep);
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuMemPoolSetAccess(CUmemoryPool pool, const CUmemAccessDesc *map, size_t count)
{
	CUresult result;

	if (!map && count)
		return CUDA_ERROR_INVALID_VALUE;
	result = enter_pool(pool);
	if (result != CUDA_SUCCESS)
		return result;
	for (size_t i = 0; i < count && result == CUDA_SUCCESS; i++) {
		bool known = map[i].location.type == CU_MEM_LOCATION_TYPE_DEVICE &&
			     vt__device(map[i].location.id);
		bool own = vt__pool_on_device(&pool->properties) &&
			   map[i].location.id == pool->properties.location.id;

		if (!known || (own && map[i].flags != CU_MEM_ACCESS_FLAGS_PROT_READWRITE))
			result = CUDA_ERROR_INVALID_DEVICE;
		else
			pool->access[map[i].location.id] = map[i].flags;
	}
	vt__leave();
	return result;
}

CUresult cuMemPoolGetAccess(CUmemAccess_flags *flags, CUmemoryPool memPool, CUmemLocation *location)
{
	CUresult result = flags && location ? enter_pool(memPool) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	if (location->type == CU_MEM_LOCATION_TYPE_DEVICE && vt__device(location->id))
		*flags = memPool->access[location->id];
	else
		result = CUDA_ERROR_INVALID_DEVICE;
	vt__leave();
	return result;
}

static CUresult get_pool(CUmemoryPool *pool, CUdevice dev, bool only_default)
{
	CUresult result = pool ? vt__enter() : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__device(dev))
		result = CUDA_ERROR_INVALID_DEVICE;
	else
		*pool = only_default ? vt__device(dev)->default_pool : vt__device(dev)->pool;
	vt__leave();
	return result;
}

CUresult cuDeviceGetDefaultMemPool(CUmemoryPool *pool_out, CUdevice dev)
{
	return get_pool(pool_out, dev, true);
}

CUresult cuDeviceGetMemPool(CUmemoryPool *pool, CUdevice dev)
{
	return get_pool(pool, dev, false);
}

CUresult cuDeviceSetMemPool(CUdevice dev, CUmemoryPool pool)
{
	CUresult result = enter_pool(pool);

	if (result != CUDA_SUCCESS)
		return result;
	if (pool->exporter)
		result = CUDA_ERROR_INVALID_VALUE;
	else if (!vt__device(dev) || !vt__pool_on_device(&pool->properties) ||
		 pool->properties.location.id != dev)
		result = CUDA_ERROR_INVALID_DEVICE;
	else
		vt__device(dev)->pool = pool;
	vt__leave();
	return result;
}

/* Enters for a call of 13.0 by location. */
static CUresult enter_location(const CUmemLocation *location, CUmemAllocationType type)
{
	CUresult result;

	if (!location || !vt__pool_possible(location, type))
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS || location->type != CU_MEM_LOCATION_TYPE_DEVICE ||
	    vt__device(location->id))
		return result;
	vt__leave();
	return CUDA_ERROR_INVALID_DEVICE;
}

CUresult cuMemGetDefaultMemPool(CUmemoryPool *pool_out, CUmemLocation *location,
				CUmemAllocationType type)
{
	CUmemoryPool pool;
	CUresult result = pool_out ? enter_location(location, type) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	pool = vt__pool_default(location, type);
	if (pool)
		*pool_out = pool;
	vt__leave();
	return pool ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

/* Only a device has a current pool that is not its default one. */
static bool is_devices(const CUmemLocation *location, CUmemAllocationType type)
{
	return location && location->type == CU_MEM_LOCATION_TYPE_DEVICE &&
	       type == CU_MEM_ALLOCATION_TYPE_PINNED;
}

CUresult cuMemGetMemPool(CUmemoryPool *pool, CUmemLocation *location, CUmemAllocationType type)
{
	return is_devices(location, type) ? get_pool(pool, location->id, false)
					  : cuMemGetDefaultMemPool(pool, location, type);
}

CUresult cuMemSetMemPool(CUmemLocation *location, CUmemAllocationType type, CUmemoryPool pool)
{
	if (!location || !vt__pool_possible(location, type))
		return CUDA_ERROR_INVALID_VALUE;
	return is_devices(location, type) ? cuDeviceSetMemPool(location->id, pool)
					  : CUDA_ERROR_NOT_SUPPORTED;
}
