/*
 * Writes down what every call site holds, once: when an interpreter begins to end.
 */
#include "config.h"

#include "ledger/ending.h"

#include "base/clock.h"
#include "ledger/private.h"
#include "recording/kinds.h"

static void keep(struct vt__recording *recording, uint32_t ending, uint32_t number,
		 const struct vt_format_site *site)
{
	const uint32_t record = vt__recording_reserve(recording, VT_FORMAT_KEPT, 1);
	struct vt_format_kept *kept;

	if (record == VT_FORMAT_NONE) {
		vt__recording_lose(recording, VT_LOSS_KEPT);
		return;
	}
	kept = vt__recording_at(recording, VT_FORMAT_KEPT, record);
	kept->ending = ending;
	kept->site = number;
	kept->bytes = site->total.live_bytes;
	kept->count = site->total.live_count;
	vt__recording_commit(recording, VT_FORMAT_KEPT, 1);
}

void vt__ending_note(struct vt__ledger *ledger, const struct vt__stack *stack)
{
	struct vt__recording *recording = &ledger->store.recording;
	const uint32_t sites = recording->columns[VT_FORMAT_SITE].used;
	struct vt_format_ending *ending;
	uint32_t number;

	if (ledger->has_ending || !vt__python_ends(stack))
		return;
	ledger->has_ending = true;
	number = vt__recording_reserve(recording, VT_FORMAT_ENDING, 1);
	if (number == VT_FORMAT_NONE) {
		vt__recording_lose(recording, VT_LOSS_KEPT);
		return;
	}
	ending = vt__recording_at(recording, VT_FORMAT_ENDING, number);
	ending->language = VT_LANGUAGE_PYTHON;
	ending->time_ns = vt__now_ns();
	vt__recording_commit(recording, VT_FORMAT_ENDING, 1);
	for (uint32_t i = 0; i < sites; i++) {
		const struct vt_format_site *site = vt__ledger_site(ledger, i);

		if (site->total.live_count && vt__bucket_of(site->kind) != VT_BUCKET_HELD)
			keep(recording, number, i, site);
	}
}
