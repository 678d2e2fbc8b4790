/*
 * Stacks by libunwind, opened at run time with RTLD_LOCAL: linked into a
 * preloaded object it would take over the exceptions of the program.
 *
 * Only unw_step() is used. unw_backtrace() keeps frames of its own that no
 * flush reaches: after dlclose and dlopen its stacks can end early.
 */
#ifndef VT_LEDGER_UNWIND_LIBUNWIND_H
#define VT_LEDGER_UNWIND_LIBUNWIND_H

#include "ledger/unwind.h"

/* As vt__unwind_init(). */
int vt__libunwind_open(const char *beside);

/* As vt__unwind_reference(). Takes the loader's lock and locks of libunwind;
 * may change errno. */
unsigned vt__libunwind_walk(const struct vt__unwind_start *start, uintptr_t *ips, unsigned most,
			    bool *truncated);

/* Forgets what libunwind knows about loaded objects. */
void vt__libunwind_flush(void);

#endif
