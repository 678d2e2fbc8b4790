/* Carries what a wrapper saw into the ledger. */
#include "config.h"

#include <errno.h>
#include <stddef.h>

#include "preload/options.h"
#include "preload/place.h"
#include "preload/process.h"
#include "preload/record.h"
#include "preload/scope.h"
#include "preload/wrapper.h"

VT__THREAD_LOCAL unsigned vt__wrapper_depth;

enum {
	FRAMES_MOST = 256
};

static void take_stack(const struct vt__unwind_start *start, uintptr_t *ips, struct vt__stack *out)
{
	bool truncated = false;

	out->generation = vt__unwind_generation();
	out->ips = ips;
	out->depth = vt__unwind(start, ips, (unsigned)vt__options()->depth, &truncated);
	out->truncated = truncated;
	if (vt__options()->verify_stacks)
		vt__process_verify_stack(start, out);
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
	vt__ledger_enter(ledger, &allocation, stack);
}

static void record_no_memory(struct vt__ledger *ledger, const struct vt__api *api,
			     const struct vt__seen_allocation *seen, const struct vt__stack *stack)
{
	const struct vt__driver *driver = vt__driver();
	struct vt__place place;
	size_t free_bytes = 0, total_bytes = 0;
	struct vt__finding finding = {
		.finding_class = VT_FINDING_OUT_OF_MEMORY,
		.space = api->space,
		.api = api->name,
		.result = CUDA_ERROR_OUT_OF_MEMORY,
		.kind = (int32_t)seen->kind,
		.bytes = seen->bytes,
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
	vt__ledger_find(ledger, &finding, stack);
}

void vt__record_allocation(const struct vt__api *api, const struct vt__seen_allocation *seen,
			   CUresult result, const struct vt__unwind_start *start)
{
	int saved = errno;
	uintptr_t ips[FRAMES_MOST];
	struct vt__stack stack;
	struct vt__ledger *ledger;

	if (!vt__is_worth_recording(result))
		return;
	ledger = vt__process_ledger();
	if (ledger) {
		take_stack(start, ips, &stack);
		if (result == CUDA_SUCCESS)
			record_success(ledger, api, seen, &stack);
		else
			record_no_memory(ledger, api, seen, &stack);
	}
	errno = saved;
}

void vt__record_freeing(const struct vt__api *api, uint64_t address, struct vt__seen_free *seen)
{
	int saved = errno;
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	seen->address = address;
	seen->known = ledger && vt__ledger_take(ledger, api->space, address, &seen->taken) == 0;
	errno = saved;
}

static void record_bad_free(struct vt__ledger *ledger, const struct vt__api *api, uint64_t address,
			    CUresult result, const struct vt__stack *stack)
{
	struct vt__finding finding = {
		.finding_class = VT_FINDING_BAD_FREE,
		.reason = VT_BAD_FREE_UNKNOWN,
		.space = api->space,
		.api = api->name,
		.result = (int32_t)result,
		.device = -1,
		.kind = -1,
		.address = address,
	};

	vt__ledger_find(ledger, &finding, stack);
}

void vt__record_refused(const struct vt__api *api, uint64_t handle, CUresult result,
			const struct vt__unwind_start *start)
{
	int saved = errno;
	uintptr_t ips[FRAMES_MOST];
	struct vt__stack stack;
	struct vt__ledger *ledger = vt__process_ledger();

	if (ledger && handle && vt__blames_argument(result)) {
		take_stack(start, ips, &stack);
		record_bad_free(ledger, api, handle, result, &stack);
	}
	errno = saved;
}

void vt__record_freed(const struct vt__api *api, const struct vt__seen_free *seen, CUresult result,
		      const struct vt__unwind_start *start)
{
	int saved = errno;
	uintptr_t ips[FRAMES_MOST];
	struct vt__stack stack;
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	if (ledger && seen->known && (result == CUDA_SUCCESS || vt__is_late(result))) {
		bool with_stack = vt__options()->free_stacks;

		if (with_stack)
			take_stack(start, ips, &stack);
		vt__ledger_freed(ledger, &seen->taken, with_stack ? &stack : NULL);
	} else {
		if (ledger && seen->known)
			vt__ledger_put_back(ledger, &seen->taken);
		vt__record_refused(api, seen->address, result, start);
	}
	errno = saved;
}
