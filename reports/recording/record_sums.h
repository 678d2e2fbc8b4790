/* Whether the records of a recording agree with its sums. */
#ifndef VT_REPORTS_RECORD_SUMS_H
#define VT_REPORTS_RECORD_SUMS_H

#include <stdbool.h>

#include "reports/recording/reader.h"

/* A consistent copy whose records were checked. False: part of it is not what was
 * written, as in a file that was shortened and made long again. */
bool vt__sums_agree(const struct vt__recording *recording);

#endif
