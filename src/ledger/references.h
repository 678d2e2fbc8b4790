/*
 * What keeps physical memory (cuMemCreate) alive, in the recording: its handles, its
 * mappings, the multicast objects that it is bound to.
 */
#ifndef VT_LEDGER_REFERENCES_H
#define VT_LEDGER_REFERENCES_H

#include "ledger/ledger.h"

/* Records that are free again; the ledger's lock covers it. */
struct vt__references {
	uint32_t free_plus_1;
};

struct vt__reference {
	enum vt_reference_how how;
	uint64_t object; /* address of its allocation in VT__SPACE_VMM */
	uint64_t start;
	uint64_t bytes;
	uint64_t count;
};

/* Enters one; `stack` may be NULL. Returns a number for the functions below, 0 where
 * nothing could be written. Nothing without a recording. */
uint32_t vt__ledger_refer(struct vt__ledger *ledger, const struct vt__reference *reference,
			  const struct vt__stack *stack);

/* There are `count` of it now; `stack`: where the last came from, NULL: as it was. */
void vt__ledger_recount(struct vt__ledger *ledger, uint32_t number, uint64_t count,
			const struct vt__stack *stack);

/* It is gone. */
void vt__ledger_unrefer(struct vt__ledger *ledger, uint32_t number);

/* Undoing the mappings in a range was refused: noted on what they keep alive, as
 * vt__ledger_refused() does. */
void vt__ledger_unmap_refused(struct vt__ledger *ledger, uint64_t start, uint64_t bytes,
			      const char *api, int32_t result, const struct vt__stack *stack);

/* Under the ledger's lock: a mapping that begins in the range, from the record
 * `from` on; VT_FORMAT_NONE if there is none. */
uint32_t vt__reference_mapped(struct vt__store *store, uint64_t start, uint64_t bytes,
			      uint32_t from);

#endif
