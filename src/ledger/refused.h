/*
 * Frees of live memory that the driver refused, kept with what they left live.
 */
#ifndef VT_LEDGER_REFUSED_H
#define VT_LEDGER_REFUSED_H

#include "ledger/ledger.h"
#include "recording/store.h"

struct vt__refused_node;

/* By call site of what was to be freed. Not thread-safe: the ledger's lock covers it. */
struct vt__refused {
	struct vt__refused_node *table;
};

/* A free of what is live at `address` was refused with `result`: notes it there,
 * also where the memory belongs to another family of functions. Nothing if
 * nothing is live there. `stack`: of the free. */
void vt__ledger_refused(struct vt__ledger *ledger, enum vt__space space, uint64_t address,
			const char *api, int32_t result, const struct vt__stack *stack);

#endif
