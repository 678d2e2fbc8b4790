/* A kernel that faults, and what is left of its device. Entered. */
#ifndef VT_SIMULATE_DRIVER_FAULT_H
#define VT_SIMULATE_DRIVER_FAULT_H

#include "simulate/driver/state.h"

/* A kernel ran, as far as kernels do here, in the current context: it may be the one. */
void vt__fault_kernel_ran(void);

#endif
