/*
 * What others ask of this process, in the header of its recording (recording/format_requests.h).
 *
 * Covered by the ledger's lock, within a change of the recording.
 */
#ifndef VT_LEDGER_REQUESTS_H
#define VT_LEDGER_REQUESTS_H

#include <stdint.h>

#include "base/attributes.h"

struct vt__ledger;

struct vt__requests {
	uint64_t due_ns;   /* when they are looked for next */
	uint64_t still_ns; /* when it may keep still next */
};

/* Does what is asked, and says when to look next. */
VT__SELDOM void vt__requests_look(struct vt__ledger *ledger, uint64_t now_ns);

/* The same at the end of the process, which keeps still by itself. */
void vt__requests_end(struct vt__ledger *ledger, uint64_t now_ns);

#endif
