/*
 * The driver's functions for OpenGL, EGL and VDPAU, and their arguments as
 * structs. CUDA's headers for them need the headers of those APIs, which a
 * machine that builds this need not have: GLuint and GLenum are unsigned int,
 * VdpVideoSurface, VdpOutputSurface and VdpDevice are uint32_t, EGLImageKHR,
 * EGLSyncKHR and a pointer to VdpGetProcAddress are pointers. Read after cuda.h.
 */
#ifndef VT_PRELOAD_GRAPHICS_ABI_H
#define VT_PRELOAD_GRAPHICS_ABI_H

#include <stdint.h>

CUresult CUDAAPI cuGraphicsGLRegisterBuffer(CUgraphicsResource *pCudaResource, unsigned int buffer,
					    unsigned int Flags);
CUresult CUDAAPI cuGraphicsGLRegisterImage(CUgraphicsResource *pCudaResource, unsigned int image,
					   unsigned int target, unsigned int Flags);
CUresult CUDAAPI cuGraphicsEGLRegisterImage(CUgraphicsResource *pCudaResource, void *image,
					    unsigned int flags);
CUresult CUDAAPI cuGraphicsVDPAURegisterVideoSurface(CUgraphicsResource *pCudaResource,
						     uint32_t vdpSurface, unsigned int flags);
CUresult CUDAAPI cuGraphicsVDPAURegisterOutputSurface(CUgraphicsResource *pCudaResource,
						      uint32_t vdpSurface, unsigned int flags);
CUresult CUDAAPI cuGLRegisterBufferObject(unsigned int buffer);
CUresult CUDAAPI cuGLUnregisterBufferObject(unsigned int buffer);
CUresult CUDAAPI cuGLCtxCreate(CUcontext *pCtx, unsigned int Flags, CUdevice device);
CUresult CUDAAPI cuGLCtxCreate_v2(CUcontext *pCtx, unsigned int Flags, CUdevice device);
CUresult CUDAAPI cuVDPAUCtxCreate(CUcontext *pCtx, unsigned int flags, CUdevice device,
				  uint32_t vdpDevice, void *vdpGetProcAddress);
CUresult CUDAAPI cuVDPAUCtxCreate_v2(CUcontext *pCtx, unsigned int flags, CUdevice device,
				     uint32_t vdpDevice, void *vdpGetProcAddress);
CUresult CUDAAPI cuEventCreateFromEGLSync(CUevent *phEvent, void *eglSync, unsigned int flags);

typedef struct {
	CUgraphicsResource *pCudaResource;
	unsigned int buffer;
	unsigned int Flags;
} cuGraphicsGLRegisterBuffer_params;

typedef struct {
	CUgraphicsResource *pCudaResource;
	unsigned int image;
	unsigned int target;
	unsigned int Flags;
} cuGraphicsGLRegisterImage_params;

typedef struct {
	CUgraphicsResource *pCudaResource;
	void *image;
	unsigned int flags;
} cuGraphicsEGLRegisterImage_params;

typedef struct {
	CUgraphicsResource *pCudaResource;
	uint32_t vdpSurface;
	unsigned int flags;
} cuGraphicsVDPAURegisterVideoSurface_params;

typedef cuGraphicsVDPAURegisterVideoSurface_params cuGraphicsVDPAURegisterOutputSurface_params;

typedef struct {
	unsigned int buffer;
} cuGLRegisterBufferObject_params;

typedef cuGLRegisterBufferObject_params cuGLUnregisterBufferObject_params;

typedef struct {
	CUcontext *pCtx;
	unsigned int Flags;
	CUdevice device;
} cuGLCtxCreate_v2_params;

typedef cuGLCtxCreate_v2_params cuGLCtxCreate_params;

typedef struct {
	CUcontext *pCtx;
	unsigned int flags;
	CUdevice device;
	uint32_t vdpDevice;
	void *vdpGetProcAddress;
} cuVDPAUCtxCreate_v2_params;

typedef cuVDPAUCtxCreate_v2_params cuVDPAUCtxCreate_params;

typedef struct {
	CUevent *phEvent;
	void *eglSync;
	unsigned int flags;
} cuEventCreateFromEGLSync_params;

#endif
