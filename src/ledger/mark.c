/*
 * A mark of the program's or of NVTX.
 */
#include "config.h"

#include "base/clock.h"
#include "ledger/growth.h"
#include "ledger/private.h"
#include "ledger/visit.h"

#define NO_DEVICE (-2)

void vt__ledger_mark(struct vt__ledger *ledger, enum vt_marker marker, const char *name)
{
	struct vt__label label;
	struct vt__visit visit;
	uint64_t now_ns;

	if (__atomic_load_n(&ledger->state, __ATOMIC_ACQUIRE) != VT__LEDGER_RECORDING)
		return;
	vt__label_read(name, &label);
	if (!label.length)
		vt__label_read(VT__MARK_UNNAMED, &label);
	if (!vt__visit_change(ledger, &visit, VT_LOSS_MARKS))
		return;
	now_ns = vt__now_ns();
	if (now_ns >= ledger->due_ns)
		vt__ledger_tick(ledger, NO_DEVICE, now_ns);
	vt__growth_mark(&ledger->growth, &ledger->store, &ledger->strings, marker, &label, now_ns);
	vt__visit_finish(ledger, &visit);
}
