/*
 * The comparison of two runs as a document of its own, or as a part of one.
 */
#ifndef VT_REPORTS_DIFF_WRITER_H
#define VT_REPORTS_DIFF_WRITER_H

#include <stdio.h>

#include "reports/compare/diff.h"
#include "reports/formats/json.h"

/* The JSON of vt__diff_json(); with a form also what did not change. 0, -EIO or -ENOMEM. */
int vt__diff_json_formed(const struct vt__diff *diff, const struct vt__json_form *form, FILE *out);

/* A page (reports/formats/page.h). 0, -EIO or -ENOMEM. */
int vt__diff_html(const struct vt__diff *diff, bool colour, FILE *out);

#endif
