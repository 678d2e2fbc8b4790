/*
 * Every call that the library makes into the CUDA runtime, and the meaning of
 * its errors.
 *
 * A call that fails clears the CUDA last error it left, sets the thread's error
 * detail and returns the status: out of memory, an earlier fault of the device
 * (sticky), shutting down, or another. Nothing else in src/ includes a CUDA
 * header. Tests replace single calls through vt__cuda_fault.
 */
#ifndef VT_CUDA_CALLS_H
#define VT_CUDA_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vramtrack/export.h>
#include <vramtrack/status.h>

/* For tests: NULL, or asked before each call with its name; a nonzero
 * cudaError_t is then the call's result and the call is not made. */
extern int (*vt__cuda_fault)(const char *call, void *closure);
extern void *vt__cuda_fault_closure;

/* ---- Straight to the driver (cuda_direct.c): what pairs of create and destroy call ------
 *
 * False: not done, for whatever reason, and nothing has changed; the runtime is asked for it. Else
 * the runtime's last error is neither read nor set, so there is none to look at before and none to
 * clear.
 */
bool vt__cuda_direct_current_device(int *out);
bool vt__cuda_direct_malloc_from_pool(void **out, size_t bytes, void *pool, vt_stream stream);
bool vt__cuda_direct_free_async(void *base, vt_stream stream);

/* ---- Through the runtime ------------------------------------------------------------- */

vt_status vt__cuda_current_device(int *out);
vt_status vt__cuda_memory_info(size_t *free_bytes, size_t *total_bytes); /* current device */

/* The number of devices, 0 until it is known; it never changes. Atomic. */
extern int vt__cuda_device_count;

/* Makes `device` current if it is not; `before` takes what was. A negative
 * device means the current one. Restoring never fails. */
vt_status vt__cuda_make_current(int device, int *before);
static inline vt_status vt__cuda_enter_device(int device, int *before)
{
	/* The only device is every thread's current one. */
	if (__atomic_load_n(&vt__cuda_device_count, __ATOMIC_RELAXED) != 1 || device > 0)
		return vt__cuda_make_current(device, before);
	*before = 0;
	return VT_OK;
}
void vt__cuda_leave_device(int before);

vt_status vt__cuda_malloc(void **out, size_t bytes);
vt_status vt__cuda_free(void *base);
vt_status vt__cuda_malloc_managed(void **out, size_t bytes);
vt_status vt__cuda_malloc_host(void **out, size_t bytes);
vt_status vt__cuda_free_host(void *base);

/* Pools: `pool` is a cudaMemPool_t. */
vt_status vt__cuda_pool_create(void **pool, int device, size_t most_bytes);
vt_status vt__cuda_pool_set_release_threshold(void *pool, uint64_t bytes);
vt_status vt__cuda_pool_destroy(void *pool);
vt_status vt__cuda_runtime_malloc_from_pool(void **out, size_t bytes, void *pool, vt_stream stream);
vt_status vt__cuda_runtime_free_async(void *base, vt_stream stream);

static inline vt_status vt__cuda_malloc_from_pool(void **out, size_t bytes, void *pool,
						  vt_stream stream)
{
	return vt__cuda_direct_malloc_from_pool(out, bytes, pool, stream)
		       ? VT_OK
		       : vt__cuda_runtime_malloc_from_pool(out, bytes, pool, stream);
}

static inline vt_status vt__cuda_free_async(void *base, vt_stream stream)
{
	return vt__cuda_direct_free_async(base, stream) ? VT_OK
							: vt__cuda_runtime_free_async(base, stream);
}

/* Virtual memory, through the driver functions that the runtime hands out. */
vt_status vt__cuda_address_reserve(void **out, size_t bytes, size_t alignment);
vt_status vt__cuda_address_free(void *base, size_t bytes);
vt_status vt__cuda_granularity(size_t *out, int device);
vt_status vt__cuda_physical_create(uint64_t *handle, size_t bytes, int device);
vt_status vt__cuda_physical_release(uint64_t handle);
vt_status vt__cuda_map(void *address, size_t bytes, uint64_t handle, int device); /* read-write */
vt_status vt__cuda_unmap(void *address, size_t bytes);

/* Contents. Directions are told by the addresses (cudaMemcpyDefault). */
vt_status vt__cuda_copy_async(void *to, const void *from, size_t bytes, vt_stream stream);
vt_status vt__cuda_set_async(void *to, int value, size_t bytes, vt_stream stream);
vt_status vt__cuda_stream_wait(vt_stream stream);                    /* until it is idle */
vt_status vt__cuda_stream_order(vt_stream later, vt_stream earlier); /* by an event */

/* What CUDA knows of an address; unknown addresses are host memory, not an error. */
struct vt__cuda_pointer {
	bool is_device; /* cudaMemoryTypeDevice */
	bool is_managed;
	void *host_pointer;
	int device;
};
vt_status vt__cuda_pointer(const void *address, struct vt__cuda_pointer *out);

#endif
