/* Memory pools and the stream-ordered allocations that come from them. */
#include "config.h"

#include <unistd.h>

#include "simulate/driver_memory_api.h"
#include "simulate/driver_stream.h"

CUmemoryPool vt__pool_create(const CUmemPoolProps *properties)
{
	CUmemoryPool pool = vt__object_create(VT_POOL, sizeof(*pool), NULL);

	if (!pool)
		return NULL;
	pool->properties = *properties;
	pool->file = -1;
	pool->id = vt__next_id();
	for (size_t i = 0; i < sizeof(pool->reuse) / sizeof(pool->reuse[0]); i++)
		pool->reuse[i] = 1;
	pool->access[properties->location.id] = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
	return pool;
}

CUmemoryPool vt__pool_create_default(CUdevice device)
{
	const CUmemPoolProps properties = {
		.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device},
	};
	CUmemoryPool pool = vt__pool_create(&properties);

	if (pool)
		pool->is_default = true;
	return pool;
}

CUresult cuMemPoolCreate(CUmemoryPool *pool, const CUmemPoolProps *poolProps)
{
	CUresult result;

	if (!pool || !poolProps || poolProps->allocType != CU_MEM_ALLOCATION_TYPE_PINNED)
		return CUDA_ERROR_INVALID_VALUE;
	/* Host pools, and pools for other systems and other machines. */
	if (poolProps->location.type != CU_MEM_LOCATION_TYPE_DEVICE ||
	    poolProps->handleTypes & ~CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR)
		return CUDA_ERROR_NOT_SUPPORTED;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__device(poolProps->location.id)) {
		result = CUDA_ERROR_INVALID_DEVICE;
	} else {
		CUmemoryPool made = vt__pool_create(poolProps);

		if (made)
			*pool = made;
		else
			result = CUDA_ERROR_OUT_OF_MEMORY;
	}
	vt__leave();
	return result;
}

static void destroy_if_done(CUmemoryPool pool)
{
	CUdevice device = pool->properties.location.id;

	if (!pool->destroyed || pool->allocations)
		return;
	vt__reserve_trim(&pool->reserve, device, 0);
	if (pool->file >= 0)
		close(pool->file);
	vt__object_destroy(&pool->object);
}

CUresult cuMemPoolDestroy(CUmemoryPool pool)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__object_live(pool, VT_POOL) || pool->is_default || pool->destroyed) {
		result = CUDA_ERROR_INVALID_VALUE;
	} else {
		struct vt__device *device = vt__device(pool->properties.location.id);

		if (device->pool == pool)
			device->pool = device->default_pool;
		pool->destroyed = true;
		destroy_if_done(pool);
	}
	vt__leave();
	return result;
}

void vt__pool_free(struct vt__region *region)
{
	CUmemoryPool pool = region->pool;

	pool->allocations--;
	destroy_if_done(pool);
}

void vt__pools_trim(CUdevice device, bool to_nothing)
{
	struct vt__object *object = vt__object_from(0);

	for (; object; object = vt__object_from(object->node.key + 1)) {
		CUmemoryPool pool = (CUmemoryPool)object;

		if (object->kind == VT_POOL && pool->properties.location.id == device)
			vt__reserve_trim(&pool->reserve, device,
					 to_nothing ? 0 : pool->reserve.threshold);
	}
}

static CUresult allocate(CUmemoryPool pool, size_t size, CUdeviceptr *address)
{
	const struct vt__region wanted = {
		.kind = VT_REGION_POOL,
		.size = size,
		.device = pool->properties.location.id,
		.pool = pool,
	};
	struct vt__region *region;
	CUresult result;

	if (pool->destroyed || pool->exporter)
		return CUDA_ERROR_INVALID_VALUE;
	if (vt__allocation_refused() ||
	    (pool->properties.maxSize && size > pool->properties.maxSize - pool->reserve.used))
		return CUDA_ERROR_OUT_OF_MEMORY;
	result = vt__region_create(&wanted, &region);
	if (result != CUDA_SUCCESS)
		return result;
	pool->allocations++;
	*address = region->node.key;
	vt__allocation_done(wanted.device);
	return CUDA_SUCCESS;
}

/* From the given pool, or from the current one of the context's device. */
static CUresult allocate_on(CUdeviceptr *dptr, size_t size, const CUmemoryPool *given,
			    CUstream handle)
{
	CUcontext context;
	CUstream stream;
	CUresult result;

	if (!dptr || !size)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	stream = vt__stream_of(handle, context);
	if (!stream)
		result = CUDA_ERROR_INVALID_HANDLE;
	else if (given && !vt__object_live(*given, VT_POOL))
		result = CUDA_ERROR_INVALID_VALUE;
	else if (stream->capture)
		result = vt__capture_allocate(stream, context->device, size, dptr);
	else
		result = allocate(given ? *given : vt__devices[context->device].pool, size, dptr);
	vt__leave();
	return result;
}

CUresult cuMemAllocAsync(CUdeviceptr *dptr, size_t bytesize, CUstream hStream)
{
	return allocate_on(dptr, bytesize, NULL, hStream);
}

CUresult cuMemAllocFromPoolAsync(CUdeviceptr *dptr, size_t bytesize, CUmemoryPool pool,
				 CUstream hStream)
{
	return allocate_on(dptr, bytesize, &pool, hStream);
}

CUresult cuMemFreeAsync(CUdeviceptr dptr, CUstream hStream)
{
	struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_MEM_FREE};

	work.as.freed = dptr;
	return vt__stream_call(hStream, &work);
}
