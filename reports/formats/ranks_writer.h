/*
 * The sections of a report about many recordings as one job, in each format that has them.
 */
#ifndef VT_REPORTS_RANKS_WRITER_H
#define VT_REPORTS_RANKS_WRITER_H

#include <stdio.h>

#include "reports/compare/ranks.h"
#include "reports/formats/json.h"

struct vt__text;

/* The sections of the text report. 0 or -ENOMEM. */
int vt__ranks_text(struct vt__text *text, const struct vt__ranks *ranks);

/* A line for each job of ranks; a line for each of which recordings are missing. */
void vt__ranks_text_line(const struct vt__text *text, const struct vt__ranks *ranks);
void vt__ranks_text_missing(const struct vt__text *text, const struct vt__ranks *ranks);

/* An object: {"processes":[...],"jobs":[...],"unranked":0}. `form` may be NULL. 0, -EIO or
 * -ENOMEM. */
int vt__ranks_json(const struct vt__ranks *ranks, const struct vt__json_form *form, FILE *out);

/* A page of them alone (page.h). 0, -EIO or -ENOMEM. */
int vt__ranks_html(const struct vt__ranks *ranks, FILE *out);

#endif
