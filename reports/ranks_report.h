/*
 * The report about many recordings as one job: trees of processes, ranks beside
 * one another. It stands behind the ordinary report, or alone (--merge).
 */
#ifndef VT_REPORTS_RANKS_REPORT_H
#define VT_REPORTS_RANKS_REPORT_H

#include <stdio.h>

#include "reports/compare/ranks.h"
#include "reports/report.h"

#define VT__RANKS_JSON_SCHEMA "vramtrack-ranks/1"

/* Whether there is anything that the reports of the processes do not say: a
 * process that another one started, or two ranks of one job. */
bool vt__ranks_worth_showing(const struct vt__ranks *ranks);

/* The sections of the text report. 0 or -ENOMEM. */
int vt__ranks_text(const struct vt__ranks *ranks, bool colour, FILE *out);

/* An object: {"processes":[...],"jobs":[...],"unranked":0}. 0, -EIO or -ENOMEM. */
int vt__ranks_json(const struct vt__ranks *ranks, FILE *out);

/* Makes the ranks of processes in memory; NULL in `out` if there is nothing to
 * show. 0 or -ENOMEM. */
int vt__ranks_of(const struct vt__analysis *analysis, struct vt__ranks **out);

/* The whole report of request->merge, as vt__report(). Formats: text, json. */
int vt__ranks_report(const struct vt__report_request *request, struct vt__report_outcome *outcome);

#endif
