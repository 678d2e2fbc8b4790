/*
 * What the driver's number moved by at the calls that made objects of a call site: their bytes, as
 * far as they were computed or measured (recording/format_statement.h).
 */
#ifndef VT_REPORTS_CHARGED_H
#define VT_REPORTS_CHARGED_H

#include "reports/findings/analysis.h"

/* Held now by the objects of that kind that were made with the stack, or by arrays beyond their
 * elements; 0: nothing is known. */
uint64_t vt__charged_bytes(const struct vt__process *process, const struct vt_format_site *site);

/* What the arrays of a call site take of their device, with their tiles; 0: it is no such row, or
 * nothing is known. */
uint64_t vt__bytes_on_card(const struct vt__process *process, const struct vt__finding_row *row);

#endif
