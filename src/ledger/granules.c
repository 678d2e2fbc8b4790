/*
 * Counts the granules of a device in which live allocations lie.
 */
#include "config.h"

#include "ledger/granules.h"

#include "ledger/private.h"
#include "ledger/visit.h"
#include "recording/kinds.h"

#define GRANULE ((uint64_t)2 << 20) /* in which the driver gives memory out */

static bool has_granules(uint32_t kind)
{
	return vt__bucket_of(kind) == VT_BUCKET_VRAM && kind != VT_KIND_STREAM_ORDERED &&
	       kind != VT_KIND_GRAPH;
}

static bool is_array(uint32_t kind)
{
	return kind == VT_KIND_ARRAY || kind == VT_KIND_MIPMAP;
}

#define OPEN_GRANULES 8u

/* Granules in which the allocations of one sort lie; an allocation lies in one, or in whole ones
 * of its own. */
struct granules {
	uint64_t count;
	uint64_t room[OPEN_GRANULES]; /* left in those that were begun last */
};

/* Into the first with room; a new one is begun in place of the fullest. */
static void share(struct granules *granules, uint64_t bytes)
{
	unsigned fullest = 0;

	for (unsigned i = 0; i < OPEN_GRANULES; i++) {
		if (granules->room[i] >= bytes) {
			granules->room[i] -= bytes;
			return;
		}
		if (granules->room[i] < granules->room[fullest])
			fullest = i;
	}
	granules->room[fullest] = GRANULE - bytes;
	granules->count++;
}

static void put(struct granules *granules, uint64_t bytes)
{
	if (bytes > GRANULE / 2)
		granules->count += bytes / GRANULE + (bytes % GRANULE != 0);
	else
		share(granules, bytes);
}

uint64_t vt__granules_of(struct vt__ledger *ledger, uint32_t device, uint32_t *untold_arrays)
{
	const uint32_t count = ledger->store.recording.columns[VT_FORMAT_ALLOCATION].used;
	struct granules linear = {0}, arrays = {0};

	*untold_arrays = 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_allocation *record = vt__store_at(&ledger->store,
									 VT_FORMAT_ALLOCATION, i);
		const struct vt_format_site *site;
		uint64_t bytes = record->bytes;

		if (record->state != VT_ALLOCATION_LIVE)
			continue;
		site = vt__ledger_site(ledger, record->site);
		if (site->device != device || !has_granules(site->kind))
			continue;
		if (is_array(site->kind) && bytes) {
			bytes = vt__array_device_bytes(ledger, record);
			*untold_arrays += bytes == VT_FORMAT_UNKNOWN;
			bytes = bytes == VT_FORMAT_UNKNOWN ? record->bytes : bytes;
		}
		put(is_array(site->kind) ? &arrays : &linear, bytes);
	}
	return (linear.count + arrays.count) * GRANULE;
}

uint64_t vt__ledger_granules(struct vt__ledger *ledger, int32_t ordinal)
{
	struct vt__visit visit;
	uint64_t bytes = 0;
	uint32_t device, untold;

	if (!vt__visit_look(ledger, &visit))
		return 0;
	device = vt__devices_existing(&ledger->devices, ordinal);
	if (device != VT_FORMAT_NONE)
		bytes = vt__granules_of(ledger, device, &untold);
	vt__visit_leave(ledger, &visit);
	return bytes;
}
