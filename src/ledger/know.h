/*
 * What is known before anything is allocated.
 */
#ifndef VT_LEDGER_KNOW_H
#define VT_LEDGER_KNOW_H

#include "ledger/ledger.h"

/* A graph's definition gave out the address: there is no memory before a launch. A
 * free of it is explained by this; and the frames of the stack, which allocations may
 * come with later, can be named even if their library is unloaded by then. */
void vt__ledger_know_definition(struct vt__ledger *ledger, uint64_t address, uint64_t bytes,
				const struct vt__stack *stack);

#endif
