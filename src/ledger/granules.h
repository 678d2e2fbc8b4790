/*
 * What the driver takes of a device for the live allocations that come from no pool: it rounds
 * those above a half granule up to whole ones, and lets the others share, arrays with arrays. One
 * pass over all that is live.
 */
#ifndef VT_LEDGER_GRANULES_H
#define VT_LEDGER_GRANULES_H

#include <stdint.h>

#include "ledger/ledger.h"

/* Bytes. Thread-safe; does not set errno; 0 without a recording. */
uint64_t vt__ledger_granules(struct vt__ledger *ledger, int32_t ordinal);

/* The same of a device's record, and of how many arrays no rule told the size; under the lock. */
uint64_t vt__granules_of(struct vt__ledger *ledger, uint32_t device, uint32_t *untold_arrays);

#endif
