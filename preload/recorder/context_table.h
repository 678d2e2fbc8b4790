/* What is known of contexts. Thread-safe. */
#ifndef VT_PRELOAD_CONTEXT_TABLE_H
#define VT_PRELOAD_CONTEXT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/driver/cuda_abi.h"

/* The primary context of a device as it was last retained, NULL if that was
 * not seen. Whether it is active only the driver knows. */
CUcontext vt__contexts_primary(int32_t device);

/* The context that owns what is allocated while `context` is current on
 * `device`: itself, or for a green context, whose memory outlives it, a number
 * that stands for the device's primary context. */
uint64_t vt__contexts_owner(uint64_t context, int32_t device);

/* A number for the device's primary context: no pointer, so no context's handle. */
uint64_t vt__contexts_primary_number(int32_t device);

bool vt__contexts_knows_device(int32_t device);

/* The primary context was retained; whether it is to be entered now. */
bool vt__contexts_retained(int32_t device, CUcontext context);

/* It ended; whether it was entered. */
bool vt__contexts_primary_ended(int32_t device);

/* Writes `to` over `from` in the table of green contexts; 0 is none. */
bool vt__contexts_change_green(uint64_t from, uint64_t to);

#endif
