/*
 * Makes the rows of jobs: each account and each call site over the ranks.
 */
#include "config.h"

#include "reports/compare/rank_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A part of a call site in one rank. */
struct part {
	struct vt__place_of_column place;
	struct vt__sum sum;
};

struct rows {
	struct vt__ranks *ranks;
	const struct vt__place_of_column *places;
	struct part *parts; /* buffers with room for all columns */
	uint64_t *values;
};

bool vt__rank_row_counts(const struct vt__rank_row *row)
{
	return row->site && row->site->what < VT__CLASS_COUNT &&
	       !vt__class_words[row->site->what].of_sites;
}

static uint64_t distance(const struct vt__rank_row *row, uint64_t value)
{
	return value < row->spread.median ? row->spread.median - value : value - row->spread.median;
}

/* ---- Ranks that stand apart ---------------------------------------------------- */

static int farthest_first(const void *left, const void *right, void *closure)
{
	const struct vt__apart *a = left, *b = right;
	const uint64_t first = distance(closure, a->value), second = distance(closure, b->value);

	if (first != second)
		return first > second ? -1 : 1;
	return a->rank < b->rank ? -1 : a->rank > b->rank;
}

static int add_apart(struct vt__rank_row *row, uint32_t rank, uint64_t value)
{
	struct vt__apart *grown = row->apart;

	/* the room doubles: the count is a power of two when it is full */
	if (!(row->apart_count & (row->apart_count - 1)))
		grown = reallocarray(row->apart, row->apart_count ? row->apart_count * 2 : 1,
				     sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	row->apart = grown;
	row->apart[row->apart_count++] = (struct vt__apart){rank, value};
	return 0;
}

/* `value_of` tells the value of rank number i of the job. */
static int find_apart(const struct vt__job *job, struct vt__rank_row *row,
		      uint64_t (*value_of)(size_t i, const void *closure), const void *closure)
{
	int error = 0;

	if (!vt__stands_apart(&row->spread, row->spread.least) &&
	    !vt__stands_apart(&row->spread, row->spread.most))
		return 0;
	for (size_t i = 0; i < job->rank_count && !error; i++) {
		const uint64_t value = value_of(i, closure);

		if (vt__stands_apart(&row->spread, value))
			error = add_apart(row, job->ranks[i].rank, value);
	}
	if (row->apart_count)
		qsort_r(row->apart, row->apart_count, sizeof(*row->apart), farthest_first, row);
	return error;
}

/* ---- Accounts of whole ranks --------------------------------------------------- */

struct account {
	const struct vt__job *job;
	int account, bucket;
};

static uint64_t value_of_account(size_t i, const void *closure)
{
	const struct account *account = closure;

	return account->job->ranks[i].accounts[account->account][account->bucket];
}

static int make_account(struct rows *rows, struct vt__job *job, const struct account *account)
{
	struct vt__rank_row *row = &job->accounts[account->account][account->bucket];

	for (size_t i = 0; i < job->rank_count; i++) {
		rows->values[i] = value_of_account(i, account);
		row->ranks += rows->values[i] > 0;
		vt__sum_add(&row->sum, (struct vt__sum){rows->values[i], 0});
	}
	vt__spread_of(rows->values, job->rank_count, 0, &row->spread);
	return find_apart(job, row, value_of_account, account);
}

static int make_accounts(struct rows *rows, struct vt__job *job)
{
	struct account account = {.job = job};
	int error = 0;

	for (; account.account < VT__RANK_ACCOUNT_COUNT; account.account++)
		for (account.bucket = 0; !error && account.bucket < VT_BUCKET_COUNT;
		     account.bucket++)
			error = make_account(rows, job, &account);
	return error;
}

/* ---- Call sites ------------------------------------------------------------------ */

static int by_place(const void *left, const void *right)
{
	const struct part *a = left, *b = right;

	if (a->place.job != b->place.job)
		return a->place.job < b->place.job ? -1 : 1;
	return a->place.rank < b->place.rank ? -1 : a->place.rank > b->place.rank;
}

/* Parts of one job, one for each rank that has any. */
struct ranked {
	const struct part *parts;
	size_t count;
	bool counts;
};

static uint64_t value_of_part(const struct ranked *ranked, const struct part *part)
{
	return ranked->counts ? part->sum.count : part->sum.bytes;
}

static uint64_t value_of_rank(size_t i, const void *closure)
{
	const struct ranked *ranked = closure;
	const struct part wanted = {.place = {ranked->parts[0].place.job, (uint32_t)i}};
	const struct part *found = bsearch(&wanted, ranked->parts, ranked->count, sizeof(wanted),
					   by_place);

	return found ? value_of_part(ranked, found) : 0;
}

static struct vt__rank_row *new_row(struct vt__job *job)
{
	if (job->row_count == job->row_room) {
		const size_t room = job->row_room ? job->row_room * 2 : 64;
		struct vt__rank_row *grown = reallocarray(job->rows, room, sizeof(*grown));

		if (!grown)
			return NULL;
		job->rows = grown;
		job->row_room = room;
	}
	memset(&job->rows[job->row_count], 0, sizeof(*job->rows));
	return &job->rows[job->row_count++];
}

static int make_row(struct rows *rows, const struct vt__merged *site, const struct part *parts,
		    size_t count)
{
	struct vt__job *job = &rows->ranks->jobs[parts[0].place.job];
	struct vt__rank_row *row = new_row(job);
	struct ranked ranked = {parts, count, false};

	if (!row)
		return -ENOMEM;
	row->site = site;
	row->ranks = count;
	ranked.counts = vt__rank_row_counts(row);
	for (size_t i = 0; i < count; i++) {
		vt__sum_add(&row->sum, parts[i].sum);
		rows->values[i] = value_of_part(&ranked, &parts[i]);
	}
	vt__spread_of(rows->values, count, job->rank_count - count, &row->spread);
	return find_apart(job, row, value_of_rank, &ranked);
}

/* The parts of a call site by job and rank, those of one rank added up. */
static size_t collect_parts(struct rows *rows, const struct vt__merged *site)
{
	size_t count = 0, last = 0;

	for (size_t i = 0; i < site->part_count; i++) {
		const struct vt__place_of_column place = rows->places[site->parts[i].column];

		if (place.job != VT__NO_JOB)
			rows->parts[count++] = (struct part){place, site->parts[i].sum};
	}
	if (!count)
		return 0;
	qsort(rows->parts, count, sizeof(*rows->parts), by_place);
	for (size_t i = 1; i < count; i++) {
		if (by_place(&rows->parts[last], &rows->parts[i]))
			rows->parts[++last] = rows->parts[i];
		else
			vt__sum_add(&rows->parts[last].sum, rows->parts[i].sum);
	}
	return last + 1;
}

static int make_rows(struct rows *rows, const struct vt__merged *site)
{
	const size_t count = collect_parts(rows, site);
	size_t end;
	int error = 0;

	for (size_t first = 0; !error && first < count; first = end) {
		for (end = first + 1;
		     end < count && rows->parts[end].place.job == rows->parts[first].place.job;
		     end++)
			;
		error = make_row(rows, site, rows->parts + first, end - first);
	}
	return error;
}

static int most_different_first(const void *left, const void *right)
{
	const struct vt__rank_row *a = left, *b = right;
	const uint64_t first = a->apart_count ? distance(a, a->apart[0].value) : 0;
	const uint64_t second = b->apart_count ? distance(b, b->apart[0].value) : 0;

	if (first != second)
		return first > second ? -1 : 1;
	if (a->sum.bytes != b->sum.bytes)
		return a->sum.bytes > b->sum.bytes ? -1 : 1;
	if (a->site->what != b->site->what)
		return a->site->what < b->site->what ? -1 : 1;
	return memcmp(a->site->identity, b->site->identity, sizeof(a->site->identity));
}

/* ---- The whole --------------------------------------------------------------------- */

static int fill(struct rows *rows)
{
	struct vt__ranks *ranks = rows->ranks;
	size_t count;
	const struct vt__merged *const *sites = vt__merged_rows(ranks->merge, &count);
	int error = 0;

	for (size_t i = 0; i < ranks->job_count && !error; i++)
		error = make_accounts(rows, &ranks->jobs[i]);
	for (size_t i = 0; i < count && !error; i++)
		error = make_rows(rows, sites[i]);
	for (size_t i = 0; i < ranks->job_count; i++)
		if (ranks->jobs[i].row_count)
			qsort(ranks->jobs[i].rows, ranks->jobs[i].row_count,
			      sizeof(*ranks->jobs[i].rows), most_different_first);
	return error;
}

int vt__rank_rows_make(struct vt__ranks *ranks, const struct vt__place_of_column *places)
{
	const size_t room = ranks->members.count + 1;
	struct rows rows = {
		.ranks = ranks,
		.places = places,
		.parts = calloc(room, sizeof(*rows.parts)),
		.values = calloc(room, sizeof(*rows.values)),
	};
	int error = -ENOMEM;

	if (rows.parts && rows.values)
		error = fill(&rows);
	free(rows.parts);
	free(rows.values);
	return error;
}

void vt__rank_rows_release(struct vt__job *job)
{
	for (int account = 0; account < VT__RANK_ACCOUNT_COUNT; account++)
		for (int bucket = 0; bucket < VT_BUCKET_COUNT; bucket++)
			free(job->accounts[account][bucket].apart);
	for (size_t i = 0; i < job->row_count; i++)
		free(job->rows[i].apart);
	free(job->rows);
}
