/*
 * NVIDIA's callback library, opened at run time: nothing of ours is linked to it.
 */
#ifndef VT_PRELOAD_CUPTI_LIBRARY_H
#define VT_PRELOAD_CUPTI_LIBRARY_H

#include "preload/cuda_abi.h"

/* not cupti.h, which defines old names of cuda.h a second time */
#include <cupti_result.h>

#include <cupti_callbacks.h>
#include <cupti_driver_cbid.h>

#define VT_CUPTI_FUNCTIONS(FUNCTION)                                                               \
	FUNCTION(cuptiSubscribe)                                                                   \
	FUNCTION(cuptiUnsubscribe)                                                                 \
	FUNCTION(cuptiEnableCallback)                                                              \
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
