/* The wrapped driver functions of graphics interoperability (OpenGL, EGL, VDPAU).
 * The rows of VT_DRIVER_API (preload/driver/driver_api.h). */
#ifndef VT_PRELOAD_API_GRAPHICS_H
#define VT_PRELOAD_API_GRAPHICS_H

/* clang-format off */
#define VT_GRAPHICS_API(API) \
	/* resources of the other API, open here until they are unregistered */ \
	API(cuGraphicsGLRegisterBuffer, (CUgraphicsResource *pCudaResource, \
	    unsigned int buffer, unsigned int Flags), (pCudaResource, buffer, Flags)) \
	API(cuGraphicsGLRegisterImage, (CUgraphicsResource *pCudaResource, \
	    unsigned int image, unsigned int target, unsigned int Flags), \
	    (pCudaResource, image, target, Flags)) \
	API(cuGraphicsEGLRegisterImage, (CUgraphicsResource *pCudaResource, void *image, \
	    unsigned int flags), (pCudaResource, image, flags)) \
	API(cuGraphicsVDPAURegisterVideoSurface, (CUgraphicsResource *pCudaResource, \
	    uint32_t vdpSurface, unsigned int flags), (pCudaResource, vdpSurface, flags)) \
	API(cuGraphicsVDPAURegisterOutputSurface, (CUgraphicsResource *pCudaResource, \
	    uint32_t vdpSurface, unsigned int flags), (pCudaResource, vdpSurface, flags)) \
	API(cuGraphicsUnregisterResource, (CUgraphicsResource resource), (resource)) \
	/* the same by the name of a buffer, deprecated since CUDA 3 */ \
	API(cuGLRegisterBufferObject, (unsigned int buffer), (buffer)) \
	API(cuGLUnregisterBufferObject, (unsigned int buffer), (buffer)) \
	/* contexts and events made from the other API */ \
	API(cuGLCtxCreate, (CUcontext *pCtx, unsigned int Flags, CUdevice device), \
	    (pCtx, Flags, device)) \
	API(cuGLCtxCreate_v2, (CUcontext *pCtx, unsigned int Flags, CUdevice device), \
	    (pCtx, Flags, device)) \
	API(cuVDPAUCtxCreate, (CUcontext *pCtx, unsigned int flags, CUdevice device, \
	    uint32_t vdpDevice, void *vdpGetProcAddress), \
	    (pCtx, flags, device, vdpDevice, vdpGetProcAddress)) \
	API(cuVDPAUCtxCreate_v2, (CUcontext *pCtx, unsigned int flags, CUdevice device, \
	    uint32_t vdpDevice, void *vdpGetProcAddress), \
	    (pCtx, flags, device, vdpDevice, vdpGetProcAddress)) \
	API(cuEventCreateFromEGLSync, (CUevent *phEvent, void *eglSync, unsigned int flags), \
	    (phEvent, eglSync, flags))
/* clang-format on */

#endif
