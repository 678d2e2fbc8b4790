/*
 * The functions of a driver for OpenGL, EGL and VDPAU, without the headers of
 * those: for the driver that has them (graphics_driver.c) and the program that
 * calls them (graphics.c).
 */
#ifndef VT_TESTS_GRAPHICS_API_H
#define VT_TESTS_GRAPHICS_API_H

#include <cuda.h>
#include <stdint.h>

#undef cuCtxDestroy
#undef cuEventDestroy

CUresult cuGraphicsGLRegisterBuffer(CUgraphicsResource *out, unsigned buffer, unsigned flags);
CUresult cuGraphicsGLRegisterImage(CUgraphicsResource *out, unsigned image, unsigned target,
				   unsigned flags);
CUresult cuGraphicsEGLRegisterImage(CUgraphicsResource *out, void *image, unsigned flags);
CUresult cuGraphicsVDPAURegisterVideoSurface(CUgraphicsResource *out, uint32_t surface,
					     unsigned flags);
CUresult cuGraphicsVDPAURegisterOutputSurface(CUgraphicsResource *out, uint32_t surface,
					      unsigned flags);
CUresult cuGLRegisterBufferObject(unsigned buffer);
CUresult cuGLUnregisterBufferObject(unsigned buffer);
CUresult cuGLCtxCreate_v2(CUcontext *out, unsigned flags, CUdevice device);
CUresult cuVDPAUCtxCreate_v2(CUcontext *out, unsigned flags, CUdevice device, uint32_t other,
			     void *resolver);
CUresult cuEventCreateFromEGLSync(CUevent *out, void *sync, unsigned flags);

#endif
