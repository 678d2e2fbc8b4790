/* Stream-ordered memory. On a capturing stream nothing is allocated or freed:
 * the call becomes a node of a graph. */
#include "config.h"

#include <errno.h>
#include <stdatomic.h>

#include "preload/pools.h"
#include "preload/process.h"
#include "preload/record.h"
#include "preload/wrapper.h"

/* Until a capture begins there is no need to ask each time. */
static atomic_bool captures_begun;

static bool is_capturing(const struct vt__driver *driver, CUstream stream, bool per_thread)
{
	CUstreamCaptureStatus status = CU_STREAM_CAPTURE_STATUS_NONE;

	if (!atomic_load_explicit(&captures_begun, memory_order_relaxed) ||
	    !driver->cuStreamIsCapturing)
		return false;
	if (!stream && per_thread)
		stream = CU_STREAM_PER_THREAD;
	if (!stream || stream == CU_STREAM_LEGACY) /* cannot capture, and the question fails */
		return false;
	return driver->cuStreamIsCapturing(stream, &status) == CUDA_SUCCESS &&
	       status != CU_STREAM_CAPTURE_STATUS_NONE;
}

static void record(const struct vt__api *api, CUdeviceptr address, size_t bytes,
		   const struct vt__pool *pool, CUresult result,
		   const struct vt__unwind_start *start)
{
	struct vt__seen_allocation seen = {
		.address = address,
		.bytes = bytes,
		.kind = pool ? pool->kind : VT_KIND_STREAM_ORDERED,
		.device = pool ? pool->device : VT__DEVICE_CURRENT,
	};

	vt__record_allocation(api, &seen, result, start);
}

static void count_graph_allocation(CUresult result)
{
	int saved = errno;
	struct vt__ledger *ledger;

	if (result != CUDA_SUCCESS)
		return;
	ledger = vt__process_ledger();
	if (ledger)
		vt__ledger_lose(ledger, VT_LOSS_GRAPH_NODES);
	errno = saved;
}

#define ALLOCATES(symbol, parameters, arguments, pool_, per_thread)                                \
	VT__WRAPPER symbol parameters                                                              \
	{                                                                                          \
		static const struct vt__api api = {#symbol, VT__SPACE_DEVICE,                      \
						   VT_KIND_STREAM_ORDERED};                        \
		const struct vt__driver *driver = vt__driver();                                    \
		struct vt__unwind_start start = VT__UNWIND_HERE();                                 \
		CUresult result;                                                                   \
                                                                                                   \
		if (!driver || !driver->symbol)                                                    \
			return VT__NO_DRIVER;                                                      \
		if (!vt__wrapper_begin()) {                                                        \
			result = driver->symbol arguments;                                         \
		} else if (is_capturing(driver, stream, per_thread)) {                             \
			result = driver->symbol arguments;                                         \
			count_graph_allocation(result);                                            \
		} else {                                                                           \
			struct vt__pool pool;                                                      \
			bool known = vt__pool_find(pool_, &pool);                                  \
                                                                                                   \
			result = driver->symbol arguments;                                         \
			record(&api, result == CUDA_SUCCESS ? *out : 0, bytes,                     \
			       known ? &pool : NULL, result, &start);                              \
		}                                                                                  \
		vt__wrapper_end();                                                                 \
		return result;                                                                     \
	}

#define FREES(symbol, per_thread)                                                                  \
	VT__WRAPPER symbol(CUdeviceptr address, CUstream stream)                                   \
	{                                                                                          \
		static const struct vt__api api = {#symbol, VT__SPACE_DEVICE, -1};                 \
		const struct vt__driver *driver = vt__driver();                                    \
		struct vt__unwind_start start = VT__UNWIND_HERE();                                 \
		struct vt__seen_free seen;                                                         \
		CUresult result;                                                                   \
                                                                                                   \
		if (!driver || !driver->symbol)                                                    \
			return VT__NO_DRIVER;                                                      \
		if (!vt__wrapper_begin() || is_capturing(driver, stream, per_thread)) {            \
			result = driver->symbol(address, stream);                                  \
		} else {                                                                           \
			vt__record_freeing(&api, address, &seen);                                  \
			result = driver->symbol(address, stream);                                  \
			vt__record_freed(&api, &seen, result, &start);                             \
		}                                                                                  \
		vt__wrapper_end();                                                                 \
		return result;                                                                     \
	}

ALLOCATES(cuMemAllocAsync, (CUdeviceptr * out, size_t bytes, CUstream stream), (out, bytes, stream),
	  NULL, false)
ALLOCATES(cuMemAllocAsync_ptsz, (CUdeviceptr * out, size_t bytes, CUstream stream),
	  (out, bytes, stream), NULL, true)
ALLOCATES(cuMemAllocFromPoolAsync,
	  (CUdeviceptr * out, size_t bytes, CUmemoryPool pool_handle, CUstream stream),
	  (out, bytes, pool_handle, stream), pool_handle, false)
ALLOCATES(cuMemAllocFromPoolAsync_ptsz,
	  (CUdeviceptr * out, size_t bytes, CUmemoryPool pool_handle, CUstream stream),
	  (out, bytes, pool_handle, stream), pool_handle, true)
FREES(cuMemFreeAsync, false)
FREES(cuMemFreeAsync_ptsz, true)

#define BEGINS_CAPTURE(symbol, parameters, arguments)                                              \
	VT__WRAPPER symbol parameters                                                              \
	{                                                                                          \
		const struct vt__driver *driver = vt__driver();                                    \
                                                                                                   \
		if (!driver || !driver->symbol)                                                    \
			return VT__NO_DRIVER;                                                      \
		atomic_store_explicit(&captures_begun, true, memory_order_relaxed);                \
		return driver->symbol arguments;                                                   \
	}

BEGINS_CAPTURE(cuStreamBeginCapture, (CUstream stream), (stream))
BEGINS_CAPTURE(cuStreamBeginCapture_ptsz, (CUstream stream), (stream))
BEGINS_CAPTURE(cuStreamBeginCapture_v2, (CUstream stream, CUstreamCaptureMode mode), (stream, mode))
BEGINS_CAPTURE(cuStreamBeginCapture_v2_ptsz, (CUstream stream, CUstreamCaptureMode mode),
	       (stream, mode))
BEGINS_CAPTURE(cuStreamBeginCaptureToGraph,
	       (CUstream stream, CUgraph graph, const CUgraphNode *dependencies,
		const CUgraphEdgeData *edges, size_t count, CUstreamCaptureMode mode),
	       (stream, graph, dependencies, edges, count, mode))
BEGINS_CAPTURE(cuStreamBeginCaptureToGraph_ptsz,
	       (CUstream stream, CUgraph graph, const CUgraphNode *dependencies,
		const CUgraphEdgeData *edges, size_t count, CUstreamCaptureMode mode),
	       (stream, graph, dependencies, edges, count, mode))
