/* What questions share that need a kernel, a second context or NVML. */
#ifndef VT_CONFORMANCE_KIT_H
#define VT_CONFORMANCE_KIT_H

#include "question.h"

/* A kernel of kit_kernels.c, on the current context. Its arguments follow in launches. */
CUfunction kit_kernel(const char *name);

/* One 64-bit argument, `blocks` of 128 threads; the result of the launch itself. */
CUresult kit_launch(CUfunction function, unsigned int blocks, unsigned long long argument);

/* Writes to each 4096th byte of device or managed memory, and waits. */
void kit_touch(void *memory, size_t size);

/* A second context on device 0, which becomes current. */
CUcontext kit_context(void);

/* What NVML says of device 0 and of this process; false where there is no NVML. */
struct kit_nvml {
	long long device;  /* bytes in use */
	long long process; /* bytes in use, -1: this process is not in the list */
};
struct kit_nvml kit_nvml(void);

#endif
