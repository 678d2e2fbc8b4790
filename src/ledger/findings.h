/*
 * Things that went wrong, equal ones counted in one record.
 *
 * Not thread-safe: the ledger's lock covers it.
 */
#ifndef VT_LEDGER_FINDINGS_H
#define VT_LEDGER_FINDINGS_H

#include <stdint.h>

#include "recording/format.h"
#include "recording/store.h"

struct vt__finding_node;

struct vt__findings {
	struct vt__finding_node *table;
};

/* The number of an equal one; VT_FORMAT_NONE: there is none. */
uint32_t vt__findings_known(const struct vt__findings *findings,
			    const struct vt_format_finding *finding);

/* Enters it, or counts it if an equal one (class, reason, API, result, stacks
 * and purpose) is there. `finding->count` is set here. Returns its number if it
 * was entered, VT_FORMAT_NONE if it was counted or could not be kept. */
uint32_t vt__findings_enter(struct vt__findings *findings, struct vt__store *store,
			    const struct vt_format_finding *finding);

#endif
