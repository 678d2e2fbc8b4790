/*
 * Device records, one for each ordinal that had an allocation.
 *
 * Not thread-safe: the ledger's lock covers it.
 */
#ifndef VT_LEDGER_DEVICES_H
#define VT_LEDGER_DEVICES_H

#include <stdbool.h>
#include <stdint.h>

#include "recording/store.h"
#include "ledger/strings.h"

#define VT__DEVICES_MOST 64 /* ordinals 0 to 63, and -1: no device */

struct vt__device_facts {
	bool known;
	uint8_t uuid[16];
	uint64_t total_bytes;
	char name[96];
	uint32_t record_plus_1; /* 0: no record yet */
};

struct vt__devices {
	struct vt__device_facts facts[VT__DEVICES_MOST + 1]; /* by ordinal + 1 */
};

static inline bool vt__devices_covers(int32_t ordinal)
{
	return ordinal >= -1 && ordinal < VT__DEVICES_MOST;
}

/* Remembers the facts, and enters them in the record if there is one. */
void vt__devices_describe(struct vt__devices *devices, struct vt__store *store,
			  struct vt__strings *strings, int32_t ordinal, const char *name,
			  const uint8_t *uuid, uint64_t total_bytes);

/* The number of the device's record, made if there is none; VT_FORMAT_NONE
 * when it could not be kept. */
uint32_t vt__devices_record(struct vt__devices *devices, struct vt__store *store,
			    struct vt__strings *strings, int32_t ordinal);

/* The same, but VT_FORMAT_NONE when there is none. */
uint32_t vt__devices_existing(const struct vt__devices *devices, int32_t ordinal);

#endif
