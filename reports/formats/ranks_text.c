/*
 * Text report about ranks: trees of processes, accounts and call sites over the
 * ranks of each job.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/text/escape.h"
#include "reports/formats/ranks_writer.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

#define SHOWN_PROCESSES 32
#define SHOWN_ROWS 20
#define SHOWN_APART 5
#define SHOWN_MISSING 8
#define NAME_COLUMN 30

/* ---- Trees ----------------------------------------------------------------------- */

static void write_member(const struct vt__text *text, const struct vt__member *member)
{
	const unsigned depth = member->depth < 16 ? member->depth : 16;
	char bytes[VT__UNIT_BYTES];

	fprintf(text->out, "%*s%" PRIu32 "  ", (int)(2 + 2 * depth), "", member->pid);
	vt__print_escaped(text->out, member->command);
	vt__style(text, VT__DIM);
	if (member->launch.known)
		fprintf(text->out, "  rank %" PRIu32, member->launch.rank);
	if (*member->host) {
		fputs(" on ", text->out);
		vt__print_escaped(text->out, member->host);
	}
	vt__style(text, VT__PLAIN);
	fprintf(text->out, ", peak %s", vt__bytes(member->peak[VT_BUCKET_VRAM], bytes));
	if (member->leaked[VT_BUCKET_VRAM].count)
		fprintf(text->out, ", leaked %s",
			vt__bytes(member->leaked[VT_BUCKET_VRAM].bytes, bytes));
	if (member->state == VT__PROCESS_RUNNING)
		fputs(", still running", text->out);
	else if (member->exit_code > 0)
		fprintf(text->out, ", status %d", member->exit_code);
	if (member->uncovered)
		fputs(", NOT COVERED", text->out);
	if (member->lost)
		fprintf(text->out, ", %" PRIu64 " lost", member->lost);
	fputc('\n', text->out);
}

static void write_tree(const struct vt__text *text, const struct vt__members *members)
{
	size_t i;

	vt__style(text, VT__BOLD);
	fputs("processes", text->out);
	vt__style(text, VT__PLAIN);
	fputs(", each below the one that started it (device memory):\n", text->out);
	for (i = 0; i < members->count && i < vt__text_limit(text, SHOWN_PROCESSES); i++)
		write_member(text, &members->items[members->tree[i]]);
	if (i < members->count)
		fprintf(text->out, "  ... %zu more (to see all: --all)\n", members->count - i);
	fputc('\n', text->out);
}

/* ---- One job ----------------------------------------------------------------------- */

static void write_number(const struct vt__text *text, const struct vt__rank_row *row,
			 uint64_t value)
{
	char bytes[VT__UNIT_BYTES];

	if (vt__rank_row_counts(row))
		fprintf(text->out, " %11" PRIu64, value);
	else
		fprintf(text->out, " %11s", vt__bytes(value, bytes));
}

static void write_apart(const struct vt__text *text, const struct vt__job *job,
			const struct vt__rank_row *row)
{
	char bytes[VT__UNIT_BYTES];
	size_t i;

	if (!row->apart_count)
		return;
	vt__style(text, VT__RED);
	fprintf(text->out, "%*sapart", NAME_COLUMN, "");
	vt__style(text, VT__PLAIN);
	for (i = 0; i < row->apart_count && i < vt__text_limit(text, SHOWN_APART); i++) {
		fprintf(text->out, "%s %s %" PRIu32 ": ", i ? "," : ":",
			job->ranked ? "rank" : "process", row->apart[i].rank);
		if (vt__rank_row_counts(row))
			fprintf(text->out, "%" PRIu64 " times", row->apart[i].value);
		else
			fputs(vt__bytes(row->apart[i].value, bytes), text->out);
	}
	if (i < row->apart_count)
		fprintf(text->out, ", and %zu more", row->apart_count - i);
	fputc('\n', text->out);
}

static void write_spread(const struct vt__text *text, const struct vt__rank_row *row)
{
	write_number(text, row, row->spread.least);
	write_number(text, row, row->spread.median);
	write_number(text, row, row->spread.most);
}

static void write_accounts(const struct vt__text *text, const struct vt__job *job)
{
	int width;

	vt__style(text, VT__DIM);
	fprintf(text->out, "%*s %11s %11s %11s\n", NAME_COLUMN, "", "least", "median", "most");
	vt__style(text, VT__PLAIN);
	for (int account = 0; account < VT__RANK_ACCOUNT_COUNT; account++)
		for (int bucket = 0; bucket < VT_BUCKET_COUNT; bucket++) {
			const struct vt__rank_row *row = &job->accounts[account][bucket];

			if (!row->spread.most || !vt__bucket_words[bucket].owned)
				continue;
			width = fprintf(text->out, "  %s %s", vt__rank_account_words[account].text,
					vt__bucket_words[bucket].text);
			fprintf(text->out, "%*s", width < NAME_COLUMN ? NAME_COLUMN - width : 0,
				"");
			write_spread(text, row);
			fputc('\n', text->out);
			write_apart(text, job, row);
		}
}

static int write_row(struct vt__text *text, const struct vt__ranks *ranks,
		     const struct vt__job *job, const struct vt__rank_row *row)
{
	const struct vt__frame *frame;
	const int error = vt__merged_frame(ranks->merge, row->site, &text->frames, &frame);
	int width;

	if (error)
		return error;
	text->folder = row->site->folder;
	fputs("  ", text->out);
	if (frame)
		vt__text_site(text, frame);
	else
		fputs("(no stack was kept)", text->out);
	fputs(", by ", text->out);
	vt__text_api(text, row->site->api);
	width = fprintf(text->out, "\n    %s, %zu of %zu", vt__merged_words(row->site->what),
			row->ranks, job->rank_count) -
		1;
	fprintf(text->out, "%*s", width < NAME_COLUMN ? NAME_COLUMN - width : 0, "");
	write_spread(text, row);
	fputc('\n', text->out);
	write_apart(text, job, row);
	return 0;
}

static int write_rows(struct vt__text *text, const struct vt__ranks *ranks,
		      const struct vt__job *job)
{
	int error = 0;
	size_t i;

	if (!job->row_count)
		return 0;
	fputs("  by call site, what differs most first:\n", text->out);
	for (i = 0; i < job->row_count && i < vt__text_limit(text, SHOWN_ROWS) && !error; i++)
		error = write_row(text, ranks, job, &job->rows[i]);
	if (!error && i < job->row_count)
		fprintf(text->out, "  ... %zu more (to see all: --all)\n", job->row_count - i);
	return error;
}

static void write_missing(const struct vt__text *text, const struct vt__ranks *ranks,
			  const struct vt__job *job)
{
	size_t at = 0, shown = 0;

	vt__style(text, VT__YELLOW);
	fputs("missing", text->out);
	vt__style(text, VT__PLAIN);
	fprintf(text->out,
		": no recording%s of %zu rank%s:", ranks->unreadable ? " that could be read" : "",
		job->missing, vt__plural(job->missing));
	for (uint32_t rank = 0;
	     rank < job->launch->size && shown < vt__text_limit(text, SHOWN_MISSING); rank++) {
		if (at < job->rank_count && job->ranks[at].rank == rank)
			at++;
		else
			fprintf(text->out, "%s %" PRIu32, shown++ ? "," : "", rank);
	}
	fputs(shown < job->missing ? ", ...\n" : "\n", text->out);
}

static void write_heading(const struct vt__text *text, const struct vt__ranks *ranks,
			  const struct vt__job *job)
{
	vt__style(text, VT__BOLD);
	fputs(job->ranked ? "ranks" : "beside one another", text->out);
	vt__style(text, VT__PLAIN);
	if (*job->launch->job) {
		fputs(" of job ", text->out);
		vt__print_escaped(text->out, job->launch->job);
	}
	fprintf(text->out, ": %zu", job->rank_count);
	if (job->ranked && job->launch->size)
		fprintf(text->out, " of %" PRIu32, job->launch->size);
	if (job->ranked)
		fprintf(text->out, " (%s), %zu process%s\n",
			vt__launcher_words[job->launch->launcher].text, job->processes,
			vt__plural_es(job->processes));
	else
		fputs(" processes, numbered by their start from 0\n", text->out);
	if (job->missing) {
		fputs("  ", text->out);
		write_missing(text, ranks, job);
	}
	if (job->mixed)
		fputs("  note: a rank has processes that did not start one another: these may be "
		      "recordings of several runs\n",
		      text->out);
}

/* ---- In a line -------------------------------------------------------------------- */

/* The rank farthest from the others, by the first account that has one. */
static const struct vt__apart *farthest(const struct vt__job *job)
{
	for (int account = 0; account < VT__RANK_ACCOUNT_COUNT; account++)
		for (int bucket = 0; bucket < VT_BUCKET_COUNT; bucket++)
			if (job->accounts[account][bucket].apart_count)
				return &job->accounts[account][bucket].apart[0];
	for (size_t i = 0; i < job->row_count; i++)
		if (job->rows[i].apart_count)
			return &job->rows[i].apart[0];
	return NULL;
}

void vt__ranks_text_line(const struct vt__text *text, const struct vt__ranks *ranks)
{
	for (size_t i = 0; i < ranks->job_count; i++) {
		const struct vt__job *job = &ranks->jobs[i];
		const struct vt__apart *apart = farthest(job);

		if (!job->ranked)
			continue;
		fputs("ranks", text->out);
		if (*job->launch->job) {
			fputs(" of job ", text->out);
			vt__print_escaped(text->out, job->launch->job);
		}
		fprintf(text->out, ": %zu", job->rank_count);
		if (job->launch->size)
			fprintf(text->out, " of %" PRIu32, job->launch->size);
		fprintf(text->out, " (%s)", vt__launcher_words[job->launch->launcher].text);
		if (apart)
			fprintf(text->out, ", rank %" PRIu32 " stands apart", apart->rank);
		vt__text_more(text, VT__SECTION_RANKS);
	}
}

void vt__ranks_text_missing(const struct vt__text *text, const struct vt__ranks *ranks)
{
	for (size_t i = 0; i < ranks->job_count; i++)
		if (ranks->jobs[i].missing)
			write_missing(text, ranks, &ranks->jobs[i]);
}

/* ---- All of it -------------------------------------------------------------------- */

int vt__ranks_text(struct vt__text *view, const struct vt__ranks *ranks)
{
	struct vt__text text = *view;
	FILE *out = text.out;
	int error = 0;

	text.process = NULL;
	text.brief = 0;
	text.frames = (struct vt__frames){.count = 0};
	write_tree(&text, &ranks->members);
	for (size_t i = 0; i < ranks->job_count && !error; i++) {
		const struct vt__job *job = &ranks->jobs[i];

		if (job->rank_count < 2 && !job->ranked)
			continue;
		write_heading(&text, ranks, job);
		write_accounts(&text, job);
		error = write_rows(&text, ranks, job);
		fputc('\n', out);
	}
	if (ranks->unranked)
		fprintf(out, "%zu process%s without a rank: not in the comparison\n\n",
			ranks->unranked, vt__plural_es(ranks->unranked));
	vt__frames_release(&text.frames);
	return error;
}
