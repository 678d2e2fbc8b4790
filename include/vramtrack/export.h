/* How public functions are marked. */
#ifndef VRAMTRACK_EXPORT_H
#define VRAMTRACK_EXPORT_H

#if defined(__GNUC__)
#define VT_API __attribute__((visibility("default")))
#else
#define VT_API
#endif

/* A CUDA stream without a CUDA header: cudaStream_t and CUstream convert to it. */
typedef struct CUstream_st *vt_stream;

#endif
