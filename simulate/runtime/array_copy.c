/* Copies to, from and between arrays. Offsets across are in bytes, down in rows. */
#include "config.h"

#include "simulate/runtime/copy.h"

#define SYNC true, NULL
#define ASYNC(stream) false, stream

static void from_array(CUDA_MEMCPY3D *copy, cudaArray_const_t array, size_t x, size_t y)
{
	copy->srcMemoryType = CU_MEMORYTYPE_ARRAY;
	copy->srcArray = (CUarray)(uintptr_t)array;
	copy->srcXInBytes = x;
	copy->srcY = y;
}

static void to_array(CUDA_MEMCPY3D *copy, cudaArray_t array, size_t x, size_t y)
{
	copy->dstMemoryType = CU_MEMORYTYPE_ARRAY;
	copy->dstArray = (CUarray)array;
	copy->dstXInBytes = x;
	copy->dstY = y;
}

static cudaError_t into(enum vt__stream_mode mode, cudaArray_t array, size_t x, size_t y,
			const void *from, size_t pitch, size_t width, size_t height,
			enum cudaMemcpyKind kind, bool synchronous, cudaStream_t stream)
{
	CUDA_MEMCPY3D copy;

	if (!vt__copy_box(kind, &copy))
		return vt__failed(cudaErrorInvalidMemcpyDirection);
	vt__copy_from(&copy, from, pitch);
	to_array(&copy, array, x, y);
	copy.WidthInBytes = width;
	copy.Height = height;
	return vt__copy_send(mode, &copy, synchronous, stream);
}

static cudaError_t out_of(enum vt__stream_mode mode, void *to, size_t pitch,
			  cudaArray_const_t array, size_t x, size_t y, size_t width, size_t height,
			  enum cudaMemcpyKind kind, bool synchronous, cudaStream_t stream)
{
	CUDA_MEMCPY3D copy;

	if (!vt__copy_box(kind, &copy))
		return vt__failed(cudaErrorInvalidMemcpyDirection);
	from_array(&copy, array, x, y);
	vt__copy_to(&copy, to, pitch);
	copy.WidthInBytes = width;
	copy.Height = height;
	return vt__copy_send(mode, &copy, synchronous, stream);
}

static cudaError_t between(enum vt__stream_mode mode, cudaArray_t to, size_t to_x, size_t to_y,
			   cudaArray_const_t from, size_t from_x, size_t from_y, size_t width,
			   size_t height, enum cudaMemcpyKind kind)
{
	CUDA_MEMCPY3D copy;

	if (!vt__copy_box(kind, &copy))
		return vt__failed(cudaErrorInvalidMemcpyDirection);
	from_array(&copy, from, from_x, from_y);
	to_array(&copy, to, to_x, to_y);
	copy.WidthInBytes = width;
	copy.Height = height;
	return vt__copy_send(mode, &copy, SYNC);
}

VT_BOTH_MODES(cudaMemcpy2DToArray, cudaMemcpy2DToArray_ptds,
	      (cudaArray_t dst, size_t wOffset, size_t hOffset, const void *src, size_t spitch,
	       size_t width, size_t height, enum cudaMemcpyKind kind),
	      into, dst, wOffset, hOffset, src, spitch, width, height, kind, SYNC)
VT_BOTH_MODES(cudaMemcpy2DToArrayAsync, cudaMemcpy2DToArrayAsync_ptsz,
	      (cudaArray_t dst, size_t wOffset, size_t hOffset, const void *src, size_t spitch,
	       size_t width, size_t height, enum cudaMemcpyKind kind, cudaStream_t stream),
	      into, dst, wOffset, hOffset, src, spitch, width, height, kind, ASYNC(stream))
VT_BOTH_MODES(cudaMemcpy2DFromArray, cudaMemcpy2DFromArray_ptds,
	      (void *dst, size_t dpitch, cudaArray_const_t src, size_t wOffset, size_t hOffset,
	       size_t width, size_t height, enum cudaMemcpyKind kind),
	      out_of, dst, dpitch, src, wOffset, hOffset, width, height, kind, SYNC)
VT_BOTH_MODES(cudaMemcpy2DFromArrayAsync, cudaMemcpy2DFromArrayAsync_ptsz,
	      (void *dst, size_t dpitch, cudaArray_const_t src, size_t wOffset, size_t hOffset,
	       size_t width, size_t height, enum cudaMemcpyKind kind, cudaStream_t stream),
	      out_of, dst, dpitch, src, wOffset, hOffset, width, height, kind, ASYNC(stream))
VT_BOTH_MODES(cudaMemcpy2DArrayToArray, cudaMemcpy2DArrayToArray_ptds,
	      (cudaArray_t dst, size_t wOffsetDst, size_t hOffsetDst, cudaArray_const_t src,
	       size_t wOffsetSrc, size_t hOffsetSrc, size_t width, size_t height,
	       enum cudaMemcpyKind kind),
	      between, dst, wOffsetDst, hOffsetDst, src, wOffsetSrc, hOffsetSrc, width, height,
	      kind)
