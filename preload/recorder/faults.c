/* Records the first call of a context that meets a fault. */
#include "config.h"

#include "preload/recorder/faults.h"

#include <errno.h>
#include <stdatomic.h>

#include "preload/recorder/fence.h"
#include "preload/recorder/place.h"
#include "preload/recorder/process.h"
#include "preload/recorder/stacks.h"

/* In place of the handle of a context that is not known. */
#define UNKNOWN_CONTEXT 1u

bool vt__fault_is(CUresult result)
{
	switch ((int)result) {
#define VT_FAULT(number, json, words) case number:
		VT_FAULTS(VT_FAULT)
#undef VT_FAULT
		return true;
	default:
		return false;
	}
}

static uint64_t current_context(int32_t *device)
{
	struct vt__place place;

	place = vt__place_find(VT__DEVICE_CURRENT, VT_KIND_LINEAR, 0);
	*device = place.device;
	return place.context ? place.context : UNKNOWN_CONTEXT;
}

bool vt__fault_is_first(void)
{
	struct vt__process_state *process = vt__process_get();
	int32_t device;
	const uint64_t context = process ? current_context(&device) : 0;

	for (unsigned i = 0; process && i < VT__FAULTS_MOST; i++) {
		uint64_t free = 0;

		if (atomic_compare_exchange_strong(&process->faults[i], &free, context))
			return true;
		if (free == context)
			return false;
	}
	return false;
}

void vt__fault_forget(uint64_t context)
{
	struct vt__process_state *process = vt__process_get();

	for (unsigned i = 0; process && context && i < VT__FAULTS_MOST; i++)
		atomic_compare_exchange_strong(&process->faults[i], &(uint64_t){context}, 0);
}

struct fault {
	struct vt__ledger *ledger;
	const char *api;
	CUresult result;
};

static void record(const struct vt__stack *stack, void *closure)
{
	const struct fault *it = closure;
	struct vt__finding finding = {
		.finding_class = VT_FINDING_FAULT,
		.space = VT__SPACE_DEVICE,
		.api = it->api,
		.result = (int32_t)it->result,
		.kind = -1,
		.freed_on = -1,
		.fenced = vt__fence_wanted(),
	};

	(void)current_context(&finding.device);
	vt__place_describe(it->ledger, finding.device);
	vt__ledger_find(it->ledger, &finding, stack);
}

void vt__fault_record(struct vt__ledger *ledger, const char *api, CUresult result,
		      const struct vt__unwind_start *start)
{
	struct fault it = {ledger, api, result};
	int saved = errno;

	vt__record_with_stack(start, record, &it);
	errno = saved;
}
