/* The wrapped driver functions of contexts, whose end frees memory.
 * The rows of VT_DRIVER_API (preload/driver/driver_api.h). */
#ifndef VT_PRELOAD_API_CONTEXTS_H
#define VT_PRELOAD_API_CONTEXTS_H

/* clang-format off */
#define VT_CONTEXTS_API(API) \
	/* contexts */ \
	API(cuCtxCreate, (CUcontext *pctx, unsigned int flags, CUdevice dev), \
	    (pctx, flags, dev)) \
	API(cuCtxCreate_v2, (CUcontext *pctx, unsigned int flags, CUdevice dev), \
	    (pctx, flags, dev)) \
	API(cuCtxCreate_v3, (CUcontext *pctx, CUexecAffinityParam *paramsArray, \
	    int numParams, unsigned int flags, CUdevice dev), \
	    (pctx, paramsArray, numParams, flags, dev)) \
	API(cuCtxCreate_v4, (CUcontext *pctx, CUctxCreateParams *ctxCreateParams, \
	    unsigned int flags, CUdevice dev), (pctx, ctxCreateParams, flags, dev)) \
	API(cuCtxDestroy, (CUcontext ctx), (ctx)) \
	API(cuCtxDestroy_v2, (CUcontext ctx), (ctx)) \
	API(cuCtxAttach, (CUcontext *pctx, unsigned int flags), (pctx, flags)) \
	API(cuCtxDetach, (CUcontext ctx), (ctx)) \
	API(cuCtxSetLimit, (CUlimit limit, size_t value), (limit, value)) \
	/* primary contexts */ \
	API(cuDevicePrimaryCtxRetain, (CUcontext *pctx, CUdevice dev), (pctx, dev)) \
	API(cuDevicePrimaryCtxRelease, (CUdevice dev), (dev)) \
	API(cuDevicePrimaryCtxRelease_v2, (CUdevice dev), (dev)) \
	API(cuDevicePrimaryCtxReset, (CUdevice dev), (dev)) \
	API(cuDevicePrimaryCtxReset_v2, (CUdevice dev), (dev)) \
	/* green contexts */ \
	API(cuGreenCtxCreate, (CUgreenCtx *phCtx, CUdevResourceDesc desc, CUdevice dev, \
	    unsigned int flags), (phCtx, desc, dev, flags)) \
	API(cuGreenCtxDestroy, (CUgreenCtx hCtx), (hCtx))
/* clang-format on */

#endif
