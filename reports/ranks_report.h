/*
 * The report about many recordings as one job: trees of processes, ranks beside
 * one another. It follows the ordinary report, or alone (--merge).
 */
#ifndef VT_REPORTS_RANKS_REPORT_H
#define VT_REPORTS_RANKS_REPORT_H

#include "reports/compare/ranks.h"
#include "reports/report.h"

#define VT__RANKS_JSON_SCHEMA "vramtrack-ranks/1"

/* Makes the ranks of processes in memory; NULL in `out` if there is nothing to
 * show. 0 or -ENOMEM. */
int vt__ranks_of(const struct vt__analysis *analysis, struct vt__ranks **out);

/* The whole report of request->merge, as vt__report(). Formats: text, json, html. */
int vt__ranks_report(const struct vt__report_request *request, struct vt__report_outcome *outcome);

#endif
