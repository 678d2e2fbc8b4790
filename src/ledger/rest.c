/*
 * Enters what nobody owns of a device.
 */
#include "config.h"

#include "ledger/rest.h"

#include "ledger/granules.h"
#include "ledger/private.h"
#include "ledger/visit.h"
#include "recording/kinds.h"

bool vt__ledger_rest_due(struct vt__ledger *ledger)
{
	return __atomic_load_n(&ledger->growth.rest_due, __ATOMIC_RELAXED) &&
	       __atomic_exchange_n(&ledger->growth.rest_due, false, __ATOMIC_RELAXED);
}

/* The number of the device's record, made if there is none. */
static uint32_t find(struct vt__ledger *ledger, uint32_t device)
{
	struct vt__recording *recording = &ledger->store.recording;
	struct vt_format_rest *record;
	uint32_t number;

	for (uint32_t i = 0; i < recording->columns[VT_FORMAT_REST].used; i++) {
		record = vt__store_at(&ledger->store, VT_FORMAT_REST, i);
		if (record->device == device)
			return i;
	}
	number = vt__recording_reserve(recording, VT_FORMAT_REST, 1);
	if (number == VT_FORMAT_NONE)
		return number;
	record = vt__recording_at(recording, VT_FORMAT_REST, number);
	record->device = device;
	record->first_mark = ledger->growth.mark;
	record->other_first_bytes = record->other_last_bytes = VT_FORMAT_UNKNOWN;
	for (unsigned i = 0; i < VT_FORMAT_WINDOWS; i++)
		record->by_device[i] = record->by_process[i] = VT_FORMAT_REST_EMPTY;
	vt__recording_commit(recording, VT_FORMAT_REST, 1);
	return number;
}

static int64_t lower(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Pairs of windows become one. */
static void fold(int64_t windows[VT_FORMAT_WINDOWS])
{
	unsigned i;

	for (i = 0; i < VT_FORMAT_WINDOWS / 2; i++)
		windows[i] = lower(windows[2 * i], windows[2 * i + 1]);
	for (; i < VT_FORMAT_WINDOWS; i++)
		windows[i] = VT_FORMAT_REST_EMPTY;
}

/* What arrays are charged is in their granules. */
static uint64_t explained(struct vt__ledger *ledger, uint32_t device)
{
	const uint32_t count = ledger->store.recording.columns[VT_FORMAT_CHARGE].used;
	uint32_t untold;
	uint64_t bytes = vt__granules_of(ledger, device, &untold);

	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_charge *charge = vt__store_at(&ledger->store,
								     VT_FORMAT_CHARGE, i);

		if (charge->device == device && charge->what != VT_CHARGE_ARRAY)
			bytes += charge->computed_bytes + charge->measured_bytes;
	}
	return bytes;
}

static uint64_t pending(const struct vt__ledger *ledger, int32_t device)
{
	const struct vt__pending *it = &ledger->growth.pending;
	const uint64_t granule = (uint64_t)2 << 20;

	if (it->device != device || it->bytes <= granule / 2 ||
	    vt__bucket_of((uint32_t)it->kind) != VT_BUCKET_VRAM ||
	    it->kind == VT_KIND_STREAM_ORDERED || it->kind == VT_KIND_GRAPH)
		return 0;
	return (it->bytes + granule - 1) / granule * granule;
}

static void enter(struct vt__ledger *ledger, struct vt_format_rest *record,
		  const struct vt__rest_sample *sample)
{
	const struct vt_format_device *device = vt__store_at(&ledger->store, VT_FORMAT_DEVICE,
							     record->device);
	const uint64_t managed = device->buckets[VT_BUCKET_MANAGED].live_bytes;
	const uint64_t told = explained(ledger, record->device) + sample->reserved_bytes +
			      pending(ledger, sample->device);
	const uint32_t mark = ledger->growth.mark;
	uint32_t window;

	/* the file is not ours alone: a number out of it is no shift yet */
	while (record->stride_log2 < 32 && (mark - 1) >> record->stride_log2 >= VT_FORMAT_WINDOWS) {
		fold(record->by_device);
		fold(record->by_process);
		record->stride_log2++;
	}
	window = ((mark - 1) >> (record->stride_log2 & 31)) % VT_FORMAT_WINDOWS;
	record->by_device[window] = lower(record->by_device[window],
					  (int64_t)(sample->used_bytes - told));
	if (sample->process_bytes != VT_FORMAT_UNKNOWN)
		record->by_process[window] = lower(record->by_process[window],
						   (int64_t)(sample->process_bytes - told));
	if (sample->other_bytes != VT_FORMAT_UNKNOWN) {
		if (record->other_first_bytes == VT_FORMAT_UNKNOWN)
			record->other_first_bytes = sample->other_bytes;
		record->other_last_bytes = sample->other_bytes;
	}
	record->managed_bytes = managed > record->managed_bytes ? managed : record->managed_bytes;
	record->last_mark = mark;
	record->samples++;
}

void vt__ledger_rest(struct vt__ledger *ledger, const struct vt__rest_sample *sample)
{
	struct vt__visit visit;
	uint32_t device, number = VT_FORMAT_NONE;

	if (__atomic_load_n(&ledger->state, __ATOMIC_ACQUIRE) != VT__LEDGER_RECORDING ||
	    !vt__visit_change(ledger, &visit, VT_LOSS_ACCOUNTS))
		return;
	device = vt__devices_existing(&ledger->devices, sample->device);
	if (device != VT_FORMAT_NONE && ledger->growth.mark) {
		number = find(ledger, device);
		if (number == VT_FORMAT_NONE)
			vt__recording_lose(&ledger->store.recording, VT_LOSS_ACCOUNTS);
		else
			enter(ledger, vt__store_at(&ledger->store, VT_FORMAT_REST, number), sample);
	}
	vt__visit_finish(ledger, &visit);
}
