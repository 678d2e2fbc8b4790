/*
 * The coverage certificate: by which doors the driver was reached, and what in
 * the process reaches it past them.
 *
 * Counts are kept for the process, a forked child's beginning with its
 * parent's, and told to the recording once there is one. Thread-safe; leaves
 * errno alone.
 */
#ifndef VT_PRELOAD_COVERAGE_H
#define VT_PRELOAD_COVERAGE_H

#include <stdbool.h>

#include "base/attributes.h"
#include "ledger/ledger.h"

/* One more through a door. */
void vt__coverage_count(enum vt_door door);

/* A name of the driver's was looked up, wrapped or not: whoever uses the driver
 * is one that the shim can see. */
void vt__coverage_met_user(void);

/* A function that makes or ends handles of a CUDA library was looked up or called, and is not
 * followed: told as a loss (VT_LOSS_LIBRARY_HANDLES). */
void vt__coverage_handles_unseen(void);

/* The audit object is in the process. */
void vt__coverage_audited(void);

/* A thread's call came through a wrapper. Returns whether that is all it has to
 * tell: not while there is no recording, which is told what is known by then. */
VT__SELDOM bool vt__coverage_thread_called(void);

/* A ledger was made: it is told the counts. */
void vt__coverage_begin(struct vt__ledger *ledger);

/* The process ends: looks through it for ways to the driver that pass the
 * recorder by. Where there is such a way and no recording, `begin` makes one. */
void vt__coverage_end(struct vt__ledger *begin(void));

/* Looks through one library that is about to be closed, by dlclose()'s handle. */
void vt__coverage_closing(void *handle);

#endif
