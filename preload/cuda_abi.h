/*
 * cuda.h with every ABI declared under its own exported name. The only include
 * of cuda.h in the shim: included otherwise, its names would be macros for the
 * newest ABI.
 */
#ifndef VT_PRELOAD_CUDA_ABI_H
#define VT_PRELOAD_CUDA_ABI_H

#define __CUDA_API_VERSION_INTERNAL
#include <cuda.h>

#endif
