/*
 * Makes the findings, live sums and peaks of one process from its records.
 */
#ifndef VT_REPORTS_FINDINGS_H
#define VT_REPORTS_FINDINGS_H

#include "reports/analysis.h"

/* Fills live sums, findings and peaks of a process whose devices and parts are set.
 * Returns 0 or -ENOMEM; what was made until then stays in the process. */
int vt__find_all(struct vt__process *process);

#endif
