/*
 * The ranks of jobs: which process is of which rank, and what ranks hold.
 */
#include "config.h"

#include "reports/compare/ranks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/compare/rank_rows.h"

const struct vt__rank_account_words vt__rank_account_words[VT__RANK_ACCOUNT_COUNT] = {
#define VT__RANK_ACCOUNT(id, json, words) {json, words},
	VT__RANK_ACCOUNTS(VT__RANK_ACCOUNT)
#undef VT__RANK_ACCOUNT
};

int vt__ranks_new(struct vt__symbolizer *symbolizer, struct vt__ranks **out)
{
	struct vt__ranks *ranks = calloc(1, sizeof(*ranks));

	if (ranks)
		ranks->merge = vt__merge_new(symbolizer);
	if (!ranks || !ranks->merge) {
		free(ranks);
		return -ENOMEM;
	}
	*out = ranks;
	return 0;
}

void vt__ranks_free(struct vt__ranks *ranks)
{
	if (!ranks)
		return;
	for (size_t i = 0; i < ranks->job_count; i++) {
		vt__rank_rows_release(&ranks->jobs[i]);
		free(ranks->jobs[i].ranks);
	}
	free(ranks->jobs);
	vt__members_release(&ranks->members);
	vt__merge_free(ranks->merge);
	free(ranks);
}

int vt__ranks_add(struct vt__ranks *ranks, struct vt__process *process, bool sites)
{
	const uint32_t column = (uint32_t)ranks->members.count;
	int error = vt__members_add(&ranks->members, process);

	if (!error && sites)
		error = vt__merge_add(ranks->merge, process, column);
	return error;
}

/* ---- Which process is of which rank ---------------------------------------------- */

static int compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* Recordings of one job: by the launcher's name for it, else by the run. */
static int by_job(const struct vt__member *a, const struct vt__member *b)
{
	int order = compare(a->launch.launcher, b->launch.launcher);

	if (!order)
		order = compare(a->launch.size, b->launch.size);
	if (!order)
		order = strcmp(a->launch.job, b->launch.job);
	if (!order && !*a->launch.job)
		order = compare(a->run_id, b->run_id);
	return order;
}

/* Jobs, ranks of a job, processes of a rank by start: members are in that order. */
static int by_rank(const void *left, const void *right)
{
	const struct vt__member *const *a = left, *const *b = right;
	int order = by_job(*a, *b);

	if (!order)
		order = compare((*a)->launch.rank, (*b)->launch.rank);
	return order ? order : compare((uintptr_t)*a, (uintptr_t)*b);
}

/* The process from which this one and others of its rank come. */
static const struct vt__member *root_of(const struct vt__ranks *ranks,
					const struct vt__member *member)
{
	while (member->parent != VT__NO_MEMBER) {
		const struct vt__member *parent = &ranks->members.items[member->parent];

		if (!parent->launch.known || parent->launch.rank != member->launch.rank)
			break;
		member = parent;
	}
	return member;
}

/* Whether both come from one process, which need not have a recording. */
static bool are_of_family(const struct vt__ranks *ranks, const struct vt__member *a,
			  const struct vt__member *b)
{
	const struct vt__member *first = root_of(ranks, a), *second = root_of(ranks, b);

	return first == second ||
	       (first->parent_pid == second->parent_pid && !strcmp(first->host, second->host));
}

static struct vt__rank *rank_of(struct vt__job *job, uint32_t number)
{
	struct vt__rank *rank = job->rank_count ? &job->ranks[job->rank_count - 1] : NULL;

	if (!rank || rank->rank != number) {
		rank = &job->ranks[job->rank_count++];
		*rank = (struct vt__rank){.rank = number};
	}
	return rank;
}

static void enter_member(struct vt__rank *rank, const struct vt__member *member)
{
	rank->processes++;
	for (int bucket = 0; bucket < VT_BUCKET_COUNT; bucket++) {
		const uint64_t more[] = {
			[VT__RANK_ACCOUNT_PEAK] = member->peak[bucket],
			[VT__RANK_ACCOUNT_LIVE] = member->live[bucket].bytes,
			[VT__RANK_ACCOUNT_LEAKED] = member->leaked[bucket].bytes,
		};

		for (int account = 0; account < VT__RANK_ACCOUNT_COUNT; account++) {
			struct vt__sum sum = {rank->accounts[account][bucket], 0};

			vt__sum_add(&sum, (struct vt__sum){more[account], 0});
			rank->accounts[account][bucket] = sum.bytes;
		}
	}
}

/* Makes a job of `count` members in the order of by_rank(). */
static int make_job(struct vt__ranks *ranks, const struct vt__member *const *sorted, size_t count,
		    bool ranked, struct vt__place_of_column *places)
{
	struct vt__job *job = &ranks->jobs[ranks->job_count];
	const struct vt__member *first = NULL;

	*job = (struct vt__job){.ranked = ranked, .launch = &sorted[0]->launch, .processes = count};
	job->ranks = calloc(count, sizeof(*job->ranks));
	if (!job->ranks)
		return -ENOMEM;
	ranks->job_count++;
	for (size_t i = 0; i < count; i++) {
		struct vt__rank *rank = rank_of(job, ranked ? sorted[i]->launch.rank : (uint32_t)i);

		first = rank->processes ? first : sorted[i];
		rank->strangers += !are_of_family(ranks, sorted[i], first);
		job->mixed |= ranked && rank->strangers > 0;
		enter_member(rank, sorted[i]);
		places[sorted[i]->column] = (struct vt__place_of_column){
			(uint32_t)(job - ranks->jobs), (uint32_t)(rank - job->ranks)};
	}
	if (ranked && job->launch->size > job->rank_count)
		job->missing = job->launch->size - job->rank_count;
	return 0;
}

static int make_jobs(struct vt__ranks *ranks, bool all, struct vt__place_of_column *places)
{
	const size_t members = ranks->members.count;
	const struct vt__member **sorted = calloc(members + 1, sizeof(*sorted));
	size_t i, count = 0;
	int error = 0;

	ranks->jobs = calloc(members + 1, sizeof(*ranks->jobs));
	if (!sorted || !ranks->jobs)
		error = -ENOMEM;
	for (i = 0; !error && i < members; i++) {
		places[i].job = VT__NO_JOB;
		if (ranks->members.items[i].launch.known)
			sorted[count++] = &ranks->members.items[i];
	}
	if (!error && count)
		qsort(sorted, count, sizeof(*sorted), by_rank);
	ranks->unranked = count ? members - count : 0;
	for (size_t first = 0; !error && first < count; first = i) {
		for (i = first + 1; i < count && !by_job(sorted[first], sorted[i]); i++)
			;
		error = make_job(ranks, sorted + first, i - first, true, places);
	}
	for (i = 0; !error && all && !count && i < members; i++)
		sorted[i] = &ranks->members.items[i];
	if (!error && all && !count && members)
		error = make_job(ranks, sorted, members, false, places);
	free(sorted);
	return error;
}

int vt__ranks_finish(struct vt__ranks *ranks, bool all)
{
	struct vt__place_of_column *places;
	int error = vt__members_finish(&ranks->members);

	if (error)
		return error;
	places = calloc(ranks->members.count + 1, sizeof(*places));
	if (!places)
		return -ENOMEM;
	error = make_jobs(ranks, all, places);
	if (!error)
		error = vt__rank_rows_make(ranks, places);
	free(places);
	return error;
}

size_t vt__ranks_missing(const struct vt__ranks *ranks)
{
	size_t missing = 0;

	for (size_t i = 0; ranks && i < ranks->job_count; i++)
		missing += ranks->jobs[i].missing;
	return missing;
}
