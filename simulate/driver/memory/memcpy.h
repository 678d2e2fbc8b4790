/* What the files with copies share. */
#ifndef VT_SIMULATE_DRIVER_MEMCPY_H
#define VT_SIMULATE_DRIVER_MEMCPY_H

#include "simulate/driver/stream.h"

/* The default stream as a per-thread (_ptsz) entry point means it. */
#define VT_PER_THREAD_STREAM(stream) ((stream) ? (stream) : CU_STREAM_PER_THREAD)

/* A whole copy call: enters, resolves, does or records it, leaves. */
CUresult vt__copy_call(const CUDA_MEMCPY3D *described, CUstream handle, bool synchronous);

#endif
