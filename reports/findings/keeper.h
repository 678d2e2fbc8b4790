/*
 * Who keeps memory of a call site, by the rules of names/keep_rules.h.
 */
#ifndef VT_REPORTS_KEEPER_H
#define VT_REPORTS_KEEPER_H

#include "reports/findings/analysis.h"

/* enum vt__keep and, unless it is the program's, the keeper; or -ENOMEM. `frames`: to be filled
 * again and again. */
int vt__find_keeper(const struct vt__process *process, uint32_t stack, uint32_t kind,
		    struct vt__frames *frames, struct vt__keeper *out);

#endif
