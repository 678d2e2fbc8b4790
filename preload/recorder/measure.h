/*
 * Bytes of a device that no allocation names: the driver's number before and after a rare call
 * that makes or ends something, given to that call's stack (ledger/charges.h).
 *
 * Only one measurement is under way at a time. What it costs is bounded: beyond a hundredth of the
 * time since the first, and 20 ms, calls are passed over; what they took is then told together,
 * at the next one that is measured. Nothing is measured where CUPTI tells of calls, nor with
 * accounts=0. Never in a call that allocates or frees.
 *
 * Thread-safe; the driver is asked outside of every lock. Leaves errno, the current context and
 * CUDA's errors alone.
 */
#ifndef VT_PRELOAD_MEASURE_H
#define VT_PRELOAD_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "ledger/charges.h"
#include "preload/recorder/record.h"

/* From before a call to after it. */
struct vt__measured {
	bool begun;
	bool is_over_budget; /* passed over: what is taken is told with what comes next */
	bool by_nvml;        /* there was no context to ask in */
	int32_t device;
	uint64_t context; /* that is current */
	uint64_t used;    /* of the device, by all processes */
	uint64_t listed;  /* by_nvml: of this process, VT_FORMAT_UNKNOWN if it was not told */
	uint64_t live;    /* tracked */
};

/* Before a call that makes or ends something in the current context. */
VT__SELDOM void vt__measure_before(const struct vt__driver *driver, struct vt__measured *out);

/* Before a call that makes a context on the device: NVML is asked if there is none. */
VT__SELDOM void vt__measure_context(const struct vt__driver *driver, int32_t device,
				    struct vt__measured *out);

/* There is nothing to measure in this call. */
static inline void vt__measure_nothing(struct vt__measured *out)
{
	out->begun = out->is_over_budget = false;
}

/* After it. `made`: whether the call did its work. `context`: that it is charged to; 0: the one
 * that was current. `computed`: what a rule says it takes; 0: no rule. */
struct vt__making {
	enum vt_charge what;
	const struct vt__api *api;
	const struct vt__unwind_start *start;
	uint64_t context;
	uint64_t computed;
	bool made;
};
VT__SELDOM void vt__measure_made(const struct vt__measured *measured,
				 const struct vt__making *making);

/* After something ended that was made by what was taken out, or of which nothing is known
 * (NULL). */
VT__SELDOM void vt__measure_ended(const struct vt__measured *measured, enum vt_charge what,
				  const struct vt__taken *taken, bool ended);

/* The limit of a context was set: CU_LIMIT_STACK_SIZE and CU_LIMIT_MALLOC_HEAP_SIZE matter. */
VT__SELDOM void vt__measure_limit(const struct vt__measured *measured,
				  const struct vt__making *making, int limit, uint64_t value);

/* The context ended, and all that it was charged with. */
VT__SELDOM void vt__measure_context_ended(struct vt__ledger *ledger, uint64_t context);

#endif
