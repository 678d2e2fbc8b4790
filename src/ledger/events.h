/*
 * Events: each allocation and free with its time, only where they were asked for
 * (recording/format_timeline.h). A ring: what is new takes the place of the oldest.
 *
 * Not thread-safe: the ledger's lock covers it. Within a change of the recording.
 */
#ifndef VT_LEDGER_EVENTS_H
#define VT_LEDGER_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "recording/format.h"
#include "recording/store.h"

struct vt__events {
	bool wanted;
	uint32_t most;    /* that are kept */
	uint32_t records; /* there are, of those */
	uint32_t next;    /* record that the next one takes */
	uint64_t written;
};

/* bytes: that they may take; less than one takes: none are wanted. */
void vt__events_open(struct vt__events *events, uint64_t bytes);

/* Enters one; its time is set here. */
VT__SELDOM void vt__events_enter(struct vt__events *events, struct vt__store *store,
				 const struct vt_format_event *event);

#endif
