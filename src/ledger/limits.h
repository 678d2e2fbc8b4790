/*
 * Limits of a device's memory that are known at a refusal (recording/format_limits.h).
 */
#ifndef VT_LEDGER_LIMITS_H
#define VT_LEDGER_LIMITS_H

#include "ledger/ledger.h"

struct vt__known_limit {
	uint32_t finding; /* as vt__ledger_find() returned it */
	enum vt_limit what;
	const char *name; /* NULL: none; at most 127 bytes are kept */
	uint64_t hard_bytes, soft_bytes, used_bytes;
};

/* Enters it. Thread-safe; sets no errno. What cannot be kept is a loss. */
void vt__ledger_limit(struct vt__ledger *ledger, const struct vt__known_limit *limit);

#endif
