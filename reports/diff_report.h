/*
 * The door from the command to the comparison of two runs: recordings in, a comparison out.
 */
#ifndef VT_REPORTS_DIFF_REPORT_H
#define VT_REPORTS_DIFF_REPORT_H

#include "reports/compare/diff.h"

/*
 * Makes the comparison, whose sides and limits are set as for vt__diff_make(), and writes it.
 * Returns 0, -ENOMEM, or the -errno with which `out` could not be written. Afterwards only what is
 * counted in `diff` is still there.
 */
int vt__diff_report(struct vt__diff *diff, const char *format, bool colour, FILE *out);

/* Names of the formats for messages and --help. Static. */
const char *vt__diff_formats(void);

#endif
