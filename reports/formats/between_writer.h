/*
 * Writes what became of memory between two marks.
 */
#ifndef VT_REPORTS_BETWEEN_WRITER_H
#define VT_REPORTS_BETWEEN_WRITER_H

#include "reports/formats/json.h"
#include "reports/formats/text.h"

/* Of all processes, in place of the report. 0 or -ENOMEM. */
int vt__between_text(struct vt__text *text, const struct vt__analysis *analysis);

/* `,"between":[...]` of a process: a row for each device that has both marks. */
int vt__between_json(struct vt__json *json, const struct vt__two_marks *marks);

#endif
