/* The parts of rules that most wrapped functions have. */
#include "config.h"

#include "preload/rules/call.h"
#include "preload/recorder/faults.h"
#include "preload/recorder/fence.h"
#include "preload/base/options.h"
#include "preload/life/report_now.h"
#include "preload/recorder/refusal.h"

bool vt__call_allowed(struct vt__call *call, enum vt_kind kind, uint64_t bytes)
{
	call->injected = (uint8_t)vt__refusal_hits(kind, bytes, &call->start);
	if (call->injected == VT_INJECTED_NOT)
		return true;
	call->result = CUDA_ERROR_OUT_OF_MEMORY;
	return false;
}

bool vt__call_mapped(struct vt__call *call, CUdeviceptr *address, uint64_t bytes)
{
	CUresult result;

	if (!vt__fence_wanted())
		return false;
	result = vt__fence_allocate(call->driver, bytes, address);
	if (result == CUDA_ERROR_NOT_SUPPORTED)
		return false;
	call->result = result;
	return true;
}

uint64_t vt__call_size_at(const struct vt__call *call, CUdeviceptr address)
{
	CUdeviceptr base;
	size_t bytes = 0;

	if (!call->driver->cuMemGetAddressRange_v2 ||
	    call->driver->cuMemGetAddressRange_v2(&base, &bytes, address) != CUDA_SUCCESS)
		return 0;
	return bytes;
}

int32_t vt__call_device_at(const struct vt__call *call, CUdeviceptr address)
{
	int ordinal = VT__DEVICE_CURRENT;

	if (call->driver->cuPointerGetAttribute)
		call->driver->cuPointerGetAttribute(&ordinal, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL,
						    address);
	return ordinal;
}

void vt__call_intend(struct vt__call *call)
{
	vt__record_intent(call->api, 0, &call->start, &call->kept.freed);
}

bool vt__call_freeing_handle(struct vt__call *call, uint64_t address)
{
	vt__record_freeing(call->api, address, &call->start, &call->kept.freed);
	vt__call_intend(call);
	return true;
}

void vt__call_failed(const struct vt__call *call)
{
	struct vt__ledger *ledger;

	if (call->injected || !vt__fault_is(call->result) || !vt__fault_is_first())
		return;
	ledger = vt__begin_ledger();
	if (ledger)
		vt__fault_record(ledger, call->api->name, call->result, &call->start);
}

/* A free that is refused begins the recording; one that comes too late does not. */
static VT__SELDOM void end_unusual_free(struct vt__call *call)
{
	bool begins = call->result != CUDA_SUCCESS && !vt__is_late(call->result);
	vt__record_unusual_free(begins ? vt__begin_ledger() : vt__process_ledger_if_any(),
				call->api, &call->kept.freed, call->result, &call->start);
	if (begins) /* after it: what was not freed was not */
		vt__call_failed(call);
}

void vt__call_freed(struct vt__call *call, const void *arguments)
{
	(void)arguments;
	if (VT__UNLIKELY(vt__is_unusual_free(&call->kept.freed, call->result)))
		end_unusual_free(call);
}

void vt__call_first_or_refused(const struct vt__call *call, struct vt__seen_allocation *seen)
{
	struct vt__ledger *ledger = NULL;
	enum vt__due due;

	seen->injected = call->injected;
	if (call->result != CUDA_SUCCESS)
		vt__call_failed(call);
	if (vt__is_worth_recording(call->result))
		ledger = vt__begin_ledger();
	if (!ledger)
		return;
	if (call->result == CUDA_SUCCESS)
		due = vt__record_allocation(ledger, call->api, seen, &call->start);
	else
		due = vt__record_no_memory(ledger, call->api, seen, &call->start);
	if (due != VT__DUE_NOTHING)
		vt__call_do(due, seen);
}

void vt__call_do(enum vt__due due, const struct vt__seen_allocation *seen)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	bool report = vt__options()->oom == VT__OOM_REPORT;

	if (!ledger)
		return;
	if (due == VT__DUE_PEAK) {
		vt__accounts_peak(ledger, seen->device);
		return;
	}
	vt__accounts_refused(ledger, seen->device, seen->finding, report);
	if (report) /* starts a process */
		vt__report_first_refusal(ledger);
}
