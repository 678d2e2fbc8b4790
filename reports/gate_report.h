/*
 * The door from the command to the gate: recordings in, a judgement out. What it is judged by is
 * read, and what is judged is written, with the functions of the headers below.
 */
#ifndef VT_REPORTS_GATE_REPORT_H
#define VT_REPORTS_GATE_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/formats/gate_writer.h"
#include "reports/gate/baseline.h"
#include "reports/gate/policy.h"
#include "reports/gate/suppressions.h"

struct vt__gate_job {
	const char *const *paths; /* recordings; borrowed until vt__gate_report() returns */
	size_t path_count;
	bool debuginfod;                 /* whether servers may be asked for names */
	bool full_stacks;                /* in text: every frame, and its whole name */
	struct vt__gate_request request; /* but for its analysis and the day: made here */
	/* Gets the judgement, which is freed when it returns. */
	void (*use)(struct vt__gate *judgement, void *closure);
	void *closure;
};

/* Judges recordings as one. Those that cannot be read are named on standard error and counted.
 * Returns 0, or -ENOMEM and nothing was judged. */
int vt__gate_report(struct vt__gate_job *job);

#endif
