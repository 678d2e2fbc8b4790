/*
 * The formats in which a judgement of the gate is written.
 *
 * A format is a row here and a file gate_NAME.c or writer_NAME.c that
 * defines vt__gate_write_NAME(). The command's --report, --help, the man page
 * and the completions read this table.
 */
#ifndef VT_REPORTS_GATE_WRITER_H
#define VT_REPORTS_GATE_WRITER_H

#include <stdio.h>

#include "reports/gate/gate.h"

/* VT__GATE_WRITER(name, description) */
#define VT__GATE_WRITERS(VT__GATE_WRITER)                                                          \
	VT__GATE_WRITER(text, "for people")                                                        \
	VT__GATE_WRITER(json, "the report of `vramtrack report`, and the judgement")               \
	VT__GATE_WRITER(html, "for a browser: the page of `vramtrack report`, and the judgement")  \
	VT__GATE_WRITER(markdown, "for a pull request's comment or $GITHUB_STEP_SUMMARY")          \
	VT__GATE_WRITER(junit, "JUnit XML, a test case for each finding")                          \
	VT__GATE_WRITER(sarif, "SARIF 2.1.0, for code scanning")                                   \
	VT__GATE_WRITER(github, "GitHub workflow commands: annotations")                           \
	VT__GATE_WRITER(gitlab, "GitLab code quality JSON")

struct vt__gate_writer {
	const char *name; /* as in --report NAME=FILE */
	const char *description;
	/* Writes one whole document. The caller flushes, checks ferror() and renames.
	 * 0, -ENOMEM, or -EIO. The judgement is only read. */
	int (*write)(const struct vt__gate *gate, FILE *out);
};

#define VT__GATE_WRITER(name, description)                                                         \
	int vt__gate_write_##name(const struct vt__gate *gate, FILE *out);
VT__GATE_WRITERS(VT__GATE_WRITER)
#undef VT__GATE_WRITER

/* The last line of the text alone: the verdict and its reasons. 0 or -ENOMEM. */
int vt__gate_write_verdict(const struct vt__gate *gate, FILE *out);

struct vt__json_form; /* reports/formats/json.h */

/* `,"gate":{...}`: the judgement as a member of a JSON report; `form` may be NULL. 0, -EIO or
 * -ENOMEM. */
int vt__gate_json_part(const struct vt__gate *gate, const struct vt__json_form *form, FILE *out);

/* NULL if there is no format of that name. Static. */
const struct vt__gate_writer *vt__gate_writer(const char *name);

/* Names for messages and --help: "text, json, ...". Static. */
const char *vt__gate_formats(void);

#endif
