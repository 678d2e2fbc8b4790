/* Carries what a wrapper saw into the ledger. */
#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <sys/uio.h>
#include <unistd.h>

#include "ledger/attributes.h"
#include "ledger/intents.h"
#include "ledger/kinds.h"
#include "ledger/refused.h"
#include "preload/accounts.h"
#include "preload/options.h"
#include "preload/place.h"
#include "preload/process.h"
#include "preload/record.h"
#include "preload/scope.h"
#include "preload/wrapper.h"

void vt__record_stack(const struct vt__unwind_start *start, uintptr_t *ips, struct vt__stack *out)
{
	int saved = errno;

	vt__unwind_stack(start, ips, (unsigned)vt__options()->depth, out);
	if (vt__options()->verify_stacks)
		vt__process_verify_stack(start, out);
	errno = saved;
}

/* The same of a stack that is remembered; false of all others. */
static inline bool know_stack(const struct vt__unwind_start *start, struct vt__stack *out)
{
	const struct vt__options *options = vt__options();

	return VT__LIKELY(!options->verify_stacks) &&
	       VT__LIKELY(vt__unwind_known(start, (unsigned)options->depth, out));
}

static void record_success(struct vt__ledger *ledger, const struct vt__api *api,
			   const struct vt__seen_allocation *seen, const struct vt__stack *stack)
{
	struct vt__place place;
	struct vt__allocation allocation = {
		.space = api->space,
		.kind = seen->kind,
		.address = seen->address,
		.bytes = seen->bytes,
		.api = api->name,
		.purpose = vt__scope.purpose,
		.label = vt__scope.label,
	};

	vt__place_find(seen->device, seen->kind, seen->address, &place);
	allocation.device = place.device;
	allocation.context = place.context;
	vt__place_describe(ledger, place.device);
	if (VT__UNLIKELY(vt__ledger_enter(ledger, &allocation, stack)))
		vt__accounts_peak(ledger, place.device);
}

static VT__SELDOM void record_no_memory(struct vt__ledger *ledger, const struct vt__api *api,
					const struct vt__seen_allocation *seen,
					const struct vt__stack *stack)
{
	const struct vt__driver *driver = vt__driver();
	int saved = errno;
	struct vt__place place;
	size_t free_bytes = 0, total_bytes = 0;
	uint32_t number;
	struct vt__finding finding = {
		.finding_class = VT_FINDING_OUT_OF_MEMORY,
		.space = api->space,
		.api = api->name,
		.result = CUDA_ERROR_OUT_OF_MEMORY,
		.kind = (int32_t)seen->kind,
		.bytes = seen->bytes,
		.injected = seen->injected,
		.purpose = vt__scope.purpose,
		.label = vt__scope.label,
	};

	vt__place_find(seen->device, seen->kind, 0, &place);
	vt__place_describe(ledger, place.device);
	if (driver->cuMemGetInfo_v2)
		driver->cuMemGetInfo_v2(&free_bytes, &total_bytes);
	finding.device = place.device;
	finding.device_free_bytes = free_bytes;
	finding.device_total_bytes = total_bytes;
	number = vt__ledger_find(ledger, &finding, stack);
	if (number != VT_FORMAT_NONE)
		vt__accounts_refused(ledger, place.device, number);
	errno = saved;
}

/* Here and below, what has room for the return addresses of a stack is apart from
 * what needs none: the less of the stack a call uses, the fewer of its cache lines. */
static VT__APART void record_with_walk(struct vt__ledger *ledger, const struct vt__api *api,
				       const struct vt__seen_allocation *seen, CUresult result,
				       const struct vt__unwind_start *start)
{
	uintptr_t ips[VT__FRAMES_MOST];
	struct vt__stack stack;

	vt__record_stack(start, ips, &stack);
	if (result == CUDA_SUCCESS)
		record_success(ledger, api, seen, &stack);
	else
		record_no_memory(ledger, api, seen, &stack);
}

VT__WHOLE void vt__record_allocation(const struct vt__api *api,
				     const struct vt__seen_allocation *seen, CUresult result,
				     const struct vt__unwind_start *start)
{
	struct vt__ledger *ledger;
	struct vt__stack stack;

	if (VT__UNLIKELY(!vt__is_worth_recording(result)))
		return;
	ledger = vt__process_ledger();
	if (VT__UNLIKELY(!ledger))
		return;
	if (VT__LIKELY(result == CUDA_SUCCESS) && VT__LIKELY(know_stack(start, &stack)))
		record_success(ledger, api, seen, &stack);
	else
		record_with_walk(ledger, api, seen, result, start);
}

static bool take(struct vt__ledger *ledger, const struct vt__api *api,
		 const struct vt__stack *stack, struct vt__seen_free *seen)
{
	return vt__ledger_take(ledger, api->space, seen->address, stack, &seen->taken) == 0;
}

static VT__APART bool take_with_walk(struct vt__ledger *ledger, const struct vt__api *api,
				     const struct vt__unwind_start *start,
				     struct vt__seen_free *seen)
{
	uintptr_t ips[VT__FRAMES_MOST];
	struct vt__stack stack;

	if (!vt__options()->free_stacks)
		return take(ledger, api, NULL, seen);
	vt__record_stack(start, ips, &stack);
	return take(ledger, api, &stack, seen);
}

VT__WHOLE bool vt__record_freeing(const struct vt__api *api, uint64_t address,
				  const struct vt__unwind_start *start, struct vt__seen_free *seen)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	struct vt__stack stack;

	seen->address = address;
	seen->known = seen->intent = 0;
	if (VT__UNLIKELY(!ledger))
		return false;
	if (VT__LIKELY(vt__options()->free_stacks) && VT__LIKELY(know_stack(start, &stack)))
		seen->known = take(ledger, api, &stack, seen);
	else
		seen->known = take_with_walk(ledger, api, start, seen);
	return seen->known;
}

void vt__record_intent(const struct vt__api *api, uint64_t known_as,
		       const struct vt__unwind_start *start, struct vt__seen_free *seen)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	int saved = errno;
	uintptr_t ips[VT__FRAMES_MOST];
	struct vt__stack stack;
	struct vt__finding finding = {
		.reason = VT_BAD_FREE_UNKNOWN,
		.space = api->space,
		.api = api->name,
		.address = seen->address,
		.known_as = known_as,
	};

	if (!ledger || !seen->address)
		return;
	vt__record_stack(start, ips, &stack);
	seen->intent = vt__ledger_intend(ledger, &finding, seen->known ? &seen->taken : NULL,
					 &stack);
	errno = saved;
}

void vt__record_intent_over(struct vt__seen_free *seen)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	if (ledger && seen->intent)
		vt__ledger_intent_over(ledger, seen->intent);
	seen->intent = 0;
}

/* Whether a pointer that was taken for device memory is one of the process's
 * own: the process can read there, and the driver does not know it. */
static bool lies_in_host_memory(const struct vt__api *api, uint64_t address)
{
	const struct vt__driver *driver = vt__driver();
	char byte;
	struct iovec here = {&byte, 1}, there = {(void *)(uintptr_t)address, 1};
	CUmemorytype type;

	if (api->space != VT__SPACE_DEVICE)
		return false;
	if (driver->cuPointerGetAttribute &&
	    driver->cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, address) ==
		    CUDA_SUCCESS)
		return type == CU_MEMORYTYPE_HOST;
	return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == 1;
}

static void record_bad_free(struct vt__ledger *ledger, const struct vt__api *api, uint64_t address,
			    uint64_t known_as, CUresult result, const struct vt__stack *stack)
{
	struct vt__place place;
	struct vt__finding finding = {
		.finding_class = VT_FINDING_BAD_FREE,
		.reason = lies_in_host_memory(api, address) ? VT_BAD_FREE_HOST_POINTER
							    : VT_BAD_FREE_UNKNOWN,
		.space = api->space,
		.api = api->name,
		.result = (int32_t)result,
		.device = -1,
		.kind = -1,
		.address = address,
		.known_as = known_as,
	};

	vt__place_find(VT__DEVICE_CURRENT, VT_KIND_LINEAR, 0, &place);
	finding.freed_on = place.device;
	vt__ledger_find(ledger, &finding, stack);
}

void vt__record_refused(const struct vt__api *api, uint64_t address, uint64_t known_as,
			CUresult result, const struct vt__unwind_start *start)
{
	int saved = errno;
	uintptr_t ips[VT__FRAMES_MOST];
	struct vt__stack stack;
	struct vt__ledger *ledger = vt__process_ledger();

	if (ledger && address) {
		vt__record_stack(start, ips, &stack);
		vt__ledger_refused(ledger, api->space, known_as, api->name, (int32_t)result,
				   &stack);
		if (vt__blames_argument(result))
			record_bad_free(ledger, api, address, known_as, result, &stack);
	}
	errno = saved;
}

static void record_late_free(struct vt__ledger *ledger, const struct vt__api *api,
			     const struct vt__seen_free *seen, const struct vt__unwind_start *start)
{
	uintptr_t ips[VT__FRAMES_MOST];
	struct vt__stack stack;
	struct vt__finding finding = {
		.finding_class = VT_FINDING_LATE_FREE,
		.space = api->space,
		.api = api->name,
		.result = CUDA_ERROR_DEINITIALIZED,
		.device = -1,
		.kind = -1,
		.address = seen->address,
	};

	vt__record_stack(start, ips, &stack);
	vt__ledger_find(ledger, &finding, &stack);
}

/* A free that failed, or one that was written down before. */
static VT__SELDOM void record_other_free(const struct vt__api *api, struct vt__seen_free *seen,
					 CUresult result, const struct vt__unwind_start *start)
{
	int saved = errno;
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	vt__record_intent_over(seen);
	if (result == CUDA_SUCCESS)
		return;
	if (vt__is_late(result)) {
		if (ledger && seen->known &&
		    vt__bucket_of((uint32_t)seen->taken.kind) != VT_BUCKET_HELD)
			record_late_free(ledger, api, seen, start);
		errno = saved;
		return;
	}
	if (ledger && seen->known)
		vt__ledger_put_back(ledger, &seen->taken);
	vt__record_refused(api, seen->address, seen->address, result, start);
	errno = saved;
}

void vt__record_freed(const struct vt__api *api, struct vt__seen_free *seen, CUresult result,
		      const struct vt__unwind_start *start)
{
	if (VT__UNLIKELY(((uint32_t)result | seen->intent) != 0))
		record_other_free(api, seen, result, start);
}
