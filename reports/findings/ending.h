/*
 * What was freed only because the interpreter ended.
 */
#ifndef VT_REPORTS_ENDING_H
#define VT_REPORTS_ENDING_H

#include "reports/findings/analysis.h"

/*
 * For each call site what it held when the interpreter began to end and gave back
 * after that, into *out, which the caller frees; NULL where no interpreter ended. What is
 * still live is not in it: that is a leak, or is kept by a library. 0 or -ENOMEM.
 */
int vt__find_ended(const struct vt__process *process, struct vt__sum **out);

#endif
