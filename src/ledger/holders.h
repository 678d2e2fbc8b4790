/*
 * Holders: who had the memory when an allocation was refused, by call site and
 * purpose.
 *
 * Not thread-safe: the ledger's lock covers it, except vt__holders_scratch()
 * and vt__holders_drop_scratch().
 */
#ifndef VT_LEDGER_HOLDERS_H
#define VT_LEDGER_HOLDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "recording/format.h"
#include "recording/store.h"

#define VT__HOLDERS_OF_FINDING 32u /* kept at most: the largest */

/* Refusals that are told in full; a later one is a finding without holders and
 * without an account. */
#define VT__HOLDERS_FINDINGS_MOST 16u

/* Where allocations have purposes, the holders are those among the sites that
 * hold most. */
#define VT__HOLDERS_SITES 256u

struct vt__holders {
	uint32_t findings; /* atomic: told in full */
};

/* What of the device is short when memory of this kind is refused. */
enum vt_bucket vt__holders_bucket(uint32_t kind);

/* Working memory, some 140 KiB; NULL when there is none. */
void *vt__holders_scratch(void);
void vt__holders_drop_scratch(void *scratch);

/* Writes the holders of the device's bucket, largest first. by_purpose: whether
 * any allocation has a purpose; then every allocation record is looked at, some
 * 12 ms for each million of them, else only the sites. Called within a change.
 * `scratch` may be NULL; what could not be kept is a loss. */
void vt__holders_enter(struct vt__store *store, uint32_t finding, uint32_t device,
		       enum vt_bucket bucket, bool by_purpose, void *scratch);

/* The largest pairs of call site and purpose of the device's VRAM, with the same cost. `scratch` is
 * not NULL, and used once. */
void vt__holders_purposes(struct vt__store *store, uint32_t device, void *scratch,
			  struct vt_format_purposes *out);

#endif
