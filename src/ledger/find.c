/*
 * Findings: what went wrong, explained by what is and was allocated.
 */
#include "config.h"

#include "ledger/identity.h"
#include "ledger/private.h"
#include "ledger/totals.h"

/* A pointer that was freed before, or whose context is gone. */
static void explain_by_history(const struct vt__freed *freed, struct vt_format_finding *record)
{
	record->allocation_stack = freed->allocation_stack;
	record->free_stack = freed->free_stack;
	record->kind = freed->kind;
	record->device = freed->device;
	record->bytes = freed->bytes;
	if (record->reason == VT_BAD_FREE_UNKNOWN)
		record->reason = freed->by_reset ? VT_BAD_FREE_AFTER_RESET : VT_BAD_FREE_DOUBLE;
}

static void explain_bad_free(struct vt__ledger *ledger, enum vt__space space,
			     struct vt_format_finding *record)
{
	uint32_t number = vt__live_find(&ledger->live, space, record->address);
	const struct vt_format_allocation *allocation;
	const struct vt_format_site *site;
	const struct vt__freed *freed;

	if (number == VT_FORMAT_NONE) {
		freed = vt__history_find(&ledger->history, space, record->address);
		if (freed)
			explain_by_history(freed, record);
		return;
	}
	allocation = vt__store_at(&ledger->store, VT_FORMAT_ALLOCATION, number);
	site = vt__store_at(&ledger->store, VT_FORMAT_SITE, allocation->site);
	record->allocation_stack = site->stack;
	record->kind = site->kind;
	record->device = site->device;
	record->bytes = allocation->bytes;
	if (record->reason == VT_BAD_FREE_UNKNOWN)
		record->reason = VT_BAD_FREE_REFUSED;
}

/* Who held how much: the bucket that the refused allocation belongs to. */
static void fill_live_bytes(struct vt__ledger *ledger, struct vt_format_finding *record,
			    int32_t ordinal)
{
	const struct vt_format_device *device;
	uint32_t number = record->device;

	if (number == VT_FORMAT_NONE)
		number = vt__devices_existing(&ledger->devices, ordinal);
	if (number == VT_FORMAT_NONE)
		return;
	device = vt__store_at(&ledger->store, VT_FORMAT_DEVICE, number);
	record->live_bytes = device->buckets[vt__bucket_of(record->kind)].live_bytes;
}

static void find(struct vt__ledger *ledger, const struct vt__finding *finding,
		 const struct vt__use *use, uint32_t stack, uint64_t now_ns)
{
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
	if (finding->finding_class == VT_FINDING_BAD_FREE)
		explain_bad_free(ledger, finding->space, &record);
	else if (finding->finding_class == VT_FINDING_OUT_OF_MEMORY)
		fill_live_bytes(ledger, &record, finding->device);
	vt__findings_enter(&ledger->findings, &ledger->store, &record);
}

void vt__ledger_find(struct vt__ledger *ledger, const struct vt__finding *finding,
		     const struct vt__stack *stack)
{
	struct vt__hash128 key = vt__stacks_key(stack);
	uint64_t now_ns = vt__now_ns();
	struct vt__visit visit;
	struct vt__use use;
	uint32_t number;

	vt__use_read(finding->purpose, finding->label, &use);
	if (!vt__visit_change(ledger, &visit, VT_LOSS_FINDINGS))
		return;
	number = vt__ledger_stack(ledger, stack, &key)->number;
	find(ledger, finding, &use, number, now_ns);
	__atomic_fetch_add(&ledger->finding_count, 1, __ATOMIC_RELAXED);
	vt__visit_finish(ledger, &visit);
}

uint64_t vt__ledger_finding_count(struct vt__ledger *ledger)
{
	return __atomic_load_n(&ledger->finding_count, __ATOMIC_RELAXED);
}
