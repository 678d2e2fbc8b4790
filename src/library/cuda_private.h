/* What the two files of calls into CUDA share: faults for tests, and errors given a meaning. */
#ifndef VT_CUDA_PRIVATE_H
#define VT_CUDA_PRIVATE_H

#include "library/cuda_calls.h"

/* What a call came to, and the CUDA last error of the thread before it. */
struct vt__cuda_result {
	int error; /* cudaError_t or CUresult: both use one numbering; 0: fine */
	int pending;
};

/* The pending last error, and the error that a test wants in place of the call. */
struct vt__cuda_result vt__cuda_before(const char *call);

/* Makes the call `name`, a runtime or driver function or a pointer to one. */
#define VT_CUDA_CALL(name, function, ...)                                                          \
	__extension__({                                                                            \
		struct vt__cuda_result result_ = vt__cuda_before(name);                            \
                                                                                                   \
		if (!result_.error)                                                                \
			result_.error = (int)function(__VA_ARGS__);                                \
		result_;                                                                           \
	})

/* VT_OK, or clears the last error that the call left, sets the detail "NAME [format]:
 * what CUDA says of the error" and returns the status. */
__attribute__((format(printf, 3, 4))) vt_status vt__cuda_settle(struct vt__cuda_result result,
								const char *call,
								const char *format, ...);

#endif
