/*
 * What graphs define ahead of their allocations.
 */
#include "config.h"

#include "ledger/know.h"

#include "ledger/known_stack.h"
#include "ledger/private.h"
#include "ledger/visit.h"

void vt__ledger_know_definition(struct vt__ledger *ledger, uint64_t address, uint64_t bytes,
				const struct vt__stack *stack)
{
	struct vt__hash128 key = vt__stacks_key(stack);
	struct vt__freed *place;
	struct vt__visit visit;
	uint32_t number;

	if (!vt__visit_change(ledger, &visit, VT_LOSS_STACKS))
		return;
	number = vt__ledger_stack(ledger, stack, &key)->number;
	place = vt__history_place(&ledger->history, VT__SPACE_DEVICE, vt__hash_word(address));
	if (place)
		*place = (struct vt__freed){
			.address = address,
			.bytes = bytes,
			.site = number,
			.free_stack = VT_FORMAT_NONE,
			.space_plus_1 = VT__SPACE_DEVICE + 1,
			.how = VT__FREED_NEVER,
		};
	vt__visit_finish(ledger, &visit);
}
