/* Carries what a wrapper saw into the ledger. */
#include "config.h"

#include <errno.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/clock.h"
#include "ledger/intents.h"
#include "ledger/limits.h"
#include "recording/kinds.h"
#include "ledger/refused.h"
#include "unwind/unwind_memory.h"
#include "preload/base/options.h"
#include "preload/recorder/place.h"
#include "preload/recorder/process.h"
#include "preload/recorder/record.h"
#include "preload/recorder/scope.h"

static enum vt__due record_success(struct vt__ledger *ledger, const struct vt__api *api,
				   struct vt__seen_allocation *seen, const struct vt__stack *stack)
{
	const struct vt__place place = vt__place_find(seen->device, seen->kind, seen->address);
	const struct vt__scope scope = vt__scope_now();
	const struct vt__allocation allocation = {
		.space = api->space,
		.kind = seen->kind,
		.address = seen->address,
		.bytes = seen->bytes,
		.context = place.context,
		.device = place.device,
		.api = api->name,
		.purpose = scope.purpose,
		.label = scope.label,
	};

	vt__place_describe(ledger, place.device);
	if (VT__LIKELY(!vt__ledger_enter(ledger, &allocation, stack)))
		return VT__DUE_NOTHING;
	seen->device = place.device;
	return VT__DUE_PEAK;
}

struct answered {
	struct vt__ledger *ledger;
	const struct vt__api *api;
	struct vt__seen_allocation *seen;
	enum vt__due due;
};

static void record_on_own_stack(const struct vt__stack *stack, void *closure)
{
	struct answered *it = closure;

	it->due = record_success(it->ledger, it->api, it->seen, stack);
}

/* Here and below, what walks is apart from what need not: the less of the stack a call
 * uses, the fewer of its cache lines. */
static VT__APART enum vt__due record_with_walk(struct vt__ledger *ledger, const struct vt__api *api,
					       struct vt__seen_allocation *seen,
					       const struct vt__unwind_start *start)
{
	bool has_scope = vt__scope.purpose || vt__scope.label; /* whose texts take room */
	struct answered it = {ledger, api, seen, VT__DUE_NOTHING};
	struct vt__stack stack;

	if (vt__stack_known_mixed(start, &stack)) {
		it.due = record_success(ledger, api, seen, &stack);
	} else if (!has_scope && vt__stack_begin(start, &stack)) {
		it.due = record_success(ledger, api, seen, &stack);
		vt__unwind_end();
	} else {
		vt__record_with_stack(start, record_on_own_stack, &it);
	}
	return it.due;
}

/* What is not noted, or not at hand. What walks goes on in the place of this function: by then
 * `stack` is over. */
static VT__APART enum vt__due record_anew(struct vt__ledger *ledger, const struct vt__api *api,
					  struct vt__seen_allocation *seen,
					  const struct vt__unwind_start *start)
{
	{
		struct vt__stack stack;

		if (VT__LIKELY(vt__stack_known(start, &stack)))
			return record_success(ledger, api, seen, &stack);
	}
	return record_with_walk(ledger, api, seen, start);
}

VT__WHOLE enum vt__due vt__record_allocation(struct vt__ledger *ledger, const struct vt__api *api,
					     struct vt__seen_allocation *seen,
					     const struct vt__unwind_start *start)
{
	const struct vt__stack_note note = vt__unwind_noted(start);
	struct vt__allocation allocation;
	enum vt__known_end end;
	struct vt__place place;
	uint64_t now_ns;

	if (VT__UNLIKELY(!note.node) || VT__UNLIKELY(vt__scope_is_used))
		return record_anew(ledger, api, seen, start);
	place = vt__place_find(seen->device, seen->kind, seen->address);
	now_ns = vt__now_ns();
	allocation = (struct vt__allocation){
		.space = api->space,
		.kind = seen->kind,
		.address = seen->address,
		.bytes = seen->bytes,
		.context = place.context,
		.device = place.device,
		.api = api->name,
	};
	end = vt__ledger_enter_known(ledger, &allocation, &note, now_ns);
	if (VT__LIKELY(end == VT__KNOWN_DONE))
		return VT__DUE_NOTHING;
	if (end == VT__KNOWN_NOT)
		return record_anew(ledger, api, seen, start);
	seen->device = place.device;
	return VT__DUE_PEAK;
}

static void tell_own_limit(struct vt__ledger *ledger, const struct vt__seen_allocation *seen)
{
	const struct vt__known_limit limit = {
		.finding = seen->finding,
		.what = VT_LIMIT_OPTION,
		.hard_bytes = vt__options()->limit,
		.soft_bytes = VT_FORMAT_UNKNOWN,
		.used_bytes = vt__ledger_live_bytes(ledger, seen->device, VT_BUCKET_VRAM),
	};

	vt__ledger_limit(ledger, &limit);
}

static void find_no_memory(const struct vt__stack *stack, void *closure)
{
	struct answered *it = closure;
	struct vt__seen_allocation *seen = it->seen;
	const struct vt__driver *driver = vt__driver();
	struct vt__place place;
	size_t free_bytes = 0, total_bytes = 0;
	struct vt__finding finding = {
		.finding_class = VT_FINDING_OUT_OF_MEMORY,
		.space = it->api->space,
		.api = it->api->name,
		.result = CUDA_ERROR_OUT_OF_MEMORY,
		.kind = (int32_t)seen->kind,
		.bytes = seen->bytes,
		.injected = seen->injected,
		.purpose = vt__scope.purpose,
		.label = vt__scope.label,
	};

	place = vt__place_find(seen->device, seen->kind, 0);
	vt__place_describe(it->ledger, place.device);
	if (driver->cuMemGetInfo_v2)
		driver->cuMemGetInfo_v2(&free_bytes, &total_bytes);
	finding.device = seen->device = place.device;
	finding.device_free_bytes = free_bytes;
	finding.device_total_bytes = total_bytes;
	seen->finding = vt__ledger_find(it->ledger, &finding, stack);
	if (seen->finding == VT_FORMAT_NONE)
		return;
	it->due = VT__DUE_REFUSED;
	if (seen->injected == VT_INJECTED_LIMIT)
		tell_own_limit(it->ledger, seen);
}

enum vt__due vt__record_no_memory(struct vt__ledger *ledger, const struct vt__api *api,
				  struct vt__seen_allocation *seen,
				  const struct vt__unwind_start *start)
{
	struct answered it = {ledger, api, seen, VT__DUE_NOTHING};
	int saved = errno;

	vt__record_with_stack(start, find_no_memory, &it);
	errno = saved;
	return it.due;
}

static bool take(struct vt__ledger *ledger, const struct vt__api *api,
		 const struct vt__stack *stack, struct vt__seen_free *seen)
{
	return vt__ledger_take(ledger, api->space, seen->address, stack, &seen->taken) == 0;
}

struct taking {
	struct vt__ledger *ledger;
	const struct vt__api *api;
	struct vt__seen_free *seen;
	bool known;
};

static void take_it(const struct vt__stack *stack, void *closure)
{
	struct taking *it = closure;

	it->known = take(it->ledger, it->api, stack, it->seen);
}

static bool know_if(struct vt__seen_free *seen, bool known)
{
	seen->known = known;
	return known;
}

static VT__APART bool take_anew(struct vt__ledger *ledger, const struct vt__api *api,
				const struct vt__unwind_start *start, struct vt__seen_free *seen)
{
	struct taking it = {ledger, api, seen, false};
	struct vt__stack stack;

	seen->known = seen->intent = 0;
	if (!vt__options()->free_stacks)
		return know_if(seen, take(ledger, api, NULL, seen));
	if (vt__stack_known(start, &stack) || vt__stack_known_mixed(start, &stack))
		return know_if(seen, take(ledger, api, &stack, seen));
	if (vt__stack_begin(start, &stack)) {
		it.known = take(ledger, api, &stack, seen);
		vt__unwind_end();
	} else {
		vt__record_with_stack(start, take_it, &it);
	}
	return know_if(seen, it.known);
}

VT__WHOLE bool vt__record_freeing(const struct vt__api *api, uint64_t address,
				  const struct vt__unwind_start *start, struct vt__seen_free *seen)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	seen->address = address;
	if (VT__UNLIKELY(!ledger)) {
		seen->known = seen->intent = 0;
		return false;
	}
	if (VT__LIKELY(vt__options_known()->free_stacks)) {
		struct vt__expected expected;
		struct vt__stack_note note;

		vt__ledger_expect_take(ledger, api->space, address, &expected);
		note = vt__unwind_noted(start);
		if (VT__LIKELY(note.node) &&
		    VT__LIKELY(vt__ledger_take_known(ledger, api->space, address, &expected, &note,
						     &seen->taken))) {
			seen->known = 1;
			seen->intent = 0;
			return true;
		}
	}
	return take_anew(ledger, api, start, seen);
}

struct intending {
	struct vt__ledger *ledger;
	const struct vt__api *api;
	struct vt__seen_free *seen;
	uint64_t known_as;
};

static void intend(const struct vt__stack *stack, void *closure)
{
	const struct intending *it = closure;
	struct vt__seen_free *seen = it->seen;
	struct vt__finding finding = {
		.reason = VT_BAD_FREE_UNKNOWN,
		.space = it->api->space,
		.api = it->api->name,
		.address = seen->address,
		.known_as = it->known_as,
	};

	seen->intent = vt__ledger_intend(it->ledger, &finding, seen->known ? &seen->taken : NULL,
					 stack);
}

void vt__record_intent(const struct vt__api *api, uint64_t known_as,
		       const struct vt__unwind_start *start, struct vt__seen_free *seen)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	struct intending it = {ledger, api, seen, known_as};
	int saved = errno;

	if (!ledger || !seen->address)
		return;
	vt__record_with_stack(start, intend, &it);
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
	CUmemorytype type;

	if (api->space != VT__SPACE_DEVICE)
		return false;
	if (driver->cuPointerGetAttribute &&
	    driver->cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, address) ==
		    CUDA_SUCCESS)
		return type == CU_MEMORYTYPE_HOST;
	return vt__memory_readable((uintptr_t)address & ~(uintptr_t)7);
}

struct refusal {
	struct vt__ledger *ledger;
	const struct vt__api *api;
	uint64_t address;
	uint64_t known_as;
	CUresult result;
};

static void find_bad_free(const struct refusal *it, const struct vt__stack *stack)
{
	struct vt__place place;
	struct vt__finding finding = {
		.finding_class = VT_FINDING_BAD_FREE,
		.reason = lies_in_host_memory(it->api, it->address) ? VT_BAD_FREE_HOST_POINTER
								    : VT_BAD_FREE_UNKNOWN,
		.space = it->api->space,
		.api = it->api->name,
		.result = (int32_t)it->result,
		.device = -1,
		.kind = -1,
		.address = it->address,
		.known_as = it->known_as,
	};

	place = vt__place_find(VT__DEVICE_CURRENT, VT_KIND_LINEAR, 0);
	finding.freed_on = place.device;
	vt__ledger_find(it->ledger, &finding, stack);
}

static void note_refusal(const struct vt__stack *stack, void *closure)
{
	const struct refusal *it = closure;

	vt__ledger_refused(it->ledger, it->api->space, it->known_as, it->api->name,
			   (int32_t)it->result, stack);
	if (vt__blames_argument(it->result))
		find_bad_free(it, stack);
}

void vt__record_refused(struct vt__ledger *ledger, const struct vt__api *api, uint64_t address,
			uint64_t known_as, CUresult result, const struct vt__unwind_start *start)
{
	struct refusal it = {ledger, api, address, known_as, result};
	int saved = errno;

	if (it.ledger && address)
		vt__record_with_stack(start, note_refusal, &it);
	errno = saved;
}

static void find_late_free(const struct vt__stack *stack, void *closure)
{
	const struct refusal *it = closure;
	struct vt__finding finding = {
		.finding_class = VT_FINDING_LATE_FREE,
		.space = it->api->space,
		.api = it->api->name,
		.result = CUDA_ERROR_DEINITIALIZED,
		.device = -1,
		.kind = -1,
		.address = it->address,
	};

	vt__ledger_find(it->ledger, &finding, stack);
}

static void record_late_free(struct vt__ledger *ledger, const struct vt__api *api,
			     const struct vt__seen_free *seen, const struct vt__unwind_start *start)
{
	struct refusal it = {.ledger = ledger, .api = api, .address = seen->address};

	vt__record_with_stack(start, find_late_free, &it);
}

void vt__record_unusual_free(struct vt__ledger *ledger, const struct vt__api *api,
			     struct vt__seen_free *seen, CUresult result,
			     const struct vt__unwind_start *start)
{
	int saved = errno;
	bool is_unknown = seen->intent && !seen->known;

	vt__record_intent_over(seen);
	if (result == CUDA_SUCCESS) {
		/* an object without a record holds no bytes that anybody knew of */
		if (ledger && is_unknown && api->space != VT__SPACE_OBJECT)
			vt__ledger_lose(ledger, VT_LOSS_FREES);
		errno = saved;
		return;
	}
	if (vt__is_late(result)) {
		if (ledger && seen->known && vt__bucket_of(seen->taken.what.kind) != VT_BUCKET_HELD)
			record_late_free(ledger, api, seen, start);
		errno = saved;
		return;
	}
	if (ledger && seen->known)
		vt__ledger_put_back(ledger, &seen->taken);
	vt__record_refused(ledger, api, seen->address, seen->address, result, start);
	errno = saved;
}
