/* The copies of the runtime's interface, apart from those with arrays and symbols. */
#include "config.h"

#include "simulate/runtime/copy.h"

#define SYNC true, NULL
#define ASYNC(stream) false, stream

VT_BOTH_MODES(cudaMemcpy, cudaMemcpy_ptds,
	      (void *dst, const void *src, size_t count, enum cudaMemcpyKind kind), vt__copy_linear,
	      dst, src, count, kind, SYNC)
VT_BOTH_MODES(cudaMemcpyAsync, cudaMemcpyAsync_ptsz,
	      (void *dst, const void *src, size_t count, enum cudaMemcpyKind kind,
	       cudaStream_t stream),
	      vt__copy_linear, dst, src, count, kind, ASYNC(stream))

/* All devices share one address space. */
cudaError_t cudaMemcpyPeer(void *dst, int dstDevice, const void *src, int srcDevice, size_t count)
{
	(void)dstDevice;
	(void)srcDevice;
	return vt__copy_linear(VT_LEGACY, dst, src, count, cudaMemcpyDeviceToDevice, SYNC);
}

cudaError_t cudaMemcpyPeerAsync(void *dst, int dstDevice, const void *src, int srcDevice,
				size_t count, cudaStream_t stream)
{
	(void)dstDevice;
	(void)srcDevice;
	return vt__copy_linear(VT_LEGACY, dst, src, count, cudaMemcpyDeviceToDevice, ASYNC(stream));
}

struct plane {
	void *to;
	size_t to_pitch;
	const void *from;
	size_t from_pitch;
	size_t width, height;
};

static cudaError_t copy_2d(enum vt__stream_mode mode, struct plane plane, enum cudaMemcpyKind kind,
			   bool synchronous, cudaStream_t stream)
{
	CUDA_MEMCPY3D copy;

	if (!vt__copy_box(kind, &copy))
		return vt__failed(cudaErrorInvalidMemcpyDirection);
	if (plane.width > plane.to_pitch || plane.width > plane.from_pitch)
		return vt__failed(cudaErrorInvalidPitchValue);
	vt__copy_from(&copy, plane.from, plane.from_pitch);
	vt__copy_to(&copy, plane.to, plane.to_pitch);
	copy.WidthInBytes = plane.width;
	copy.Height = plane.height;
	return vt__copy_send(mode, &copy, synchronous, stream);
}

#define PLANE ((struct plane){dst, dpitch, src, spitch, width, height})

VT_BOTH_MODES(cudaMemcpy2D, cudaMemcpy2D_ptds,
	      (void *dst, size_t dpitch, const void *src, size_t spitch, size_t width,
	       size_t height, enum cudaMemcpyKind kind),
	      copy_2d, PLANE, kind, SYNC)
VT_BOTH_MODES(cudaMemcpy2DAsync, cudaMemcpy2DAsync_ptsz,
	      (void *dst, size_t dpitch, const void *src, size_t spitch, size_t width,
	       size_t height, enum cudaMemcpyKind kind, cudaStream_t stream),
	      copy_2d, PLANE, kind, ASYNC(stream))

static cudaError_t copy_3d(enum vt__stream_mode mode, const struct cudaMemcpy3DParms *params,
			   bool synchronous, cudaStream_t stream)
{
	CUDA_MEMCPY3D copy;
	cudaError_t error = vt__runtime_enter();

	if (error == cudaSuccess)
		error = vt__copy_described(params, &copy);
	if (error != cudaSuccess)
		return vt__failed(error);
	return vt__copy_send(mode, &copy, synchronous, stream);
}

VT_BOTH_MODES(cudaMemcpy3D, cudaMemcpy3D_ptds, (const struct cudaMemcpy3DParms *p), copy_3d, p,
	      SYNC)
VT_BOTH_MODES(cudaMemcpy3DAsync, cudaMemcpy3DAsync_ptsz,
	      (const struct cudaMemcpy3DParms *p, cudaStream_t stream), copy_3d, p, ASYNC(stream))

static cudaError_t copy_peer(enum vt__stream_mode mode, const struct cudaMemcpy3DPeerParms *p,
			     bool synchronous, cudaStream_t stream)
{
	struct cudaMemcpy3DParms params;

	if (!p)
		return vt__failed(cudaErrorInvalidValue);
	params = (struct cudaMemcpy3DParms){
		.srcArray = p->srcArray,
		.srcPos = p->srcPos,
		.srcPtr = p->srcPtr,
		.dstArray = p->dstArray,
		.dstPos = p->dstPos,
		.dstPtr = p->dstPtr,
		.extent = p->extent,
		.kind = cudaMemcpyDeviceToDevice,
	};
	return copy_3d(mode, &params, synchronous, stream);
}

VT_BOTH_MODES(cudaMemcpy3DPeer, cudaMemcpy3DPeer_ptds, (const struct cudaMemcpy3DPeerParms *p),
	      copy_peer, p, SYNC)
VT_BOTH_MODES(cudaMemcpy3DPeerAsync, cudaMemcpy3DPeerAsync_ptsz,
	      (const struct cudaMemcpy3DPeerParms *p, cudaStream_t stream), copy_peer, p,
	      ASYNC(stream))

/* Fills: an int of which the low byte counts. */
static cudaError_t fill(enum vt__stream_mode mode, void *address, int value, size_t size,
			bool synchronous, cudaStream_t stream)
{
	const struct vt__runtime_driver *driver = &vt__runtime_driver[mode];
	CUdeviceptr at = (CUdeviceptr)(uintptr_t)address;
	cudaError_t error = vt__runtime_enter();

	if (error != cudaSuccess)
		return vt__failed(error);
	return vt__result(
		synchronous ? driver->cuMemsetD8(at, (unsigned char)value, size)
			    : driver->cuMemsetD8Async(at, (unsigned char)value, size, stream));
}

VT_BOTH_MODES(cudaMemset, cudaMemset_ptds, (void *devPtr, int value, size_t count), fill, devPtr,
	      value, count, SYNC)
VT_BOTH_MODES(cudaMemsetAsync, cudaMemsetAsync_ptsz,
	      (void *devPtr, int value, size_t count, cudaStream_t stream), fill, devPtr, value,
	      count, ASYNC(stream))

static cudaError_t fill_2d(enum vt__stream_mode mode, void *address, size_t pitch, int value,
			   size_t width, size_t height, bool synchronous, cudaStream_t stream)
{
	const struct vt__runtime_driver *driver = &vt__runtime_driver[mode];
	CUdeviceptr at = (CUdeviceptr)(uintptr_t)address;
	unsigned char byte = (unsigned char)value;
	cudaError_t error = vt__runtime_enter();

	if (error != cudaSuccess)
		return vt__failed(error);
	return vt__result(
		synchronous ? driver->cuMemsetD2D8(at, pitch, byte, width, height)
			    : driver->cuMemsetD2D8Async(at, pitch, byte, width, height, stream));
}

VT_BOTH_MODES(cudaMemset2D, cudaMemset2D_ptds,
	      (void *devPtr, size_t pitch, int value, size_t width, size_t height), fill_2d, devPtr,
	      pitch, value, width, height, SYNC)
VT_BOTH_MODES(cudaMemset2DAsync, cudaMemset2DAsync_ptsz,
	      (void *devPtr, size_t pitch, int value, size_t width, size_t height,
	       cudaStream_t stream),
	      fill_2d, devPtr, pitch, value, width, height, ASYNC(stream))

/* Plane by plane: their rows do not follow each other when the box is lower than its memory. */
static cudaError_t fill_3d(enum vt__stream_mode mode, struct cudaPitchedPtr memory, int value,
			   struct cudaExtent extent, bool synchronous, cudaStream_t stream)
{
	cudaError_t error = cudaSuccess;

	for (size_t z = 0; z < extent.depth && error == cudaSuccess; z++)
		error = fill_2d(mode, (char *)memory.ptr + z * memory.pitch * memory.ysize,
				memory.pitch, value, extent.width, extent.height, synchronous,
				stream);
	return error;
}

VT_BOTH_MODES(cudaMemset3D, cudaMemset3D_ptds,
	      (struct cudaPitchedPtr pitchedDevPtr, int value, struct cudaExtent extent), fill_3d,
	      pitchedDevPtr, value, extent, SYNC)
VT_BOTH_MODES(cudaMemset3DAsync, cudaMemset3DAsync_ptsz,
	      (struct cudaPitchedPtr pitchedDevPtr, int value, struct cudaExtent extent,
	       cudaStream_t stream),
	      fill_3d, pitchedDevPtr, value, extent, ASYNC(stream))
