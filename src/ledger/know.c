/*
 * Stacks entered ahead of their allocations, and a question about one address.
 */
#include "config.h"

#include "ledger/know.h"

#include "ledger/known_stack.h"
#include "ledger/private.h"
#include "ledger/visit.h"

void vt__ledger_know_stack(struct vt__ledger *ledger, const struct vt__stack *stack)
{
	struct vt__hash128 key = vt__stacks_key(stack);
	struct vt__visit visit;

	if (!vt__visit_change(ledger, &visit, VT_LOSS_STACKS))
		return;
	vt__ledger_stack(ledger, stack, &key);
	vt__visit_finish(ledger, &visit);
}

bool vt__ledger_is_live(struct vt__ledger *ledger, enum vt__space space, uint64_t address)
{
	struct vt__visit visit;
	bool live;

	if (__atomic_load_n(&ledger->state, __ATOMIC_ACQUIRE) != VT__LEDGER_RECORDING ||
	    !vt__visit_enter(ledger, &visit))
		return false;
	live = vt__live_find(&ledger->live, &ledger->store, space, address) != NULL;
	vt__visit_leave(ledger, &visit);
	return live;
}
