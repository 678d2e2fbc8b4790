/* Managed memory that moves, in batches: the driver's calls, with the same structures. */
#include "config.h"

#include "simulate/runtime/runtime.h"

_Static_assert(sizeof(struct cudaMemLocation) == sizeof(CUmemLocation), "a location");

PASS_STREAM(cudaMemDiscardBatchAsync, cudaMemDiscardBatchAsync_ptsz,
	    (void **dptrs, size_t *sizes, size_t count, unsigned long long flags,
	     cudaStream_t stream),
	    cuMemDiscardBatchAsync((CUdeviceptr *)dptrs, sizes, count, flags, stream))
PASS_STREAM(cudaMemPrefetchBatchAsync, cudaMemPrefetchBatchAsync_ptsz,
	    (void **dptrs, size_t *sizes, size_t count, struct cudaMemLocation *prefetchLocs,
	     size_t *prefetchLocIdxs, size_t numPrefetchLocs, unsigned long long flags,
	     cudaStream_t stream),
	    cuMemPrefetchBatchAsync((CUdeviceptr *)dptrs, sizes, count,
				    (CUmemLocation *)prefetchLocs, prefetchLocIdxs, numPrefetchLocs,
				    flags, stream))
PASS_STREAM(cudaMemDiscardAndPrefetchBatchAsync, cudaMemDiscardAndPrefetchBatchAsync_ptsz,
	    (void **dptrs, size_t *sizes, size_t count, struct cudaMemLocation *prefetchLocs,
	     size_t *prefetchLocIdxs, size_t numPrefetchLocs, unsigned long long flags,
	     cudaStream_t stream),
	    cuMemDiscardAndPrefetchBatchAsync((CUdeviceptr *)dptrs, sizes, count,
					      (CUmemLocation *)prefetchLocs, prefetchLocIdxs,
					      numPrefetchLocs, flags, stream))
