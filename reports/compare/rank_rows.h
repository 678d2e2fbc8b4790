/*
 * Makes the rows of jobs: each account and each call site over the ranks.
 */
#ifndef VT_REPORTS_RANK_ROWS_H
#define VT_REPORTS_RANK_ROWS_H

#include "reports/compare/ranks.h"

#define VT__NO_JOB UINT32_MAX

/* To which rank of which job a column of the merge belongs: numbers in the lists. */
struct vt__place_of_column {
	uint32_t job; /* VT__NO_JOB: to none */
	uint32_t rank;
};

/* Fills the accounts and rows of all jobs; `places` has one for each column. 0 or -ENOMEM. */
int vt__rank_rows_make(struct vt__ranks *ranks, const struct vt__place_of_column *places);

void vt__rank_rows_release(struct vt__job *job);

#endif
