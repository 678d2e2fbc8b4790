/*
 * What keeps physical memory: why it is live although a handle was released.
 */
#ifndef VT_REPORTS_REFERENCES_H
#define VT_REPORTS_REFERENCES_H

#include "reports/findings/analysis.h"

/* Fills the references of a process, whose findings are not yet made. 0 or -ENOMEM. */
int vt__find_references(struct vt__process *process);

/* Those of one call site; NULL and 0 where there are none. Loan from the process. */
const struct vt__reference_row *vt__references_of(const struct vt__process *process, uint32_t site,
						  size_t *count);

/* "mapping"; NULL for what is not known here. */
const char *vt__reference_name(enum vt_reference_how how);

#endif
