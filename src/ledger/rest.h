/*
 * What nobody owns of a device, at the marks that are followed (recording/format_rest.h).
 */
#ifndef VT_LEDGER_REST_H
#define VT_LEDGER_REST_H

#include "ledger/ledger.h"

/* What was asked at a mark. */
struct vt__rest_sample {
	int32_t device;          /* ordinal */
	uint64_t used_bytes;     /* of the device */
	uint64_t reserved_bytes; /* by pools and graphs */
	uint64_t process_bytes; /* NVML's; VT_FORMAT_UNKNOWN: not asked, or not told; as the next */
	uint64_t other_bytes;
};

/* Whether a mark that is followed came that nobody has asked at; says so once. */
bool vt__ledger_rest_due(struct vt__ledger *ledger);

/* Enters what the sample leaves beside all that is accounted for now. Thread-safe; sets no
 * errno. */
void vt__ledger_rest(struct vt__ledger *ledger, const struct vt__rest_sample *sample);

#endif
