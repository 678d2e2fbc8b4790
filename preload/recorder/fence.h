/*
 * Device memory with addresses of its own: option quarantine=.
 *
 * An allocation is mapped where nothing was mapped before, with its end at the
 * end of the mapping and nothing after it. When it is freed its memory goes
 * back at once, and its addresses stay out of use until more than the
 * quarantine's bytes of addresses were freed after it: a stale pointer, or one
 * past the end, faults instead of meeting other data.
 *
 * Thread-safe. Not done: memory of pools, managed memory, arrays. Such an
 * allocation has no legacy IPC handle, and other devices cannot reach it.
 */
#ifndef VT_PRELOAD_FENCE_H
#define VT_PRELOAD_FENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/driver/driver.h"

bool vt__fence_wanted(void);

/* Allocates on the current device. Returns what cuMemAlloc would, or
 * CUDA_ERROR_NOT_SUPPORTED where the device cannot do it: then the driver is
 * to be asked. */
CUresult vt__fence_allocate(const struct vt__driver *driver, uint64_t bytes, CUdeviceptr *out);

/* Frees what was allocated here at `address`. Returns false for any other
 * address; else what cuMemFree would return is in `result_out`. */
bool vt__fence_free(const struct vt__driver *driver, CUdeviceptr address, CUresult *result_out);

/* The context was destroyed or reset: its memory goes with it. */
void vt__fence_drop_context(const struct vt__driver *driver, uint64_t context);

#endif
