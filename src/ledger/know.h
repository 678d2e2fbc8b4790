/*
 * Stacks that are entered before anything is allocated with them.
 */
#ifndef VT_LEDGER_KNOW_H
#define VT_LEDGER_KNOW_H

#include "ledger/ledger.h"

/* Enters a stack that an allocation may come with later: then its frames can be
 * named even if their library is unloaded by that time. */
void vt__ledger_know_stack(struct vt__ledger *ledger, const struct vt__stack *stack);

/* Whether an allocation is live at `address`, its start. */
bool vt__ledger_is_live(struct vt__ledger *ledger, enum vt__space space, uint64_t address);

#endif
