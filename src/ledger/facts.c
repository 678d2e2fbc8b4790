/*
 * Facts that the ledger is given and gives: devices, driver, losses, totals.
 */
#include "config.h"

#include "base/attributes.h"
#include "ledger/private.h"
#include "ledger/visit.h"

bool vt__ledger_knows_device(struct vt__ledger *ledger, int32_t ordinal)
{
	return VT__LIKELY((uint32_t)ordinal < VT__DEVICES_MOST) &&
	       __atomic_load_n(&ledger->known_devices, __ATOMIC_ACQUIRE) >> ordinal & 1;
}

/* A visit of tables that are whole. */
static bool enter(struct vt__ledger *ledger, struct vt__visit *visit)
{
	if (!vt__visit_enter(ledger, visit))
		return false;
	if (ledger->state != VT__LEDGER_SPOILT)
		return true;
	vt__visit_leave(ledger, visit);
	return false;
}

/* Within a visit. */
static bool recording(const struct vt__ledger *ledger)
{
	return ledger->state == VT__LEDGER_RECORDING;
}

void vt__ledger_describe_device(struct vt__ledger *ledger, int32_t ordinal, const char *name,
				const uint8_t *uuid, uint64_t total_bytes)
{
	struct vt__visit visit;

	if (!enter(ledger, &visit))
		return;
	if (recording(ledger))
		vt__recording_begin(&ledger->store.recording);
	vt__devices_describe(&ledger->devices, &ledger->store, &ledger->strings, ordinal, name,
			     uuid, total_bytes);
	if ((uint32_t)ordinal < VT__DEVICES_MOST)
		__atomic_fetch_or(&ledger->known_devices, (uint64_t)1 << ordinal, __ATOMIC_RELEASE);
	if (recording(ledger))
		vt__recording_finish(&ledger->store.recording);
	vt__visit_leave(ledger, &visit);
}

void vt__ledger_describe_driver(struct vt__ledger *ledger, uint32_t driver_version, bool simulated)
{
	struct vt__visit visit;

	if (!enter(ledger, &visit))
		return;
	ledger->driver_version = driver_version;
	ledger->simulated = simulated;
	if (recording(ledger)) {
		vt__recording_begin(&ledger->store.recording);
		ledger->store.recording.header->driver_version = driver_version;
		ledger->store.recording.header->simulated = simulated;
		vt__recording_finish(&ledger->store.recording);
	}
	vt__visit_leave(ledger, &visit);
}

void vt__ledger_lose(struct vt__ledger *ledger, enum vt_loss loss)
{
	vt__recording_lose(&ledger->store.recording, loss);
}

static bool copy_device(struct vt__ledger *ledger, uint32_t number, struct vt_format_device *out)
{
	struct vt__visit visit;
	bool exists = false;

	if (!enter(ledger, &visit))
		return false;
	if (recording(ledger) && number < ledger->store.recording.columns[VT_FORMAT_DEVICE].used) {
		const struct vt_format_device *device = vt__store_at(&ledger->store,
								     VT_FORMAT_DEVICE, number);

		*out = *device;
		exists = true;
	}
	vt__visit_leave(ledger, &visit);
	return exists;
}

static bool had_allocation(const struct vt_format_device *device)
{
	for (unsigned bucket = 0; bucket < VT_BUCKET_COUNT; bucket++)
		if (device->buckets[bucket].allocations)
			return true;
	return false;
}

void vt__ledger_totals(struct vt__ledger *ledger,
		       void (*each)(const struct vt_format_device *device, void *closure),
		       void *closure)
{
	struct vt_format_device device;

	for (uint32_t number = 0; copy_device(ledger, number, &device); number++)
		if (had_allocation(&device))
			each(&device, closure);
}

uint64_t vt__ledger_live_bytes(struct vt__ledger *ledger, int32_t ordinal, enum vt_bucket bucket)
{
	const struct vt_format_device *device;
	struct vt__visit visit;
	uint64_t bytes = 0;
	uint32_t number;

	if (!enter(ledger, &visit))
		return 0;
	number = recording(ledger) ? vt__devices_existing(&ledger->devices, ordinal)
				   : VT_FORMAT_NONE;
	if (number != VT_FORMAT_NONE) {
		device = vt__store_at(&ledger->store, VT_FORMAT_DEVICE, number);
		bytes = device->buckets[bucket].live_bytes;
	}
	vt__visit_leave(ledger, &visit);
	return bytes;
}
