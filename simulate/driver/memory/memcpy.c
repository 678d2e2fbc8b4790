/*
 * The copies of the driver's interface. Each describes itself as a three-dimensional copy
 * and goes to a stream; those without Async in their name go to the default stream.
 */
#include "config.h"

#include "simulate/driver/memory/copy.h"
#include "simulate/driver/memory/memcpy.h"

CUresult vt__copy_call(const CUDA_MEMCPY3D *described, CUstream handle, bool synchronous)
{
	struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_MEMCPY};
	CUcontext context;
	CUresult result = described ? vt__enter_context(&context) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	if (synchronous && vt__capture_forbids(context))
		result = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	else
		result = vt__copy_of(described, &work.as.copy);
	if (result == CUDA_SUCCESS)
		result = vt__stream_do(handle, context, &work);
	vt__leave();
	return result;
}

static CUDA_MEMCPY3D linear(size_t size)
{
	const CUDA_MEMCPY3D copy = {.WidthInBytes = size, .Height = 1, .Depth = 1};

	return copy;
}

static void from_host(CUDA_MEMCPY3D *copy, const void *host)
{
	copy->srcMemoryType = CU_MEMORYTYPE_HOST;
	copy->srcHost = host;
}

static void to_host(CUDA_MEMCPY3D *copy, void *host)
{
	copy->dstMemoryType = CU_MEMORYTYPE_HOST;
	copy->dstHost = host;
}

static void from_address(CUDA_MEMCPY3D *copy, CUmemorytype type, CUdeviceptr address)
{
	copy->srcMemoryType = type;
	copy->srcDevice = address;
}

static void to_address(CUDA_MEMCPY3D *copy, CUmemorytype type, CUdeviceptr address)
{
	copy->dstMemoryType = type;
	copy->dstDevice = address;
}

static void from_array(CUDA_MEMCPY3D *copy, CUarray array, size_t offset)
{
	copy->srcMemoryType = CU_MEMORYTYPE_ARRAY;
	copy->srcArray = array;
	copy->srcXInBytes = offset;
}

static void to_array(CUDA_MEMCPY3D *copy, CUarray array, size_t offset)
{
	copy->dstMemoryType = CU_MEMORYTYPE_ARRAY;
	copy->dstArray = array;
	copy->dstXInBytes = offset;
}

/*
 * One linear copy in its variants: synchronous, its per-thread form, and, for ASYNC, the
 * two asynchronous ones. `from` and `to` fill in the description `copy`.
 */
#define SYNC(name, thread_name, parameters, size, from, to)                                        \
	CUresult name parameters                                                                   \
	{                                                                                          \
		CUDA_MEMCPY3D copy = linear(size);                                                 \
                                                                                                   \
		from;                                                                              \
		to;                                                                                \
		return vt__copy_call(&copy, NULL, true);                                           \
	}                                                                                          \
	CUresult thread_name parameters                                                            \
	{                                                                                          \
		CUDA_MEMCPY3D copy = linear(size);                                                 \
                                                                                                   \
		from;                                                                              \
		to;                                                                                \
		return vt__copy_call(&copy, CU_STREAM_PER_THREAD, true);                           \
	}

#define UNWRAP(...) __VA_ARGS__
#define ASYNC(name, thread_name, parameters, size, from, to)                                       \
	CUresult name(UNWRAP parameters, CUstream hStream)                                         \
	{                                                                                          \
		CUDA_MEMCPY3D copy = linear(size);                                                 \
                                                                                                   \
		from;                                                                              \
		to;                                                                                \
		return vt__copy_call(&copy, hStream, false);                                       \
	}                                                                                          \
	CUresult thread_name(UNWRAP parameters, CUstream hStream)                                  \
	{                                                                                          \
		CUDA_MEMCPY3D copy = linear(size);                                                 \
                                                                                                   \
		from;                                                                              \
		to;                                                                                \
		return vt__copy_call(&copy, VT_PER_THREAD_STREAM(hStream), false);                 \
	}

#define DEVICE CU_MEMORYTYPE_DEVICE
#define UNIFIED CU_MEMORYTYPE_UNIFIED

#define H_TO_D (CUdeviceptr dst, const void *src, size_t n)
SYNC(cuMemcpyHtoD_v2, cuMemcpyHtoD_v2_ptds, H_TO_D, n, from_host(&copy, src),
     to_address(&copy, DEVICE, dst))
ASYNC(cuMemcpyHtoDAsync_v2, cuMemcpyHtoDAsync_v2_ptsz, H_TO_D, n, from_host(&copy, src),
      to_address(&copy, DEVICE, dst))

#define D_TO_H (void *dst, CUdeviceptr src, size_t n)
SYNC(cuMemcpyDtoH_v2, cuMemcpyDtoH_v2_ptds, D_TO_H, n, from_address(&copy, DEVICE, src),
     to_host(&copy, dst))
ASYNC(cuMemcpyDtoHAsync_v2, cuMemcpyDtoHAsync_v2_ptsz, D_TO_H, n, from_address(&copy, DEVICE, src),
      to_host(&copy, dst))

#define D_TO_D (CUdeviceptr dst, CUdeviceptr src, size_t n)
SYNC(cuMemcpyDtoD_v2, cuMemcpyDtoD_v2_ptds, D_TO_D, n, from_address(&copy, DEVICE, src),
     to_address(&copy, DEVICE, dst))
ASYNC(cuMemcpyDtoDAsync_v2, cuMemcpyDtoDAsync_v2_ptsz, D_TO_D, n, from_address(&copy, DEVICE, src),
      to_address(&copy, DEVICE, dst))
SYNC(cuMemcpy, cuMemcpy_ptds, D_TO_D, n, from_address(&copy, UNIFIED, src),
     to_address(&copy, UNIFIED, dst))
ASYNC(cuMemcpyAsync, cuMemcpyAsync_ptsz, D_TO_D, n, from_address(&copy, UNIFIED, src),
      to_address(&copy, UNIFIED, dst))

SYNC(cuMemcpyDtoA_v2, cuMemcpyDtoA_v2_ptds, (CUarray dst, size_t at, CUdeviceptr src, size_t n), n,
     from_address(&copy, DEVICE, src), to_array(&copy, dst, at))
SYNC(cuMemcpyAtoD_v2, cuMemcpyAtoD_v2_ptds, (CUdeviceptr dst, CUarray src, size_t at, size_t n), n,
     from_array(&copy, src, at), to_address(&copy, DEVICE, dst))
SYNC(cuMemcpyAtoA_v2, cuMemcpyAtoA_v2_ptds,
     (CUarray dst, size_t to_at, CUarray src, size_t from_at, size_t n), n,
     from_array(&copy, src, from_at), to_array(&copy, dst, to_at))

#define H_TO_A (CUarray dst, size_t at, const void *src, size_t n)
SYNC(cuMemcpyHtoA_v2, cuMemcpyHtoA_v2_ptds, H_TO_A, n, from_host(&copy, src),
     to_array(&copy, dst, at))
ASYNC(cuMemcpyHtoAAsync_v2, cuMemcpyHtoAAsync_v2_ptsz, H_TO_A, n, from_host(&copy, src),
      to_array(&copy, dst, at))

#define A_TO_H (void *dst, CUarray src, size_t at, size_t n)
SYNC(cuMemcpyAtoH_v2, cuMemcpyAtoH_v2_ptds, A_TO_H, n, from_array(&copy, src, at),
     to_host(&copy, dst))
ASYNC(cuMemcpyAtoHAsync_v2, cuMemcpyAtoHAsync_v2_ptsz, A_TO_H, n, from_array(&copy, src, at),
      to_host(&copy, dst))

#define PEER                                                                                       \
	(CUdeviceptr dst, CUcontext to_context, CUdeviceptr src, CUcontext from_context, size_t n)
SYNC(cuMemcpyPeer, cuMemcpyPeer_ptds, PEER, n, (void)from_context;
     from_address(&copy, DEVICE, src), (void)to_context; to_address(&copy, DEVICE, dst))
ASYNC(cuMemcpyPeerAsync, cuMemcpyPeerAsync_ptsz, PEER, n, (void)from_context;
      from_address(&copy, DEVICE, src), (void)to_context; to_address(&copy, DEVICE, dst))
