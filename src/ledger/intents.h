/*
 * Frees that are with the driver, written before it is asked: it may never answer.
 */
#ifndef VT_LEDGER_INTENTS_H
#define VT_LEDGER_INTENTS_H

#include "ledger/ledger.h"

/* The calling thread is about to free `finding->address`. `taken`: what was live
 * there, NULL: nothing. `stack`: of the free. Returns a number for
 * vt__ledger_intent_over(), 0 where nothing was written: more threads at once than
 * are followed, or no room. A thread's earlier one is over by this. */
uint32_t vt__ledger_intend(struct vt__ledger *ledger, const struct vt__finding *finding,
			   const struct vt__taken *taken, const struct vt__stack *stack);

/* The driver answered. */
void vt__ledger_intent_over(struct vt__ledger *ledger, uint32_t number);

#endif
