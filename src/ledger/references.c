/*
 * Enters references to physical memory.
 */
#include "config.h"

#include "ledger/references.h"

#include "ledger/known_stack.h"
#include "ledger/private.h"
#include "ledger/visit.h"

static struct vt_format_reference *reference_at(struct vt__store *store, uint32_t number)
{
	return vt__store_at(store, VT_FORMAT_REFERENCE, number);
}

static uint32_t take_record(struct vt__ledger *ledger)
{
	struct vt__recording *recording = &ledger->store.recording;
	uint32_t number = ledger->references.free_plus_1 - 1;

	if (ledger->references.free_plus_1) {
		ledger->references.free_plus_1 = reference_at(&ledger->store, number)->stack;
		return number;
	}
	number = vt__recording_reserve(recording, VT_FORMAT_REFERENCE, 1);
	if (number != VT_FORMAT_NONE)
		vt__recording_commit(recording, VT_FORMAT_REFERENCE, 1);
	return number;
}

static uint32_t stack_number(struct vt__ledger *ledger, const struct vt__stack *stack)
{
	struct vt__hash128 key;

	if (!stack)
		return VT_FORMAT_NONE;
	key = vt__stacks_key(stack);
	return vt__ledger_stack(ledger, stack, &key)->number;
}

/* A change of a recording that is there. */
static bool begin(struct vt__ledger *ledger, struct vt__visit *visit)
{
	return __atomic_load_n(&ledger->state, __ATOMIC_ACQUIRE) == VT__LEDGER_RECORDING &&
	       vt__visit_change(ledger, visit, VT_LOSS_MAPPINGS);
}

uint32_t vt__ledger_refer(struct vt__ledger *ledger, const struct vt__reference *reference,
			  const struct vt__stack *stack)
{
	struct vt__visit visit;
	uint32_t number, from;

	if (!begin(ledger, &visit))
		return 0;
	from = stack_number(ledger, stack);
	number = take_record(ledger);
	if (number == VT_FORMAT_NONE)
		vt__recording_lose(&ledger->store.recording, VT_LOSS_MAPPINGS);
	else
		*reference_at(&ledger->store, number) = (struct vt_format_reference){
			.how = reference->how,
			.stack = from,
			.object = reference->object,
			.start = reference->start,
			.bytes = reference->bytes,
			.count = reference->count,
		};
	vt__visit_finish(ledger, &visit);
	return number == VT_FORMAT_NONE ? 0 : number + 1;
}

void vt__ledger_recount(struct vt__ledger *ledger, uint32_t number, uint64_t count,
			const struct vt__stack *stack)
{
	struct vt_format_reference *record;
	struct vt__visit visit;
	uint32_t from;

	if (!number || !begin(ledger, &visit))
		return;
	from = stack_number(ledger, stack);
	record = reference_at(&ledger->store, number - 1);
	record->count = count;
	if (stack)
		record->stack = from;
	vt__visit_finish(ledger, &visit);
}

void vt__ledger_unrefer(struct vt__ledger *ledger, uint32_t number)
{
	struct vt__visit visit;

	if (!number || !begin(ledger, &visit))
		return;
	*reference_at(&ledger->store, number - 1) = (struct vt_format_reference){
		.how = VT_REFERENCE_NONE, .stack = ledger->references.free_plus_1};
	ledger->references.free_plus_1 = number;
	vt__visit_finish(ledger, &visit);
}

uint32_t vt__reference_mapped(struct vt__store *store, uint64_t start, uint64_t bytes,
			      uint32_t from)
{
	uint32_t used = store->recording.columns[VT_FORMAT_REFERENCE].used;

	for (uint32_t number = from; number < used; number++) {
		const struct vt_format_reference *record = reference_at(store, number);

		if (record->how == VT_REFERENCE_MAPPING && record->start >= start &&
		    record->start - start < bytes)
			return number;
	}
	return VT_FORMAT_NONE;
}

void vt__ledger_unmap_refused(struct vt__ledger *ledger, uint64_t start, uint64_t bytes,
			      const char *api, int32_t result, const struct vt__stack *stack)
{
	uint64_t object = 0;
	struct vt__visit visit;
	uint32_t number = 0;

	do {
		if (!begin(ledger, &visit))
			return;
		number = vt__reference_mapped(&ledger->store, start, bytes, number);
		if (number != VT_FORMAT_NONE)
			object = reference_at(&ledger->store, number++)->object;
		vt__visit_finish(ledger, &visit);
		if (number != VT_FORMAT_NONE)
			vt__ledger_refused(ledger, VT__SPACE_VMM, object, api, result, stack);
	} while (number != VT_FORMAT_NONE);
}
