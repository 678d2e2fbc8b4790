/* A report of totals only, for machines without the vramtrack command. */
#ifndef VT_PRELOAD_PLAIN_REPORT_H
#define VT_PRELOAD_PLAIN_REPORT_H

#include "ledger/ledger.h"

/* Prints what is still allocated, by device, and where the recording is. */
void vt__plain_report(struct vt__ledger *ledger);

#endif
