/*
 * The report of what is in the recording now: by the command, or bare totals.
 */
#ifndef VT_PRELOAD_REPORT_NOW_H
#define VT_PRELOAD_REPORT_NOW_H

#include "ledger/ledger.h"

/* Prints it and waits for that. */
void vt__report_print(struct vt__ledger *ledger, const char *path);

/* In the middle of the program, once a process: an allocation was refused. */
void vt__report_first_refusal(struct vt__ledger *ledger);

#endif
