/* Memory pools and the stream-ordered allocations that come from them. */
#include "config.h"

#include "simulate/driver/memory/memory_api.h"
#include "simulate/driver/memory/fabric.h"
#include "simulate/driver/memory/pool.h"

#define MOST_BYTES ((size_t)1 << 40) /* of one allocation, on a host */

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
	if (properties->location.type == CU_MEM_LOCATION_TYPE_DEVICE)
		pool->access[properties->location.id] = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
	return pool;
}

static CUmemoryPool create_default(const CUmemLocation *location, CUmemAllocationType type)
{
	const CUmemPoolProps properties = {.allocType = type, .location = *location};
	CUmemoryPool pool = vt__pool_create(&properties);

	if (pool)
		pool->is_default = true;
	return pool;
}

CUmemoryPool vt__pool_create_default(CUdevice device)
{
	const CUmemLocation location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device};

	return create_default(&location, CU_MEM_ALLOCATION_TYPE_PINNED);
}

bool vt__pool_possible(const CUmemLocation *location, CUmemAllocationType type)
{
	return (type == CU_MEM_ALLOCATION_TYPE_PINNED || type == CU_MEM_ALLOCATION_TYPE_MANAGED) &&
	       (location->type == CU_MEM_LOCATION_TYPE_DEVICE ||
		location->type == CU_MEM_LOCATION_TYPE_HOST ||
		(location->type == CU_MEM_LOCATION_TYPE_HOST_NUMA && location->id == 0));
}

/* Those of the host, and of managed memory, are made when they are first asked for. */
CUmemoryPool vt__pool_default(const CUmemLocation *location, CUmemAllocationType type)
{
	static CUmemoryPool of_device[VT_MOST_DEVICES], of_host[2], of_node[2];
	int managed = type == CU_MEM_ALLOCATION_TYPE_MANAGED;
	CUmemoryPool *pool = location->type == CU_MEM_LOCATION_TYPE_DEVICE
				     ? &of_device[location->id]
			     : location->type == CU_MEM_LOCATION_TYPE_HOST ? &of_host[managed]
									   : &of_node[managed];

	if (location->type == CU_MEM_LOCATION_TYPE_DEVICE && !managed)
		return vt__devices[location->id].default_pool;
	if (!*pool)
		*pool = create_default(location, type);
	return *pool;
}

CUresult cuMemPoolCreate(CUmemoryPool *pool, const CUmemPoolProps *poolProps)
{
	CUresult result;

	if (!pool || !poolProps || !vt__pool_possible(&poolProps->location, poolProps->allocType))
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	result = vt__handle_types_possible(poolProps->handleTypes);
	if (poolProps->location.type == CU_MEM_LOCATION_TYPE_DEVICE &&
	    !vt__device(poolProps->location.id))
		result = CUDA_ERROR_INVALID_DEVICE;
	if (result == CUDA_SUCCESS) {
		CUmemoryPool made = vt__pool_create(poolProps);

		if (made)
			*pool = made;
		else
			result = CUDA_ERROR_OUT_OF_MEMORY;
	}
	vt__leave();
	return result;
}

CUresult cuMemPoolDestroy(CUmemoryPool pool)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__object_live(pool, VT_POOL) || pool->is_default || pool->destroyed) {
		result = CUDA_ERROR_INVALID_VALUE;
	} else {
		for (int i = 0; i < vt__device_count; i++) {
			if (vt__devices[i].pool == pool)
				vt__devices[i].pool = vt__devices[i].default_pool;
		}
		pool->destroyed = true;
		vt__layout_settle(&pool->layout, VT_EVERY_STREAM, vt__next_id());
		vt__pool_end_if_done(pool);
	}
	vt__leave();
	return result;
}

/* Whether so many steps more stay below the pool's bound. */
static bool within_bound(CUmemoryPool pool, size_t more)
{
	size_t bound = vt__round_up(pool->properties.maxSize, VT_POOL_STEP);

	return !bound || (pool->layout.backed + more) * VT_POOL_STEP <= bound;
}

static CUresult take_place(CUmemoryPool pool, size_t size, uintptr_t *offset)
{
	CUdevice device = pool->properties.location.id;
	bool on_device = vt__pool_on_device(&pool->properties);
	size_t more;

	if (!size || size > (on_device ? vt__devices[device].total : MOST_BYTES) ||
	    vt__layout_take(&pool->layout, size, offset, &more))
		return CUDA_ERROR_OUT_OF_MEMORY;
	if (!within_bound(pool, more) ||
	    (on_device && vt__charge(device, more * VT_POOL_STEP) != CUDA_SUCCESS)) {
		vt__layout_give_up(&pool->layout, *offset, size);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	vt__layout_back(&pool->layout, *offset, size);
	return CUDA_SUCCESS;
}

static CUresult make_region(CUmemoryPool pool, size_t size, struct vt__region **region)
{
	struct vt__region wanted = {
		.kind = VT_REGION_POOL,
		.size = size,
		.device = pool->properties.location.id,
		.pool = pool,
	};
	size_t place = vt__round_up(size, VT_POOL_UNIT);
	CUresult result = take_place(pool, place, &wanted.offset);

	if (result != CUDA_SUCCESS)
		return result;
	result = vt__region_create(&wanted, region);
	if (result != CUDA_SUCCESS)
		vt__layout_give_up(&pool->layout, wanted.offset, place);
	return result;
}

/* What the stream itself has freed while it is held up, or other memory. */
static CUresult find_memory(CUmemoryPool pool, size_t size, CUstream stream,
			    struct vt__region **region)
{
	struct vt__freed *freed = vt__layout_waiting(&pool->layout, stream->id,
						     vt__round_up(size, VT_POOL_UNIT));

	if (!freed)
		return make_region(pool, size, region);
	*region = vt__layout_retake(&pool->layout, freed);
	vt__region_revive(*region, size);
	return CUDA_SUCCESS;
}

static void count(CUmemoryPool pool, size_t size)
{
	struct vt__reserve *numbers = &pool->reserve;

	pool->allocations++;
	numbers->used += size;
	numbers->held = pool->layout.backed * VT_POOL_STEP;
	if (numbers->used > numbers->used_high)
		numbers->used_high = numbers->used;
	if (numbers->held > numbers->held_high)
		numbers->held_high = numbers->held;
}

static CUresult allocate(CUmemoryPool pool, size_t size, CUstream stream, CUdeviceptr *address)
{
	struct vt__region *region;
	CUresult result;

	if (pool->destroyed || pool->exporter)
		return CUDA_ERROR_INVALID_VALUE;
	if (vt__allocation_refused())
		return CUDA_ERROR_OUT_OF_MEMORY;
	result = find_memory(pool, size, stream, &region);
	if (result != CUDA_SUCCESS)
		return result;
	count(pool, size);
	*address = region->node.key;
	vt__allocation_done(stream->object.context->device);
	return CUDA_SUCCESS;
}

/* From the given pool, or from the current one of the context's device. */
static CUresult allocate_on(CUdeviceptr *dptr, size_t size, const CUmemoryPool *given,
			    CUstream handle)
{
	CUcontext context;
	CUstream stream;
	CUresult result = dptr ? vt__enter_context(&context) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	stream = vt__stream_of(handle, context);
	if (!stream)
		result = CUDA_ERROR_INVALID_HANDLE;
	else if (given && !vt__object_live(*given, VT_POOL))
		result = CUDA_ERROR_INVALID_VALUE;
	else if (!size)
		*dptr = 0;
	else if (stream->capture)
		result = vt__capture_allocate(stream, context->device, size, dptr);
	else
		result = allocate(given ? *given : vt__devices[context->device].pool, size, stream,
				  dptr);
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

/* Memory of cuMemAlloc goes too, but managed memory is for cuMemFree alone. */
static CUresult free_in(CUstream stream, CUdeviceptr address)
{
	struct vt__region *region = vt__freeable(address);

	if (!region)
		return address ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
	if (region->kind == VT_REGION_MANAGED)
		return CUDA_ERROR_NOT_SUPPORTED;
	if (region->kind == VT_REGION_POOL)
		vt__pool_free_in(region, stream);
	else if (region->kind == VT_REGION_DEVICE)
		vt__deferred_free(region, stream);
	else
		vt__region_destroy(region);
	return CUDA_SUCCESS;
}

CUresult cuMemFreeAsync(CUdeviceptr dptr, CUstream hStream)
{
	struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_MEM_FREE};
	CUcontext context;
	CUstream stream;
	CUresult result = vt__enter_handle(hStream, VT_STREAM, false, &context);

	if (result != CUDA_SUCCESS)
		return result;
	work.as.freed = dptr;
	stream = vt__stream_of(hStream, context);
	result = vt__stream_may_work(stream);
	if (result == CUDA_SUCCESS)
		result = stream->capture ? vt__capture_add(stream, &work) : free_in(stream, dptr);
	vt__leave();
	return result;
}
