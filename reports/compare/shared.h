/*
 * Findings that several processes have, by identity: a report for people shows each once.
 */
#ifndef VT_REPORTS_SHARED_H
#define VT_REPORTS_SHARED_H

#include "reports/findings/analysis.h"

struct vt__shared_row {
	const struct vt__process *process; /* the first that has it */
	struct vt__finding_row row;        /* of that one, with the sum over all */
	size_t processes;                  /* 2 or more */
};

struct vt__shared {
	struct vt__shared_row *rows; /* by class, then largest first */
	size_t count;
	size_t repeats[VT__CLASS_COUNT]; /* rows beyond the first of each identity */
};

/* Finds them, and sets `shared` of each row in the processes that is one. A single process has
 * none. 0 or -ENOMEM; free in either case. */
int vt__shared_find(const struct vt__analysis *analysis, struct vt__shared *out);
void vt__shared_free(struct vt__shared *shared);

#endif
