/* What nvcc's constructors register: images, their kernels and their variables. */
#ifndef VT_SIMULATE_RUNTIME_PROGRAM_H
#define VT_SIMULATE_RUNTIME_PROGRAM_H

#include "simulate/runtime/runtime.h"

/*
 * The kernel of a host function that nvcc generated; loads the image's library at the
 * first one. cudaErrorInvalidDeviceFunction if nothing was registered for it. Initialised.
 */
cudaError_t vt__kernel_of(const void *host_function, CUkernel *kernel);

/*
 * The device variable of a host shadow: address on the current device, and size.
 * cudaErrorInvalidSymbol if nothing was registered for it. Entered.
 */
cudaError_t vt__variable_of(const void *host_variable, CUdeviceptr *address, size_t *size);

/* Only the size, without touching the device. */
cudaError_t vt__variable_size(const void *host_variable, size_t *size);

#endif
