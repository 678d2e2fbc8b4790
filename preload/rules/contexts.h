/* What is known of contexts. Thread-safe. */
#ifndef VT_PRELOAD_CONTEXTS_H
#define VT_PRELOAD_CONTEXTS_H

#include <stdint.h>

#include "preload/driver/cuda_abi.h"

/* The primary context of a device as it was last retained, NULL if that was
 * not seen. Whether it is active only the driver knows. */
CUcontext vt__contexts_primary(int32_t device);

/* The context that owns what is allocated while `context` is current on
 * `device`: itself, or for a green context, whose memory outlives it, a number
 * that stands for the device's primary context. */
uint64_t vt__contexts_owner(uint64_t context, int32_t device);

#endif
