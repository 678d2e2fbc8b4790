/*
 * Allocations that the tool refuses itself, as it was asked to: options fail=
 * and limit=.
 *
 * The program sees what it would see without memory: CUDA_ERROR_OUT_OF_MEMORY,
 * and a device no larger than its limit. Thread-safe.
 */
#ifndef VT_PRELOAD_REFUSAL_H
#define VT_PRELOAD_REFUSAL_H

#include <stdbool.h>
#include <stdint.h>

#include "recording/format.h"
#include "unwind/unwind.h"

/* Whether any allocation may have to be refused. */
bool vt__refusal_wanted(void);

/* Whether this one is: of `bytes` on the current device. Counts it. */
enum vt_injected vt__refusal_hits(enum vt_kind kind, uint64_t bytes,
				  const struct vt__unwind_start *start);

/* What cuMemGetInfo told, no larger than the limit leaves. */
void vt__refusal_cap(uint64_t *free_bytes, uint64_t *total_bytes);

#endif
