/* Copies of two and three dimensions, and between devices. */
#include "config.h"

#include "simulate/driver/memory/memcpy.h"

/* The same copy with one plane. */
static CUDA_MEMCPY3D of_2d(const CUDA_MEMCPY2D *flat)
{
	const CUDA_MEMCPY3D copy = {
		.srcXInBytes = flat->srcXInBytes,
		.srcY = flat->srcY,
		.srcMemoryType = flat->srcMemoryType,
		.srcHost = flat->srcHost,
		.srcDevice = flat->srcDevice,
		.srcArray = flat->srcArray,
		.srcPitch = flat->srcPitch ? flat->srcPitch : flat->WidthInBytes,
		.dstXInBytes = flat->dstXInBytes,
		.dstY = flat->dstY,
		.dstMemoryType = flat->dstMemoryType,
		.dstHost = flat->dstHost,
		.dstDevice = flat->dstDevice,
		.dstArray = flat->dstArray,
		.dstPitch = flat->dstPitch ? flat->dstPitch : flat->WidthInBytes,
		.WidthInBytes = flat->WidthInBytes,
		.Height = flat->Height,
		.Depth = 1,
	};

	return copy;
}

static CUresult copy_2d(const CUDA_MEMCPY2D *flat, CUstream handle, bool synchronous)
{
	CUDA_MEMCPY3D copy;

	if (!flat)
		return CUDA_ERROR_INVALID_VALUE;
	copy = of_2d(flat);
	return vt__copy_call(&copy, handle, synchronous);
}

static CUresult copy_peer(const CUDA_MEMCPY3D_PEER *peer, CUstream handle, bool synchronous)
{
	CUDA_MEMCPY3D copy;

	if (!peer)
		return CUDA_ERROR_INVALID_VALUE;
	copy = (CUDA_MEMCPY3D){
		.srcXInBytes = peer->srcXInBytes,
		.srcY = peer->srcY,
		.srcZ = peer->srcZ,
		.srcMemoryType = peer->srcMemoryType,
		.srcHost = peer->srcHost,
		.srcDevice = peer->srcDevice,
		.srcArray = peer->srcArray,
		.srcPitch = peer->srcPitch,
		.srcHeight = peer->srcHeight,
		.dstXInBytes = peer->dstXInBytes,
		.dstY = peer->dstY,
		.dstZ = peer->dstZ,
		.dstMemoryType = peer->dstMemoryType,
		.dstHost = peer->dstHost,
		.dstDevice = peer->dstDevice,
		.dstArray = peer->dstArray,
		.dstPitch = peer->dstPitch,
		.dstHeight = peer->dstHeight,
		.WidthInBytes = peer->WidthInBytes,
		.Height = peer->Height,
		.Depth = peer->Depth,
	};
	return vt__copy_call(&copy, handle, synchronous);
}

/* A copy that waits for its end, on either default stream; and one that does not. */
#define COPY(name, box, copy)                                                                      \
	CUresult name(const box *pCopy)                                                            \
	{                                                                                          \
		return copy(pCopy, NULL, true);                                                    \
	}                                                                                          \
	CUresult name##_ptds(const box *pCopy)                                                     \
	{                                                                                          \
		return copy(pCopy, CU_STREAM_PER_THREAD, true);                                    \
	}
#define COPY_ASYNC(name, box, copy)                                                                \
	CUresult name(const box *pCopy, CUstream hStream)                                          \
	{                                                                                          \
		return copy(pCopy, hStream, false);                                                \
	}                                                                                          \
	CUresult name##_ptsz(const box *pCopy, CUstream hStream)                                   \
	{                                                                                          \
		return copy(pCopy, VT_PER_THREAD_STREAM(hStream), false);                          \
	}

COPY(cuMemcpy2D_v2, CUDA_MEMCPY2D, copy_2d)
COPY(cuMemcpy2DUnaligned_v2, CUDA_MEMCPY2D, copy_2d)
COPY_ASYNC(cuMemcpy2DAsync_v2, CUDA_MEMCPY2D, copy_2d)
COPY(cuMemcpy3D_v2, CUDA_MEMCPY3D, vt__copy_call)
COPY_ASYNC(cuMemcpy3DAsync_v2, CUDA_MEMCPY3D, vt__copy_call)
COPY(cuMemcpy3DPeer, CUDA_MEMCPY3D_PEER, copy_peer)
COPY_ASYNC(cuMemcpy3DPeerAsync, CUDA_MEMCPY3D_PEER, copy_peer)
