/*
 * Managed memory that moves: hints and batches. It is the process's own memory here, and only
 * what a device would be charged for it changes.
 */
#include "config.h"

#include "simulate/driver/memory/memcpy.h"
#include "simulate/driver/memory/resident.h"

static bool is_managed(CUdeviceptr address, size_t size)
{
	const struct vt__region *region = vt__region_at((uintptr_t)address);

	return size && region && region->kind == VT_REGION_MANAGED &&
	       size <= region->size - ((uintptr_t)address - region->node.key);
}

/* To a device: it is the device's from now on. To the host: what the device has stays. */
static void move(CUdeviceptr address, size_t size, const CUmemLocation *location)
{
	if (location->type == CU_MEM_LOCATION_TYPE_DEVICE && vt__device(location->id))
		vt__resident_use(vt__region_at((uintptr_t)address), (uintptr_t)address, size,
				 location->id);
}

/* A hint, and with a location a prefetch. */
static CUresult hint(CUdeviceptr address, size_t size, const CUmemLocation *location)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	if (!is_managed(address, size))
		result = CUDA_ERROR_INVALID_VALUE;
	else if (location)
		move(address, size, location);
	vt__leave();
	return result;
}

CUresult cuMemAdvise_v2(CUdeviceptr devPtr, size_t count, CUmem_advise advice,
			CUmemLocation location)
{
	(void)advice;
	(void)location;
	return hint(devPtr, count, NULL);
}

CUresult cuMemAdvise(CUdeviceptr devPtr, size_t count, CUmem_advise advice, CUdevice device)
{
	(void)advice;
	(void)device;
	return hint(devPtr, count, NULL);
}

CUresult cuMemPrefetchAsync_v2(CUdeviceptr devPtr, size_t count, CUmemLocation location,
			       unsigned int flags, CUstream hStream)
{
	(void)hStream;
	return flags ? CUDA_ERROR_INVALID_VALUE : hint(devPtr, count, &location);
}

CUresult cuMemPrefetchAsync(CUdeviceptr devPtr, size_t count, CUdevice dstDevice, CUstream hStream)
{
	/* CU_DEVICE_CPU is no device: the host. */
	const CUmemLocation location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = dstDevice};

	(void)hStream;
	return hint(devPtr, count, &location);
}

struct batch {
	const CUdeviceptr *addresses;
	const size_t *sizes;
	size_t count;
	unsigned long long flags;
	CUstream stream;
	const CUmemLocation *locations; /* with the index of the first operation of each */
	const size_t *firsts;
	size_t location_count;
};

static bool is_place(const CUmemLocation *location)
{
	switch (location->type) {
	case CU_MEM_LOCATION_TYPE_DEVICE:
		return vt__device(location->id);
	case CU_MEM_LOCATION_TYPE_HOST:
	case CU_MEM_LOCATION_TYPE_HOST_NUMA:
	case CU_MEM_LOCATION_TYPE_HOST_NUMA_CURRENT:
		return true;
	default:
		return false;
	}
}

/* Rising from 0: each location is for the operations up to the next one's first. */
static bool places_valid(const struct batch *batch)
{
	if (!batch->locations || !batch->firsts || !batch->location_count ||
	    batch->location_count > batch->count || batch->firsts[0])
		return false;
	for (size_t i = 0; i < batch->location_count; i++) {
		if (!is_place(&batch->locations[i]) || batch->firsts[i] >= batch->count ||
		    (i && batch->firsts[i] <= batch->firsts[i - 1]))
			return false;
	}
	return true;
}

static CUresult check(const struct batch *batch, CUcontext context)
{
	CUstream stream = vt__stream_of(batch->stream, context);

	if (!stream)
		return CUDA_ERROR_INVALID_HANDLE;
	if (stream->capture)
		return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	for (size_t i = 0; i < batch->count; i++) {
		if (!is_managed(batch->addresses[i], batch->sizes[i]))
			return CUDA_ERROR_INVALID_VALUE;
	}
	return CUDA_SUCCESS;
}

static void move_all(const struct batch *batch)
{
	size_t place = 0;

	for (size_t i = 0; i < batch->count; i++) {
		if (place + 1 < batch->location_count && batch->firsts[place + 1] == i)
			place++;
		move(batch->addresses[i], batch->sizes[i], &batch->locations[place]);
	}
}

static CUresult run(const struct batch *batch, bool with_places)
{
	CUcontext context;
	CUresult result;

	if (!batch->addresses || !batch->sizes || !batch->count || batch->flags || !batch->stream ||
	    batch->stream == CU_STREAM_LEGACY)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	result = with_places && !places_valid(batch) ? CUDA_ERROR_INVALID_VALUE
						     : check(batch, context);
	if (result == CUDA_SUCCESS && with_places)
		move_all(batch);
	vt__leave();
	return result;
}

CUresult cuMemDiscardBatchAsync(CUdeviceptr *dptrs, size_t *sizes, size_t count,
				unsigned long long flags, CUstream hStream)
{
	const struct batch batch = {.addresses = dptrs,
				    .sizes = sizes,
				    .count = count,
				    .flags = flags,
				    .stream = hStream};

	return run(&batch, false);
}

CUresult cuMemPrefetchBatchAsync(CUdeviceptr *dptrs, size_t *sizes, size_t count,
				 CUmemLocation *prefetchLocs, size_t *prefetchLocIdxs,
				 size_t numPrefetchLocs, unsigned long long flags, CUstream hStream)
{
	const struct batch batch = {.addresses = dptrs,
				    .sizes = sizes,
				    .count = count,
				    .flags = flags,
				    .stream = hStream,
				    .locations = prefetchLocs,
				    .firsts = prefetchLocIdxs,
				    .location_count = numPrefetchLocs};

	return run(&batch, true);
}

CUresult cuMemDiscardAndPrefetchBatchAsync(CUdeviceptr *dptrs, size_t *sizes, size_t count,
					   CUmemLocation *prefetchLocs, size_t *prefetchLocIdxs,
					   size_t numPrefetchLocs, unsigned long long flags,
					   CUstream hStream)
{
	return cuMemPrefetchBatchAsync(dptrs, sizes, count, prefetchLocs, prefetchLocIdxs,
				       numPrefetchLocs, flags, hStream);
}
