/* What the calls for stream-ordered memory mean. On a capturing stream nothing
 * is allocated or freed: the call becomes a node of a graph. */
#include "config.h"

#include "base/attributes.h"
#include "preload/rules/call.h"
#include "preload/rules/captures.h"
#include "preload/rules/graphs.h"
#include "preload/rules/pools.h"

enum route {
	ROUTE_POOL_UNKNOWN, /* of the stream's device */
	ROUTE_POOL_KNOWN,
	ROUTE_GRAPH, /* a node of a graph */
};

static VT__ALWAYS_INLINE bool before_allocation(struct vt__call *call, CUmemoryPool pool,
						CUstream stream, bool per_thread, uint64_t bytes)
{
	call->kept.route = ROUTE_POOL_UNKNOWN;
	if (VT__UNLIKELY(vt__stream_is_capturing(call->driver, stream, per_thread))) {
		call->kept.route = ROUTE_GRAPH;
		return true;
	}
	if (pool && vt__pool_find(pool, &call->kept.pool))
		call->kept.route = ROUTE_POOL_KNOWN;
	return !vt__refusal_wanted() || vt__call_allowed(call, VT_KIND_STREAM_ORDERED, bytes);
}

/* Of a pool that was named, a node of a graph, or a failure. */
static VT__APART void after_other(struct vt__call *call, CUmemoryPool pool,
				  const CUdeviceptr *address, uint64_t bytes)
{
	struct vt__seen_allocation seen = {.address = call->result == CUDA_SUCCESS ? *address : 0,
					   .bytes = bytes,
					   .kind = VT_KIND_STREAM_ORDERED,
					   .device = VT__DEVICE_CURRENT};
	bool known = call->kept.route == ROUTE_POOL_KNOWN;

	if (call->kept.route == ROUTE_GRAPH) {
		vt__graphs_define(call, seen.address, bytes);
		return;
	}
	if (pool && !known && call->result == CUDA_SUCCESS)
		known = vt__pool_learn(call, pool, seen.address, &call->kept.pool);
	if (known) {
		seen.kind = call->kept.pool.kind;
		seen.device = call->kept.pool.device;
	}
	vt__call_allocated(call, &seen);
}

static VT__ALWAYS_INLINE void after_allocation(struct vt__call *call, CUmemoryPool pool,
					       const CUdeviceptr *address, uint64_t bytes)
{
	struct vt__seen_allocation seen;

	if (pool || VT__UNLIKELY(call->kept.route != ROUTE_POOL_UNKNOWN) ||
	    VT__UNLIKELY(call->result != CUDA_SUCCESS)) {
		after_other(call, pool, address, bytes);
		return;
	}
	seen.address = *address;
	seen.bytes = bytes;
	seen.kind = VT_KIND_STREAM_ORDERED;
	seen.device = VT__DEVICE_CURRENT;
	vt__call_allocated(call, &seen);
}

static VT__ALWAYS_INLINE bool before_free(struct vt__call *call, CUdeviceptr address,
					  CUstream stream, bool per_thread)
{
	if (VT__LIKELY(!vt__stream_is_capturing(call->driver, stream, per_thread)))
		return vt__call_freeing(call, address);
	call->kept.freed = (struct vt__seen_free){.address = address};
	return true;
}

#define ALLOCATES(symbol, pool_, per_thread)                                                       \
	static VT__ALWAYS_INLINE bool before_##symbol(struct vt__call *call,                       \
						      const void *arguments)                       \
	{                                                                                          \
		const symbol##_params *p = (const symbol##_params *)arguments;                     \
                                                                                                   \
		return before_allocation(call, pool_, p->hStream, per_thread, p->bytesize);        \
	}                                                                                          \
	static VT__ALWAYS_INLINE void after_##symbol(struct vt__call *call, const void *arguments) \
	{                                                                                          \
		const symbol##_params *p = (const symbol##_params *)arguments;                     \
                                                                                                   \
		after_allocation(call, pool_, p->dptr, p->bytesize);                               \
	}                                                                                          \
	VT__RULES(symbol, DEVICE, VT_KIND_STREAM_ORDERED, before_##symbol, after_##symbol)

#define FREES(symbol, per_thread)                                                                  \
	static VT__ALWAYS_INLINE bool before_##symbol(struct vt__call *call,                       \
						      const void *arguments)                       \
	{                                                                                          \
		const symbol##_params *p = (const symbol##_params *)arguments;                     \
                                                                                                   \
		return before_free(call, p->dptr, p->hStream, per_thread);                         \
	}                                                                                          \
	VT__RULES(symbol, DEVICE, -1, before_##symbol, vt__call_freed)

ALLOCATES(cuMemAllocAsync, NULL, false);
ALLOCATES(cuMemAllocAsync_ptsz, NULL, true);
ALLOCATES(cuMemAllocFromPoolAsync, p->pool, false);
ALLOCATES(cuMemAllocFromPoolAsync_ptsz, p->pool, true);
FREES(cuMemFreeAsync, false);
FREES(cuMemFreeAsync_ptsz, true);
