/*
 * What a report format is: a name and a function that writes an analysis.
 *
 * To add one: write writer_<name>.c with a const struct vt__writer, and add its
 * row to VT__WRITERS.
 */
#ifndef VT_REPORTS_WRITER_H
#define VT_REPORTS_WRITER_H

#include <stdbool.h>
#include <stdio.h>

#include "reports/findings/analysis.h"
#include "reports/formats/exports.h"

/* VT__WRITER(identifier, name, is binary, what it is for) */
#define VT__WRITERS(VT__WRITER)                                                                    \
	VT__WRITER(text, "text", false, "for a terminal")                                          \
	VT__WRITER(json, "json", false, "for programs: schema " VT__JSON_SCHEMA)                   \
	VT__WRITER(html, "html", true, "for a browser: one file")                                  \
	VT__EXPORTS(VT__WRITER)

#define VT__JSON_SCHEMA "vramtrack-report/1"

struct vt__writer {
	const char *name;
	bool is_binary; /* no terminal shows it */
	const char *description;
	/* Writes the whole report; `colour` allows terminal escapes. 0, -EIO or
	 * -ENOMEM. Does not flush. Analysis is not const in one way: stacks are
	 * named, and notes about modules made, when they are asked for. */
	int (*write)(const struct vt__analysis *analysis, bool colour, FILE *out);
};

#define VT__WRITER(id, name, is_binary, description)                                               \
	int vt__write_##id(const struct vt__analysis *analysis, bool colour, FILE *out);
VT__WRITERS(VT__WRITER)
#undef VT__WRITER

struct vt__json_form; /* reports/formats/json.h */

/* The JSON report, by `form` if that is not NULL, with members that `more` (NULL: none) writes
 * after the others: `,"name":value`. As the writers above. */
int vt__write_json_with(const struct vt__analysis *analysis, const struct vt__json_form *form,
			int (*more)(const void *closure, FILE *out), const void *closure,
			FILE *out);

#endif
