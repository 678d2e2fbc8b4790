/*
 * A stack of our own for work that needs more room than a program's stack may have.
 *
 * A wrapped call may be made on a stack of a few kilobytes: of a coroutine, of a
 * thread with the least that there is, of a signal handler. What the recorder does
 * seldom (start-up, walks, new stacks, unwind tables, libunwind) runs here instead.
 *
 * Signals that can wait do so meanwhile: a handler runs on the program's stack, where
 * it may look for the stack's bounds or jump to an older frame. Those that a fault
 * raises come at once. The work must therefore neither start a process nor wait for one.
 *
 * There is one stack for each thread that works at the same time, kept for the next; a
 * forked child has them all free. Where there is no memory for one, the work is done on
 * the program's stack; also under valgrind and the sanitizers, which follow stacks.
 */
#ifndef VT_LEDGER_OWN_STACK_H
#define VT_LEDGER_OWN_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"

typedef void vt__own_stack_work(void *closure);

/* Calls `work` on a stack of our own; directly where the caller is on one. Keeps the
 * errno that the work leaves. */
VT__APART void vt__own_stack_run(vt__own_stack_work *work, void *closure);

/* Whether `sp` is on the stack that the calling thread's work runs on. */
bool vt__own_stack_holds(uintptr_t sp);

#endif
