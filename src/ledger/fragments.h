/*
 * In which pieces the memory of a cache's segments lies free, at a refusal.
 */
#ifndef VT_LEDGER_FRAGMENTS_H
#define VT_LEDGER_FRAGMENTS_H

#include <stdint.h>

struct vt__ledger;

#define VT__FRAGMENTS_MOST 1000000u /* blocks and segments that are sorted: half a second */

/* Enters it for the finding, of the device's record. One pass over all that is live, and a sort of
 * the blocks. Within a change of the recording. What cannot be kept is a loss. */
void vt__fragments_enter(struct vt__ledger *ledger, uint32_t device, uint32_t finding);

#endif
