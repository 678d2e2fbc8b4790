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

CUresult cuMemcpy2D_v2(const CUDA_MEMCPY2D *pCopy)
{
	return copy_2d(pCopy, NULL, true);
}

CUresult cuMemcpy2D_v2_ptds(const CUDA_MEMCPY2D *pCopy)
{
	return copy_2d(pCopy, CU_STREAM_PER_THREAD, true);
}

CUresult cuMemcpy2DUnaligned_v2(const CUDA_MEMCPY2D *pCopy)
{
	return copy_2d(pCopy, NULL, true);
}

CUresult cuMemcpy2DUnaligned_v2_ptds(const CUDA_MEMCPY2D *pCopy)
{
	return copy_2d(pCopy, CU_STREAM_PER_THREAD, true);
}

CUresult cuMemcpy2DAsync_v2(const CUDA_MEMCPY2D *pCopy, CUstream hStream)
{
	return copy_2d(pCopy, hStream, false);
}

CUresult cuMemcpy2DAsync_v2_ptsz(const CUDA_MEMCPY2D *pCopy, CUstream hStream)
{
	return copy_2d(pCopy, VT_PER_THREAD_STREAM(hStream), false);
}

CUresult cuMemcpy3D_v2(const CUDA_MEMCPY3D *pCopy)
{
	return vt__copy_call(pCopy, NULL, true);
}

CUresult cuMemcpy3D_v2_ptds(const CUDA_MEMCPY3D *pCopy)
{
	return vt__copy_call(pCopy, CU_STREAM_PER_THREAD, true);
}

CUresult cuMemcpy3DAsync_v2(const CUDA_MEMCPY3D *pCopy, CUstream hStream)
{
	return vt__copy_call(pCopy, hStream, false);
}

CUresult cuMemcpy3DAsync_v2_ptsz(const CUDA_MEMCPY3D *pCopy, CUstream hStream)
{
	return vt__copy_call(pCopy, VT_PER_THREAD_STREAM(hStream), false);
}

CUresult cuMemcpy3DPeer(const CUDA_MEMCPY3D_PEER *pCopy)
{
	return copy_peer(pCopy, NULL, true);
}

CUresult cuMemcpy3DPeer_ptds(const CUDA_MEMCPY3D_PEER *pCopy)
{
	return copy_peer(pCopy, CU_STREAM_PER_THREAD, true);
}

CUresult cuMemcpy3DPeerAsync(const CUDA_MEMCPY3D_PEER *pCopy, CUstream hStream)
{
	return copy_peer(pCopy, hStream, false);
}

CUresult cuMemcpy3DPeerAsync_ptsz(const CUDA_MEMCPY3D_PEER *pCopy, CUstream hStream)
{
	return copy_peer(pCopy, VT_PER_THREAD_STREAM(hStream), false);
}
