/*
 * Which release's runtime these sources make: that of CUDA 13, or with VT_RUNTIME_12 that of 12,
 * whose exported functions have other versions. What differs is said here and in release_12.h and
 * release_12.c alone.
 */
#ifndef VT_SIMULATE_RUNTIME_RELEASE_H
#define VT_SIMULATE_RUNTIME_RELEASE_H

/* clang-format off */
#ifdef VT_RUNTIME_12
#include "simulate/runtime/release_12.h"

#define VT_RUNTIME_VERSION 12090
#define VT_PROPERTIES_OF_RELEASE(VT_PROPERTY)                                                      \
	VT_PROPERTY(clockRate, CLOCK_RATE)                                                         \
	VT_PROPERTY(deviceOverlap, GPU_OVERLAP)                                                    \
	VT_PROPERTY(memoryClockRate, MEMORY_CLOCK_RATE)
#else
#define VT_RUNTIME_VERSION 13000
#define VT_DEVICE_PROPERTIES cudaGetDeviceProperties
#define vt__device_properties cudaDeviceProp
#define VT_PROPERTIES_OF_RELEASE(VT_PROPERTY)                                                      \
	VT_PROPERTY(deviceNumaConfig, NUMA_CONFIG)                                                 \
	VT_PROPERTY(deviceNumaId, NUMA_ID)                                                         \
	VT_PROPERTY(mpsEnabled, MPS_ENABLED)                                                       \
	VT_PROPERTY(hostNumaId, HOST_NUMA_ID)
#endif
/* clang-format on */

#endif
