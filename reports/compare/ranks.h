/*
 * The ranks of a job beside one another: for each account and each call site the
 * least, the median and the most over all ranks, and the ranks that stand apart.
 *
 * A rank is all processes that were given its number: what a rank starts inherits its
 * variables. Where no launcher told any rank, each process stands for itself.
 */
#ifndef VT_REPORTS_RANKS_H
#define VT_REPORTS_RANKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reports/compare/members.h"
#include "reports/compare/merge.h"
#include "reports/compare/spread.h"

struct vt__apart {
	uint32_t rank;
	uint64_t value;
};

/* One number over the ranks: bytes, or how often for what happened. */
struct vt__rank_row {
	const struct vt__merged *site; /* NULL: an account of the whole rank */
	struct vt__sum sum;            /* of all ranks */
	size_t ranks;                  /* that have any of it */
	struct vt__spread spread;
	struct vt__apart *apart; /* farthest from the median first */
	size_t apart_count;
};

/* VT__RANK_ACCOUNT(identifier, name in JSON, words): of a rank's processes added up */
#define VT__RANK_ACCOUNTS(VT__RANK_ACCOUNT)                                                        \
	VT__RANK_ACCOUNT(PEAK, "peak", "peak of")                                                  \
	VT__RANK_ACCOUNT(LIVE, "live", "at the end,")                                              \
	VT__RANK_ACCOUNT(LEAKED, "leak", "leaked,")

enum vt__rank_account {
#define VT__RANK_ACCOUNT(id, json, words) VT__RANK_ACCOUNT_##id,
	VT__RANK_ACCOUNTS(VT__RANK_ACCOUNT)
#undef VT__RANK_ACCOUNT
	VT__RANK_ACCOUNT_COUNT
};

struct vt__rank_account_words {
	const char *json, *text;
};
extern const struct vt__rank_account_words vt__rank_account_words[VT__RANK_ACCOUNT_COUNT];

struct vt__rank {
	uint32_t rank;
	size_t processes;
	size_t strangers; /* processes that have nothing to do with its first one */
	uint64_t accounts[VT__RANK_ACCOUNT_COUNT][VT_BUCKET_COUNT];
};

struct vt__job {
	bool ranked;                     /* else each process is one */
	const struct vt__launch *launch; /* of the first rank; `job` "" if it has no name */
	size_t processes;
	struct vt__rank *ranks; /* by rank */
	size_t rank_count;
	size_t missing; /* ranks below the size of which there is no recording */
	bool mixed;     /* a rank seems to have been started more than once */
	struct vt__rank_row accounts[VT__RANK_ACCOUNT_COUNT][VT_BUCKET_COUNT];
	/* What differs most first: by the distance of the ranks apart, then by size. */
	struct vt__rank_row *rows;
	size_t row_count, row_room;
};

struct vt__ranks {
	struct vt__members members;
	struct vt__merge *merge;
	struct vt__job *jobs;
	size_t job_count;
	size_t unreadable; /* recordings that could not be read: of no process here */
	size_t unranked;   /* processes that are in no job, beside others that are */
};

/* The symbolizer is borrowed. 0 or -ENOMEM. */
int vt__ranks_new(struct vt__symbolizer *symbolizer, struct vt__ranks **out);
void vt__ranks_free(struct vt__ranks *ranks);

/* Adds a process, with its call sites if `sites`; its recording may be closed
 * then. 0 or -ENOMEM. */
int vt__ranks_add(struct vt__ranks *ranks, struct vt__process *process, bool sites);

/* Compares. `all`: also where nobody told a rank. Once, after the last add. 0 or -ENOMEM. */
int vt__ranks_finish(struct vt__ranks *ranks, bool all);

/* Ranks of all jobs of which there is no recording. NULL: nothing is known of ranks. */
size_t vt__ranks_missing(const struct vt__ranks *ranks);

/* Whether the numbers of a row are counts of what happened, not bytes. */
bool vt__rank_row_counts(const struct vt__rank_row *row);

#endif
