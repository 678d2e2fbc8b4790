/* A stream-ordered pool of its own: cudaMallocFromPoolAsync and cudaFreeAsync. */
#include "config.h"

#include <stdlib.h>

#include "library/cuda_calls.h"
#include "library/error.h"
#include "library/source.h"
#include "library/source_parts.h"

struct pool {
	void *handle; /* cudaMemPool_t */
	int device;
	size_t most_bytes; /* 0: no cap */
	size_t live_bytes; /* atomic; counted only under a cap */
};

/* The driver caps what it holds, in steps of its own; this caps what is handed out, to the byte. */
static vt_status pool_allocate(void *state, const vt_source_request *request, vt_source_block *out)
{
	struct pool *pool = state;
	vt_status status;

	if (request->device != pool->device)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"the pool is on GPU%d and cannot serve a buffer on GPU%d",
				pool->device, request->device);
	if (pool->most_bytes && !vt__sum_add(&pool->live_bytes, request->bytes, pool->most_bytes))
		return vt__fail(VT_ERROR_OUT_OF_MEMORY,
				"the pool's cap is %zu bytes: %zu are in use, %zu requested",
				pool->most_bytes, vt__sum(&pool->live_bytes), request->bytes);
	status = vt__cuda_malloc_from_pool(&out->base, request->bytes, pool->handle,
					   request->stream);
	if (status == VT_OK)
		out->bytes = request->bytes;
	else if (pool->most_bytes)
		vt__sum_subtract(&pool->live_bytes, request->bytes);
	return status;
}

/* The sum falls whatever the free came to: the block is gone. */
static vt_status pool_free(void *state, const vt_source_block *block, int device, vt_stream stream)
{
	struct pool *pool = state;

	(void)device;
	if (pool->most_bytes)
		vt__sum_subtract(&pool->live_bytes, block->bytes);
	return vt__cuda_free_async(block->base, stream);
}

/* CUDA keeps a destroyed pool until the last of its memory is freed, so frees that are still
 * ordered after work need no wait. */
static void pool_destroy(void *state)
{
	struct pool *pool = state;

	vt__cuda_pool_destroy(pool->handle);
	free(pool);
}

/* The wait makes the memory free for every stream. */
static vt_status warm(void *handle, size_t bytes)
{
	vt_status status;
	void *base;

	if (!bytes)
		return VT_OK;
	status = vt__cuda_malloc_from_pool(&base, bytes, handle, NULL);
	if (status != VT_OK)
		return status;
	status = vt__cuda_free_async(base, NULL);
	if (status != VT_OK) {
		const vt_error_detail cause = *vt_last_error();

		vt__cuda_free_async(base, NULL);
		vt__fail_restore(&cause);
		return status;
	}
	return vt__cuda_stream_wait(NULL);
}

/* On the current device, which is the pool's. */
static vt_status make_pool(struct pool *pool, const vt_pool_options *options)
{
	vt_status status = vt__cuda_current_device(&pool->device);

	if (status == VT_OK)
		status = vt__cuda_pool_create(&pool->handle, pool->device, options->most_bytes);
	if (status != VT_OK)
		return status;
	status = vt__cuda_pool_set_release_threshold(pool->handle, options->release_threshold);
	if (status == VT_OK)
		status = warm(pool->handle, options->initial_bytes);
	if (status != VT_OK) {
		const vt_error_detail cause = *vt_last_error();

		vt__cuda_pool_destroy(pool->handle);
		vt__fail_restore(&cause);
	}
	return status;
}

/* Under a cap the pool must see every free, so it cannot let go of a pointer. */
static vt_status make_source(vt_source **out, struct pool *pool)
{
	static const vt_source_functions functions = {
		.struct_size = sizeof(functions),
		.name = "cudaMallocAsync pool",
		.kind = VT_MEMORY_DEVICE,
		.allocate = pool_allocate,
		.free = pool_free,
		.destroy = pool_destroy,
	};
	vt_status status = vt__source_make(out, &functions, pool, !pool->most_bytes);

	if (status != VT_OK)
		vt__cuda_pool_destroy(pool->handle);
	return status;
}

static vt_status create(vt_source **out, const vt_pool_options *options)
{
	struct pool *pool = calloc(1, sizeof(*pool));
	vt_status status;
	int before;

	if (!pool)
		return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY, "no host memory for a pool");
	pool->most_bytes = options->most_bytes;
	status = vt__cuda_enter_device(options->device, &before);
	if (status == VT_OK) {
		status = make_pool(pool, options);
		if (status == VT_OK)
			status = make_source(out, pool);
		vt__cuda_leave_device(before);
	}
	if (status != VT_OK)
		free(pool);
	return status;
}

vt_status vt_source_create_pool(vt_source **out, const vt_pool_options *options)
{
	vt_pool_options known = VT_POOL_OPTIONS_INIT;

	if (!out)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "vt_source_create_pool: out is NULL");
	if (options) {
		vt_status status = vt__struct_read(&known, sizeof(known),
						   offsetof(vt_pool_options, initial_bytes),
						   options, "vt_pool_options");

		if (status != VT_OK)
			return status;
	}
	if (known.device < -1)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"vt_pool_options.device is %d; give an ordinal, or -1 for the "
				"current device",
				known.device);
	if (known.reserved)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "vt_pool_options.reserved is not 0");
	if (known.most_bytes && known.initial_bytes > known.most_bytes)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"vt_pool_options.initial_bytes is %zu, beyond most_bytes, %zu",
				known.initial_bytes, known.most_bytes);
	return create(out, &known);
}
