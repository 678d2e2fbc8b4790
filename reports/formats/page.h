/*
 * The report as a page: one file that a browser shows, with all it needs in it.
 *
 * It is the page's own file (page_asset.h) with a JSON document put in:
 * {"schema", "tool", one of "report", "diff", "ranks", and "stacks"}. These are the JSON reports
 * by a form (json.h): what is listed is bounded, the rest is summed up, and a stack is a number in
 * "stacks" (stack_table.h).
 */
#ifndef VT_REPORTS_PAGE_H
#define VT_REPORTS_PAGE_H

#include <stdio.h>

#include "reports/formats/json.h"

#define VT__PAGE_SCHEMA "vramtrack-page/1"

/* Processes that are told of one by one, and rows of a list of all of them together. */
#define VT__PAGE_PROCESSES 256
#define VT__PAGE_ROWS 10000
/* Call sites over time, of each device of all of them together. */
#define VT__PAGE_COURSES 128

/*
 * Writes a page. `part` writes what the page is about: `"report":{...}`, with its stacks in the
 * form's table. `processes`: how many share the rows. 0, -EIO or -ENOMEM.
 */
int vt__page_write(size_t processes,
		   int (*part)(const void *closure, const struct vt__json_form *form, FILE *out),
		   const void *closure, FILE *out);

/* `,"verdict":"..."`: in the words of the text report. 0, -EIO or -ENOMEM. */
int vt__page_verdict(const struct vt__analysis *analysis, FILE *out);

#endif
