/*
 * Stands where a worker's own vram_tracker.h stands: worker::VramTracker, VramPurpose and
 * VramAllocation.
 *
 * Put the folder of this file on the include path, and the folder of the
 * program's own "cuda_error.h", if there is one: its worker::CudaError is then
 * the class that is thrown. VRAMTRACK_CUDA_ERROR_HEADER may name another place.
 */
#ifndef VRAMTRACK_COMPAT_VRAM_TRACKER_H
#define VRAMTRACK_COMPAT_VRAM_TRACKER_H

#ifndef VRAMTRACK_CUDA_ERROR_HEADER
#define VRAMTRACK_CUDA_ERROR_HEADER "cuda_error.h"
#endif

/* Where <vramtrack/cuda_error.hpp> came first, its class is the one that is used. */
#ifndef VRAMTRACK_CUDA_ERROR_DEFINED
#if __has_include(VRAMTRACK_CUDA_ERROR_HEADER)
#include VRAMTRACK_CUDA_ERROR_HEADER
#define VRAMTRACK_CUDA_ERROR_DEFINED
#endif
#endif

#include <vramtrack/vram_tracker.hpp>

#endif
