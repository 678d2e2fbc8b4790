/*
 * The beginning of a recording.
 */
#ifndef VT_PRELOAD_BEGIN_H
#define VT_PRELOAD_BEGIN_H

#include "base/attributes.h"
#include "preload/recorder/process.h"

/* Finds the shim's folder and opens libunwind, ahead of the first driver call. */
void vt__begin_ahead(void);

/* Makes the ledger: opens libunwind, tells the driver's version and prints what
 * was wrong with the options. */
VT__SELDOM struct vt__ledger *vt__begin_recording(void);

/* The ledger; NULL if there is no memory for one. */
static inline struct vt__ledger *vt__begin_ledger(void)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	return VT__LIKELY(ledger) ? ledger : vt__begin_recording();
}

#endif
