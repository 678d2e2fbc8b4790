/*
 * Keeps what is known of devices, and their records.
 */
#include "config.h"

#include "ledger/devices.h"

#include <string.h>

static void fill_record(const struct vt__device_facts *facts, struct vt__store *store,
			struct vt__strings *strings, struct vt_format_device *record)
{
	if (!facts->known)
		return;
	record->name = vt__strings_of_text(strings, store, facts->name);
	memcpy(record->uuid, facts->uuid, sizeof(record->uuid));
	record->total_bytes = facts->total_bytes;
}

void vt__devices_describe(struct vt__devices *devices, struct vt__store *store,
			  struct vt__strings *strings, int32_t ordinal, const char *name,
			  const uint8_t *uuid, uint64_t total_bytes)
{
	struct vt__device_facts *facts;

	if (!vt__devices_covers(ordinal))
		return;
	facts = &devices->facts[ordinal + 1];
	memset(facts->name, 0, sizeof(facts->name));
	memcpy(facts->name, name, strnlen(name, sizeof(facts->name) - 1));
	memcpy(facts->uuid, uuid, sizeof(facts->uuid));
	facts->total_bytes = total_bytes;
	facts->known = true;
	if (facts->record_plus_1)
		fill_record(facts, store, strings,
			    vt__store_at(store, VT_FORMAT_DEVICE, facts->record_plus_1 - 1));
}

uint32_t vt__devices_existing(const struct vt__devices *devices, int32_t ordinal)
{
	if (!vt__devices_covers(ordinal) || !devices->facts[ordinal + 1].record_plus_1)
		return VT_FORMAT_NONE;
	return devices->facts[ordinal + 1].record_plus_1 - 1;
}

uint32_t vt__devices_record(struct vt__devices *devices, struct vt__store *store,
			    struct vt__strings *strings, int32_t ordinal)
{
	uint32_t number = vt__devices_existing(devices, ordinal);
	struct vt_format_device *record;

	if (number != VT_FORMAT_NONE || !vt__devices_covers(ordinal))
		return number;
	number = vt__recording_reserve(&store->recording, VT_FORMAT_DEVICE, 1);
	if (number == VT_FORMAT_NONE)
		return number;
	record = vt__store_at(store, VT_FORMAT_DEVICE, number);
	record->ordinal = ordinal;
	record->name = VT_FORMAT_NONE;
	fill_record(&devices->facts[ordinal + 1], store, strings, record);
	vt__recording_commit(&store->recording, VT_FORMAT_DEVICE, 1);
	devices->facts[ordinal + 1].record_plus_1 = number + 1;
	return number;
}
