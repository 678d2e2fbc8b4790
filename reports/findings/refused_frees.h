/*
 * Refused frees of what is live: why memory stayed although the program freed it.
 */
#ifndef VT_REPORTS_REFUSED_FREES_H
#define VT_REPORTS_REFUSED_FREES_H

#include "reports/findings/analysis.h"

/* Fills the refused frees of a process, whose findings are not yet made. 0 or
 * -ENOMEM; what was made until then stays in the process. */
int vt__find_refused(struct vt__process *process);

/* Those of one call site; NULL and 0 where no free of its live memory was
 * refused. Loan from the process. */
const struct vt__refused_row *vt__refused_of(const struct vt__process *process, uint32_t site,
					     size_t *count);

#endif
