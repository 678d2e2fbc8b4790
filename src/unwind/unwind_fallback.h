/*
 * Walks by libunwind as far as it may be given the tables.
 */
#ifndef VT_LEDGER_UNWIND_FALLBACK_H
#define VT_LEDGER_UNWIND_FALLBACK_H

#include "unwind/unwind_libunwind.h"
#include "unwind/unwind_step.h"

/* As far as its tables are plain, on a stack of our own: libunwind needs some kilobytes.
 * Returns how many frames; the walk is at the last. */
unsigned vt__fallback_walk(const struct vt__unwind_start *start, struct vt__walk *walk,
			   struct vt__libunwind_stack *stack);

#endif
