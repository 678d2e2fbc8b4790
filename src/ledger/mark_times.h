/*
 * When marks were: a bounded number of times for each series of them.
 *
 * Not thread-safe: the ledger's lock covers it. Within a change of the recording.
 */
#ifndef VT_LEDGER_MARK_TIMES_H
#define VT_LEDGER_MARK_TIMES_H

#include <stdint.h>

#include "recording/store.h"

/* As in its record, since somebody may write over that. */
struct vt__mark_times {
	uint32_t record_plus_1; /* 0: none yet; VT_FORMAT_NONE: it could not be kept */
	uint32_t stride_log2;
	uint32_t count;
};

/* Mark number `number`, from 1 on, of the series whose record is `series`. */
void vt__mark_times_enter(struct vt__mark_times *times, struct vt__store *store, uint32_t series,
			  uint64_t number, uint64_t now_ns);

#endif
