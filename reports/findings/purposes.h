/*
 * What live memory is for, as the program said: sums by purpose and label.
 */
#ifndef VT_REPORTS_PURPOSES_H
#define VT_REPORTS_PURPOSES_H

#include "reports/findings/analysis.h"

/*
 * Fills the parts and the purposes of a process, whose findings are not yet
 * made. Returns 0 or -ENOMEM; what was made until then stays in the process.
 */
int vt__find_purposes(struct vt__process *process);

/* The parts of one call site; NULL and 0 where no live allocation of it has a
 * purpose or label. Loan from the process. */
const struct vt__part *vt__parts_of(const struct vt__process *process, uint32_t site,
				    size_t *count);

#endif
