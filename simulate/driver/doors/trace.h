/* The door's side of tracing: is a call wanted, and the two ends of one that is. */
#ifndef VT_SIMULATE_DRIVER_TRACE_H
#define VT_SIMULATE_DRIVER_TRACE_H

#include <stdatomic.h>

#include <cupti_driver_cbid.h>

#include "simulate/common/trace.h"

/* Why the doors stop for a call. */
enum {
	VT_TRACE_REPORTED = 1, /* somebody listens */
	VT_TRACE_COUNTED = 2   /* calls.h */
};

extern atomic_uchar vt__trace_enabled[CUPTI_DRIVER_TRACE_CBID_SIZE];

/* All that a call costs which nobody wants to hear of. */
static inline bool vt__trace_wanted(uint32_t id)
{
	return __builtin_expect(atomic_load_explicit(&vt__trace_enabled[id], memory_order_relaxed),
				0);
}

/* id, name and params are set. The exit is reported to whom the entry was. */
void vt__trace_enter(struct vt__traced_call *call);
void vt__trace_exit(struct vt__traced_call *call, int *result);

/* After fork, in the child: no other thread is in the hook. */
void vt__trace_forked(void);

/* Loads the library of CUDA_INJECTION64_PATH, once, as part of cuInit. Not entered. */
void vt__inject(void);

#endif
