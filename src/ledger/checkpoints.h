/* Checkpoints of this process and of others that this one makes (recording/format_checkpoint.h). */
#ifndef VT_LEDGER_CHECKPOINTS_H
#define VT_LEDGER_CHECKPOINTS_H

#include <stdbool.h>

#include "ledger/ledger.h"

#define VT__CHECKPOINTS_MOST 512u /* records; the last of each kind stand for what follows */

struct vt__checkpoint {
	enum vt_checkpoint what;
	uint32_t pid;
	uint64_t start_ticks;
	bool is_own; /* the process is this one: its books tell the bytes */
};

/* Enters one; `stack`: of the call, NULL: there is none. Of this process nothing without a
 * recording; that it moved another's is worth one. */
void vt__ledger_checkpoint(struct vt__ledger *ledger, const struct vt__checkpoint *checkpoint,
			   const struct vt__stack *stack);

#endif
