/*
 * Carries what a wrapper saw into the ledger: with its stack, its device and
 * its context.
 *
 * Every function leaves errno alone. None fails: an error is a counted loss in
 * the recording.
 */
#ifndef VT_PRELOAD_RECORD_H
#define VT_PRELOAD_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "ledger/ledger.h"
#include "unwind/unwind.h"
#include "preload/driver/driver.h"
#include "preload/recorder/place.h"
#include "preload/recorder/stacks.h"

/* A row of the API table, as far as recording needs it. */
struct vt__api {
	const char *name; /* as exported */
	enum vt__space space;
	int kind; /* enum vt_kind, -1 where it is not known before the call */
};

struct vt__seen_allocation {
	uint64_t address;
	uint64_t bytes;
	enum vt_kind kind;
	int32_t device;   /* VT__DEVICE_CURRENT: find out */
	uint8_t injected; /* enum vt_injected: refused by the tool itself */
	uint32_t finding; /* of a refusal, where it is due */
};

/* What an allocation makes due: an account of its device's memory. */
enum vt__due {
	VT__DUE_NOTHING,
	VT__DUE_PEAK,   /* its peak has risen */
	VT__DUE_REFUSED /* there was no memory */
};

/* An allocation was made: enters it. The caller does what is due: then `seen` has the
 * device's ordinal, and the finding. */
enum vt__due vt__record_allocation(struct vt__ledger *ledger, const struct vt__api *api,
				   struct vt__seen_allocation *seen,
				   const struct vt__unwind_start *start);

/* There was no memory for it: enters a finding. The address is not looked at. */
VT__SELDOM enum vt__due vt__record_no_memory(struct vt__ledger *ledger, const struct vt__api *api,
					     struct vt__seen_allocation *seen,
					     const struct vt__unwind_start *start);

/* Whether an allocating call has anything to tell; only then are its arguments
 * known to be good. */
static inline bool vt__is_worth_recording(CUresult result)
{
	return result == CUDA_SUCCESS || result == CUDA_ERROR_OUT_OF_MEMORY;
}

/* A free of something that had no record, or that the driver refuses, is told
 * from these. */
struct vt__seen_free {
	uint64_t address;
	uint32_t known;  /* 1: it was live, and is taken out */
	uint32_t intent; /* number of what vt__record_intent() wrote, 0: nothing */
	struct vt__taken taken;
};

/* Before the driver is asked to free `address`. Returns whether it was live. */
bool vt__record_freeing(const struct vt__api *api, uint64_t address,
			const struct vt__unwind_start *start, struct vt__seen_free *seen);

/* Writes down what is about to be freed, of what can end the process inside the
 * driver: for a free that is not live, or of a handle. `known_as`: as below. Over
 * when vt__record_unusual_free() is told of it, or by the next function. */
VT__SELDOM void vt__record_intent(const struct vt__api *api, uint64_t known_as,
				  const struct vt__unwind_start *start, struct vt__seen_free *seen);
VT__SELDOM void vt__record_intent_over(struct vt__seen_free *seen);

/* After it answered `result`: of a free that failed, or that was written down before.
 * Any other needs nothing more. `ledger` may be NULL. */
VT__SELDOM void vt__record_unusual_free(struct vt__ledger *ledger, const struct vt__api *api,
					struct vt__seen_free *seen, CUresult result,
					const struct vt__unwind_start *start);

static inline bool vt__is_unusual_free(const struct vt__seen_free *seen, CUresult result)
{
	return ((uint32_t)result | seen->intent) != 0;
}

/* A free that the driver refused, of `address`, which was entered with the
 * address `known_as`: noted on what stays live, and a bad free if the result
 * says so. */
void vt__record_refused(struct vt__ledger *ledger, const struct vt__api *api, uint64_t address,
			uint64_t known_as, CUresult result, const struct vt__unwind_start *start);

/* Whether `result` of a free says that the driver is shutting down. The memory
 * goes with it: neither leak nor bad free. */
static inline bool vt__is_late(CUresult result)
{
	return result == CUDA_ERROR_DEINITIALIZED;
}

/* Whether `result` of a free blames what was freed (and not, say, a kernel that
 * failed before, or a capture under way). */
static inline bool vt__blames_argument(CUresult result)
{
	return result == CUDA_ERROR_INVALID_VALUE || result == CUDA_ERROR_INVALID_HANDLE ||
	       result == CUDA_ERROR_NOT_FOUND || result == CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED ||
	       result == CUDA_ERROR_NOT_SUPPORTED;
}

#endif
