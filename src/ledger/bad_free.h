/*
 * Explains a free that the driver refused by what is and was allocated.
 */
#ifndef VT_LEDGER_BAD_FREE_H
#define VT_LEDGER_BAD_FREE_H

#include "ledger/private.h"

/* Sets the record's reason, and what is known of the allocation: its stacks,
 * kind, device, bytes and start. Under the ledger's lock, within a change. */
void vt__explain_bad_free(struct vt__ledger *ledger, const struct vt__finding *finding,
			  struct vt_format_finding *record);

/* The same before the driver is asked, of what is not live: without the long
 * search for an allocation that it may be inside of. */
void vt__explain_intent(struct vt__ledger *ledger, const struct vt__finding *finding,
			struct vt_format_finding *record);

/* What is known of an allocation: stack, kind, device, bytes, address. */
void vt__describe_freed(struct vt__ledger *ledger, const struct vt_format_allocation *allocation,
			struct vt_format_finding *record);

/* The same for a late free of what was just taken out: nothing is wrong with it. */
void vt__explain_late_free(struct vt__ledger *ledger, const struct vt__finding *finding,
			   struct vt_format_finding *record);

#endif
