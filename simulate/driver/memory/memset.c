/* The fills of the driver's interface, one row each of two macros. */
#include "config.h"

#include "simulate/driver/memory/memcpy.h"

static CUresult fill(struct vt__fill described, CUstream handle, bool synchronous)
{
	struct vt__work work = {.type = CU_GRAPH_NODE_TYPE_MEMSET};
	CUcontext context;
	CUresult result = synchronous ? vt__enter_context(&context)
				      : vt__enter_handle(handle, VT_STREAM, true, &context);

	if (result != CUDA_SUCCESS)
		return result;
	work.as.fill = described;
	if (synchronous && vt__capture_forbids(context))
		result = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	else
		result = vt__stream_do(handle, context, &work);
	vt__leave();
	return result;
}

static struct vt__fill line(CUdeviceptr address, size_t element, unsigned int value, size_t count)
{
	const struct vt__fill described = {
		.address = (uintptr_t)address,
		.width = count,
		.height = 1,
		.depth = 1,
		.element = element,
		.value = value,
	};

	return described;
}

static struct vt__fill box(CUdeviceptr address, size_t pitch, size_t element, unsigned int value,
			   size_t width, size_t height)
{
	struct vt__fill described = line(address, element, value, width);

	described.pitch = pitch;
	described.height = height;
	return described;
}

/* Element type, its bytes, then the names: plain, per thread, asynchronous, both. */
#define LINE(type, bytes, name, name_ptds, name_async, name_async_ptsz)                            \
	CUresult name(CUdeviceptr dst, type value, size_t n)                                       \
	{                                                                                          \
		return fill(line(dst, bytes, value, n), NULL, true);                               \
	}                                                                                          \
	CUresult name_ptds(CUdeviceptr dst, type value, size_t n)                                  \
	{                                                                                          \
		return fill(line(dst, bytes, value, n), CU_STREAM_PER_THREAD, true);               \
	}                                                                                          \
	CUresult name_async(CUdeviceptr dst, type value, size_t n, CUstream stream)                \
	{                                                                                          \
		return fill(line(dst, bytes, value, n), stream, false);                            \
	}                                                                                          \
	CUresult name_async_ptsz(CUdeviceptr dst, type value, size_t n, CUstream stream)           \
	{                                                                                          \
		return fill(line(dst, bytes, value, n), VT_PER_THREAD_STREAM(stream), false);      \
	}

#define BOX(type, bytes, name, name_ptds, name_async, name_async_ptsz)                             \
	CUresult name(CUdeviceptr dst, size_t pitch, type value, size_t w, size_t h)               \
	{                                                                                          \
		return fill(box(dst, pitch, bytes, value, w, h), NULL, true);                      \
	}                                                                                          \
	CUresult name_ptds(CUdeviceptr dst, size_t pitch, type value, size_t w, size_t h)          \
	{                                                                                          \
		return fill(box(dst, pitch, bytes, value, w, h), CU_STREAM_PER_THREAD, true);      \
	}                                                                                          \
	CUresult name_async(CUdeviceptr dst, size_t pitch, type value, size_t w, size_t h,         \
			    CUstream stream)                                                       \
	{                                                                                          \
		return fill(box(dst, pitch, bytes, value, w, h), stream, false);                   \
	}                                                                                          \
	CUresult name_async_ptsz(CUdeviceptr dst, size_t pitch, type value, size_t w, size_t h,    \
				 CUstream stream)                                                  \
	{                                                                                          \
		return fill(box(dst, pitch, bytes, value, w, h), VT_PER_THREAD_STREAM(stream),     \
			    false);                                                                \
	}

LINE(unsigned char, 1, cuMemsetD8_v2, cuMemsetD8_v2_ptds, cuMemsetD8Async, cuMemsetD8Async_ptsz)
LINE(unsigned short, 2, cuMemsetD16_v2, cuMemsetD16_v2_ptds, cuMemsetD16Async,
     cuMemsetD16Async_ptsz)
LINE(unsigned int, 4, cuMemsetD32_v2, cuMemsetD32_v2_ptds, cuMemsetD32Async, cuMemsetD32Async_ptsz)
BOX(unsigned char, 1, cuMemsetD2D8_v2, cuMemsetD2D8_v2_ptds, cuMemsetD2D8Async,
    cuMemsetD2D8Async_ptsz)
BOX(unsigned short, 2, cuMemsetD2D16_v2, cuMemsetD2D16_v2_ptds, cuMemsetD2D16Async,
    cuMemsetD2D16Async_ptsz)
BOX(unsigned int, 4, cuMemsetD2D32_v2, cuMemsetD2D32_v2_ptds, cuMemsetD2D32Async,
    cuMemsetD2D32Async_ptsz)
