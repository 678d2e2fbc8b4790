/* The options of a compiler that is not here. Needs no lock. */
#ifndef VT_SIMULATE_DRIVER_JIT_H
#define VT_SIMULATE_DRIVER_JIT_H

#include "simulate/driver/state.h"

/* Writes what a caller looks for afterwards: empty logs, no time. */
void vt__jit_answer(unsigned int count, const CUjit_option *options, void **values);

#endif
