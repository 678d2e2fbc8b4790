/*
 * Enters checkpoints, each once; of very many the last.
 */
#include "config.h"

#include "ledger/checkpoints.h"

#include "base/clock.h"
#include "ledger/known_stack.h"
#include "ledger/private.h"
#include "ledger/visit.h"

static uint64_t live_bytes(struct vt__ledger *ledger)
{
	const uint32_t count = ledger->store.recording.columns[VT_FORMAT_DEVICE].used;
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_device *device = vt__store_at(&ledger->store,
								     VT_FORMAT_DEVICE, i);

		bytes += device->buckets[VT_BUCKET_VRAM].live_bytes;
	}
	return bytes;
}

/* The last record of the kind and the process; NULL: there is none. */
static struct vt_format_checkpoint *last_of(struct vt__ledger *ledger,
					    const struct vt__checkpoint *checkpoint)
{
	for (uint32_t i = ledger->store.recording.columns[VT_FORMAT_CHECKPOINT].used; i-- > 0;) {
		struct vt_format_checkpoint *record = vt__store_at(&ledger->store,
								   VT_FORMAT_CHECKPOINT, i);

		if (record->what == checkpoint->what && record->pid == checkpoint->pid)
			return record;
	}
	return NULL;
}

static struct vt_format_checkpoint *record_for(struct vt__ledger *ledger,
					       const struct vt__checkpoint *checkpoint)
{
	struct vt__recording *recording = &ledger->store.recording;
	struct vt_format_checkpoint *record;
	uint32_t number;

	if (recording->columns[VT_FORMAT_CHECKPOINT].used >= VT__CHECKPOINTS_MOST)
		return last_of(ledger, checkpoint);
	number = vt__recording_reserve(recording, VT_FORMAT_CHECKPOINT, 1);
	if (number == VT_FORMAT_NONE)
		return last_of(ledger, checkpoint);
	record = vt__recording_at(recording, VT_FORMAT_CHECKPOINT, number);
	*record = (struct vt_format_checkpoint){.what = checkpoint->what, .pid = checkpoint->pid};
	vt__recording_commit(recording, VT_FORMAT_CHECKPOINT, 1);
	return record;
}

void vt__ledger_checkpoint(struct vt__ledger *ledger, const struct vt__checkpoint *checkpoint,
			   const struct vt__stack *stack)
{
	struct vt__hash128 key = {0};
	struct vt_format_checkpoint *record;
	uint32_t number = VT_FORMAT_NONE;
	struct vt__visit visit;

	if (stack)
		key = vt__stacks_key(stack);
	if ((checkpoint->is_own &&
	     __atomic_load_n(&ledger->state, __ATOMIC_ACQUIRE) != VT__LEDGER_RECORDING) ||
	    !vt__visit_change(ledger, &visit, VT_LOSS_ACCOUNTS))
		return;
	if (stack) /* first: it may interrupt the change */
		number = vt__ledger_stack(ledger, stack, &key)->number;
	record = record_for(ledger, checkpoint);
	if (record) {
		record->start_ticks = checkpoint->start_ticks;
		record->time_ns = vt__clock_ns(CLOCK_MONOTONIC); /* to be compared */
		record->bytes = checkpoint->is_own ? live_bytes(ledger) : VT_FORMAT_UNKNOWN;
		record->stack = number;
		record->count++;
	} else {
		vt__recording_lose(&ledger->store.recording, VT_LOSS_ACCOUNTS);
	}
	vt__visit_finish(ledger, &visit);
}
