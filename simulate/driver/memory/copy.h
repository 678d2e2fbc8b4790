/* Copies as the driver's structures describe them, turned into work. Called entered. */
#ifndef VT_SIMULATE_DRIVER_COPY_H
#define VT_SIMULATE_DRIVER_COPY_H

#include "simulate/driver/stream.h"

/* Resolves arrays and addresses; CUDA_ERROR_INVALID_VALUE if a side makes no sense. */
CUresult vt__copy_of(const CUDA_MEMCPY3D *described, struct vt__copy *copy);

/* driver_launch.c: says once that kernels do nothing here. Needs no lock. */
void vt__kernels_are_not_run(void);

#endif
