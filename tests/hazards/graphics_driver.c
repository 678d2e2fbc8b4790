/*
 * A driver of graphics interoperability, as a libcuda.so.1 of its own: just
 * what registers and unregisters resources of OpenGL, EGL and VDPAU, and makes
 * contexts and events from them. Handles are counted up and are ended once;
 * nothing is behind them. It refuses what is numbered 0, and flags.
 */
#include "graphics_api.h"
#include "hazard.h"

enum {
	FIRST = 0x1000,
	STEP = 0x10,
	MOST = 64
};

static int handles;
static char ended[MOST];

static CUresult make(void *out, int good)
{
	uintptr_t handle = FIRST + (uintptr_t)handles * STEP;

	if (!good || handles == MOST)
		return CUDA_ERROR_INVALID_VALUE;
	memcpy(out, &handle, sizeof(handle));
	handles++;
	return CUDA_SUCCESS;
}

static CUresult end(const void *handle)
{
	uintptr_t number = ((uintptr_t)handle - FIRST) / STEP;

	if (number >= (uintptr_t)handles || ended[number])
		return CUDA_ERROR_INVALID_HANDLE;
	ended[number] = 1;
	return CUDA_SUCCESS;
}

CUresult cuGraphicsGLRegisterBuffer(CUgraphicsResource *out, unsigned buffer, unsigned flags)
{
	return make(out, buffer && !flags);
}

CUresult cuGraphicsGLRegisterImage(CUgraphicsResource *out, unsigned image, unsigned target,
				   unsigned flags)
{
	return make(out, image && target && !flags);
}

CUresult cuGraphicsEGLRegisterImage(CUgraphicsResource *out, void *image, unsigned flags)
{
	return make(out, image && !flags);
}

CUresult cuGraphicsVDPAURegisterVideoSurface(CUgraphicsResource *out, uint32_t surface,
					     unsigned flags)
{
	return make(out, surface && !flags);
}

CUresult cuGraphicsVDPAURegisterOutputSurface(CUgraphicsResource *out, uint32_t surface,
					      unsigned flags)
{
	return make(out, surface && !flags);
}

CUresult cuGraphicsUnregisterResource(CUgraphicsResource resource)
{
	return end(resource);
}

CUresult cuGLRegisterBufferObject(unsigned buffer)
{
	return buffer ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGLUnregisterBufferObject(unsigned buffer)
{
	return buffer ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGLCtxCreate_v2(CUcontext *out, unsigned flags, CUdevice device)
{
	return make(out, !flags && device == 0);
}

CUresult cuVDPAUCtxCreate_v2(CUcontext *out, unsigned flags, CUdevice device, uint32_t other,
			     void *resolver)
{
	return make(out, !flags && device == 0 && other && resolver);
}

CUresult cuEventCreateFromEGLSync(CUevent *out, void *sync, unsigned flags)
{
	return make(out, sync && !flags);
}

CUresult cuCtxDestroy_v2(CUcontext context)
{
	return end(context);
}

CUresult cuEventDestroy_v2(CUevent event)
{
	return end(event);
}

CUresult cuInit(unsigned int flags)
{
	return flags == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuDriverGetVersion(int *version)
{
	*version = 13000;
	return CUDA_SUCCESS;
}

CUresult cuCtxGetCurrent(CUcontext *context)
{
	*context = NULL;
	return CUDA_SUCCESS;
}

CUresult cuCtxGetDevice(CUdevice *device)
{
	*device = 0;
	return CUDA_SUCCESS;
}
