/*
 * Enters limits of a device's memory.
 */
#include "config.h"

#include "ledger/limits.h"

#include "ledger/private.h"
#include "ledger/visit.h"

static bool enter(struct vt__ledger *ledger, const struct vt__known_limit *limit)
{
	struct vt__recording *recording = &ledger->store.recording;
	const uint32_t name = limit->name ? vt__strings_of_text(&ledger->strings, &ledger->store,
								limit->name)
					  : VT_FORMAT_NONE;
	const uint32_t number = vt__recording_reserve(recording, VT_FORMAT_LIMIT, 1);

	if (number == VT_FORMAT_NONE)
		return false;
	*(struct vt_format_limit *)vt__recording_at(recording, VT_FORMAT_LIMIT,
						    number) = (struct vt_format_limit){
		.finding = limit->finding,
		.what = limit->what,
		.name = name,
		.hard_bytes = limit->hard_bytes,
		.soft_bytes = limit->soft_bytes,
		.used_bytes = limit->used_bytes,
	};
	vt__recording_commit(recording, VT_FORMAT_LIMIT, 1);
	return true;
}

void vt__ledger_limit(struct vt__ledger *ledger, const struct vt__known_limit *limit)
{
	struct vt__visit visit;

	if (__atomic_load_n(&ledger->state, __ATOMIC_ACQUIRE) != VT__LEDGER_RECORDING ||
	    !vt__visit_change(ledger, &visit, VT_LOSS_ACCOUNTS))
		return;
	if (!enter(ledger, limit))
		vt__recording_lose(&ledger->store.recording, VT_LOSS_ACCOUNTS);
	vt__visit_finish(ledger, &visit);
}
