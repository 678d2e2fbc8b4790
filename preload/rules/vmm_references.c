/* What the recording says of the handles, mappings and bindings of physical memory. */
#include "config.h"

#include "ledger/references.h"
#include "preload/recorder/process.h"
#include "preload/rules/vmm_references.h"

static uint32_t tell(const struct vt__reference *reference, const struct vt__stack *stack)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	return ledger ? vt__ledger_refer(ledger, reference, stack) : 0;
}

uint32_t vt__vmm_tell_handles(uint64_t object, uint64_t count)
{
	return tell(&(struct vt__reference){.how = VT_REFERENCE_HANDLE,
					    .object = object,
					    .count = count},
		    NULL);
}

void vt__vmm_tell_count(uint32_t number, uint64_t count, const struct vt__stack *stack)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	if (ledger)
		vt__ledger_recount(ledger, number, count, stack);
}

uint32_t vt__vmm_tell_hold(uint64_t object, const struct vt__vmm_range *range,
			   const struct vt__stack *stack)
{
	return tell(&(struct vt__reference){.how = range->owner ? VT_REFERENCE_BINDING
								: VT_REFERENCE_MAPPING,
					    .object = object,
					    .start = range->start,
					    .bytes = range->bytes,
					    .count = 1},
		    stack);
}

void vt__vmm_untell(uint32_t number)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	if (ledger)
		vt__ledger_unrefer(ledger, number);
}
