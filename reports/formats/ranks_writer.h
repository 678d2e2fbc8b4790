/*
 * The sections of a report about many recordings as one job, in each format that has them.
 */
#ifndef VT_REPORTS_RANKS_WRITER_H
#define VT_REPORTS_RANKS_WRITER_H

#include <stdio.h>

#include "reports/compare/ranks.h"

/* The sections of the text report. 0 or -ENOMEM. */
int vt__ranks_text(const struct vt__ranks *ranks, bool colour, FILE *out);

/* An object: {"processes":[...],"jobs":[...],"unranked":0}. 0, -EIO or -ENOMEM. */
int vt__ranks_json(const struct vt__ranks *ranks, FILE *out);

#endif
