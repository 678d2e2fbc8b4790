/*
 * NVIDIA's callback library, opened at run time: nothing of ours is linked to it.
 */
#ifndef VT_PRELOAD_CUPTI_LIBRARY_H
#define VT_PRELOAD_CUPTI_LIBRARY_H

#include "preload/driver/cuda_abi.h"

/* not cupti.h, which defines old names of cuda.h a second time */
#include <cupti_result.h>

#include <cupti_callbacks.h>
#include <cupti_driver_cbid.h>

/* Numbers of functions that are newer than these headers: places of our own after
 * the known ones. What the library's are it says by their names. */
enum {
	VT__CALLBACK_BEFORE_NEWER = CUPTI_DRIVER_TRACE_CBID_SIZE - 1,
#if CUDA_VERSION < 13010
	CUPTI_DRIVER_TRACE_CBID_cuMulticastBindMem_v2,
	CUPTI_DRIVER_TRACE_CBID_cuMulticastBindAddr_v2,
#endif
#if CUDA_VERSION < 13020
	CUPTI_DRIVER_TRACE_CBID_cuStreamBeginCaptureToCig,
	CUPTI_DRIVER_TRACE_CBID_cuStreamBeginCaptureToCig_ptsz,
#endif
#if CUDA_VERSION < 13030
	CUPTI_DRIVER_TRACE_CBID_cuStreamBeginRecaptureToGraph,
	CUPTI_DRIVER_TRACE_CBID_cuStreamBeginRecaptureToGraph_ptsz,
#endif
#if CUDA_VERSION < 13040
	CUPTI_DRIVER_TRACE_CBID_cuGraphAddNode_v3,
#endif
	VT__CALLBACKS
};

#define VT_CUPTI_FUNCTIONS(FUNCTION)                                                               \
	FUNCTION(cuptiSubscribe)                                                                   \
	FUNCTION(cuptiUnsubscribe)                                                                 \
	FUNCTION(cuptiEnableCallback)                                                              \
	FUNCTION(cuptiGetCallbackName)                                                             \
	FUNCTION(cuptiGetResultString)

struct vt__cupti {
#define FUNCTION(name) __typeof__(&name) name;
	VT_CUPTI_FUNCTIONS(FUNCTION)
#undef FUNCTION
};

/* Opens it: a copy that is loaded already, else `path` if it is not empty, else
 * by the loader's own search and in the toolkit's usual folders. Calls malloc.
 * Returns 0, or -ENOENT when there is none, or -ENOSYS when a function is missing. */
int vt__cupti_open(const char *path, struct vt__cupti *out);

#endif
