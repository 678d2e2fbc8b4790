/*
 * Findings: what went wrong, explained by what is and was allocated.
 */
#include "config.h"

#include "base/clock.h"
#include "ledger/bad_free.h"
#include "ledger/faults.h"
#include "ledger/known_stack.h"
#include "ledger/private.h"
#include "ledger/visit.h"

/* How much was held of what is short. */
static void fill_live_bytes(struct vt__ledger *ledger, struct vt_format_finding *record,
			    uint32_t holding_device)
{
	const struct vt_format_device *device;

	if (holding_device == VT_FORMAT_NONE)
		return;
	device = vt__store_at(&ledger->store, VT_FORMAT_DEVICE, holding_device);
	record->live_bytes = device->buckets[vt__holders_bucket(record->kind)].live_bytes;
}

/* Who held it, the first time. Returns the number of a finding that is told in
 * full, else VT_FORMAT_NONE. */
static uint32_t tell_holders(struct vt__ledger *ledger, uint32_t number, uint32_t kind,
			     uint32_t holding_device, void *scratch)
{
	if (number == VT_FORMAT_NONE || ledger->holders.findings == VT__HOLDERS_FINDINGS_MOST)
		return VT_FORMAT_NONE;
	__atomic_store_n(&ledger->holders.findings, ledger->holders.findings + 1, __ATOMIC_RELAXED);
	if (holding_device != VT_FORMAT_NONE)
		vt__holders_enter(&ledger->store, number, holding_device, vt__holders_bucket(kind),
				  ledger->purposes.count > 0, scratch);
	return number;
}

static void explain_bad_free(struct vt__ledger *ledger, const struct vt__finding *finding,
			     struct vt_format_finding *record)
{
	if (finding->known_as)
		record->address = finding->known_as;
	vt__explain_bad_free(ledger, finding, record);
	record->address = finding->address;
	if (finding->known_as && record->allocation_address == finding->known_as)
		record->allocation_address = finding->address;
}

static uint32_t find(struct vt__ledger *ledger, const struct vt__finding *finding,
		     const struct vt__use *use, uint32_t stack, uint64_t now_ns, void *scratch)
{
	uint32_t holding_device, number;
	struct vt_format_finding record = {
		.finding_class = finding->finding_class,
		.reason = finding->finding_class == VT_FINDING_BAD_FREE ? finding->reason : 0,
		.api = vt__strings_of_static(&ledger->strings, &ledger->store, finding->api),
		.result = finding->result,
		.kind = finding->kind < 0 ? VT_FORMAT_NONE : (uint32_t)finding->kind,
		.device = VT_FORMAT_NONE,
		.stack = stack,
		.allocation_stack = VT_FORMAT_NONE,
		.free_stack = VT_FORMAT_NONE,
		.account = VT_FORMAT_NONE,
		.injected = finding->injected,
		.thread = vt__visit_thread(),
		.address = finding->address,
		.bytes = finding->bytes,
		.time_ns = now_ns,
		.device_free_bytes = finding->device_free_bytes,
		.device_total_bytes = finding->device_total_bytes,
		.label = vt__labels_number(&ledger->labels, &ledger->strings, &ledger->store,
					   &use->label),
		.purpose = vt__labels_number(&ledger->purposes, &ledger->strings, &ledger->store,
					     &use->purpose),
	};

	if (finding->device >= 0)
		record.device = vt__devices_record(&ledger->devices, &ledger->store,
						   &ledger->strings, finding->device);
	if (finding->finding_class == VT_FINDING_BAD_FREE) {
		explain_bad_free(ledger, finding, &record);
		vt__findings_enter(&ledger->findings, &ledger->store, &record);
		return VT_FORMAT_NONE;
	}
	if (finding->finding_class == VT_FINDING_LATE_FREE) {
		vt__explain_late_free(ledger, finding, &record);
		vt__findings_enter(&ledger->findings, &ledger->store, &record);
		return VT_FORMAT_NONE;
	}
	if (finding->finding_class == VT_FINDING_FAULT) {
		number = vt__findings_enter(&ledger->findings, &ledger->store, &record);
		if (number != VT_FORMAT_NONE)
			vt__faults_enter_freed(ledger, number, now_ns, finding->fenced);
		return VT_FORMAT_NONE;
	}
	holding_device = vt__devices_existing(&ledger->devices, finding->device);
	fill_live_bytes(ledger, &record, holding_device);
	number = vt__findings_enter(&ledger->findings, &ledger->store, &record);
	return tell_holders(ledger, number, record.kind, holding_device, scratch);
}

/* Only a refusal that may be told in full needs working memory. */
static void *scratch_for(const struct vt__ledger *ledger, const struct vt__finding *finding)
{
	uint32_t told = __atomic_load_n(&ledger->holders.findings, __ATOMIC_RELAXED);

	if (finding->finding_class != VT_FINDING_OUT_OF_MEMORY || told == VT__HOLDERS_FINDINGS_MOST)
		return NULL;
	return vt__holders_scratch();
}

uint32_t vt__ledger_find(struct vt__ledger *ledger, const struct vt__finding *finding,
			 const struct vt__stack *stack)
{
	struct vt__hash128 key = vt__stacks_key(stack);
	void *scratch = scratch_for(ledger, finding);
	uint32_t number = VT_FORMAT_NONE, stack_number;
	uint64_t now_ns = vt__now_ns();
	struct vt__visit visit;
	struct vt__use use;

	vt__use_read(finding->purpose, finding->label, &use);
	if (vt__visit_change(ledger, &visit, VT_LOSS_FINDINGS)) {
		stack_number = vt__ledger_stack(ledger, stack, &key)->number;
		number = find(ledger, finding, &use, stack_number, now_ns, scratch);
		if (finding->finding_class != VT_FINDING_LATE_FREE) /* nothing is wrong with it */
			__atomic_fetch_add(&ledger->finding_count, 1, __ATOMIC_RELAXED);
		vt__visit_finish(ledger, &visit);
	}
	vt__holders_drop_scratch(scratch);
	return number;
}

/* A number alone: what it counts is read under the lock. */
uint64_t vt__ledger_finding_count(struct vt__ledger *ledger)
{
	return __atomic_load_n(&ledger->finding_count, __ATOMIC_RELAXED);
}
