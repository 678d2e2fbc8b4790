/*
 * JSON about ranks: docs/report-json.md says what each field means.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/formats/json.h"
#include "reports/formats/ranks_writer.h"
#include "reports/formats/stack_table.h"
#include "reports/text/stream.h"

/* Call sites of one job with a row of their own. */
#define SHOWN_ROWS 10000
/* Numbers of missing ranks that are listed: a size is whatever the user's variable says. */
#define SHOWN_MISSING 10000

static json_t *text_or_null(const char *text)
{
	return vt__json_string(*text ? text : NULL);
}

int vt__json_add_launch(json_t *object, const struct vt__launch *launch)
{
	return json_object_update_new(
		object,
		json_pack("{s:o,s:o,s:o,s:s?,s:o}", "rank",
			  launch->known ? json_integer(launch->rank) : json_null(), "world_size",
			  launch->known && launch->size ? json_integer(launch->size) : json_null(),
			  "local_rank",
			  launch->local_rank >= 0 ? json_integer(launch->local_rank) : json_null(),
			  "launcher",
			  launch->known ? vt__launcher_words[launch->launcher].json : NULL, "job",
			  text_or_null(launch->job)));
}

/* ---- Processes ------------------------------------------------------------------ */

static json_t *make_member(const struct vt__member *member)
{
	static const char *const states[] = {
		[VT__PROCESS_RUNNING] = "running",
		[VT__PROCESS_EXITED] = "exited",
		[VT__PROCESS_ENDED] = "ended",
	};
	const struct vt__sum *leaked = &member->leaked[VT_BUCKET_VRAM];
	json_t *object = json_pack(
		"{s:o,s:I,s:I,s:o,s:o,s:o,s:s,s:o,s:I,s:b,s:o,s:o,s:o,s:o}", "recording",
		vt__json_string(member->path), "pid", (json_int_t)member->pid, "parent_pid",
		(json_int_t)member->parent_pid, "parent",
		member->parent == VT__NO_MEMBER ? json_null()
						: json_integer((json_int_t)member->parent),
		"host", text_or_null(member->host), "command", vt__json_string(member->command),
		"state", states[member->state], "exit",
		member->exit_code < 0 ? json_null() : json_integer(member->exit_code), "findings",
		(json_int_t)member->findings, "uncovered", (int)member->uncovered, "lost",
		vt__json_number(member->lost), "peak_bytes",
		vt__json_number(member->peak[VT_BUCKET_VRAM]), "leaked_bytes",
		vt__json_number(leaked->bytes), "leaked_count", vt__json_number(leaked->count));

	if (object && vt__json_add_launch(object, &member->launch)) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static int write_members(const struct vt__members *members, const struct vt__json_form *form,
			 FILE *out)
{
	const size_t count = vt__json_rows(form, members->count);
	int error = 0;

	for (size_t i = 0; i < count && !error; i++) {
		fputs(i ? ",\n   " : "\n   ", out);
		error = vt__json_open(out, make_member(&members->items[i]));
		fputc('}', out);
	}
	return error;
}

/* ---- Rows ------------------------------------------------------------------------- */

static json_t *make_apart(const struct vt__rank_row *row)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < row->apart_count; i++)
		if (json_array_append_new(list, json_pack("{s:I,s:o}", "rank",
							  (json_int_t)row->apart[i].rank, "value",
							  vt__json_number(row->apart[i].value)))) {
			json_decref(list);
			return NULL;
		}
	return list;
}

/* What accounts and call sites have in common. */
static int add_spread(json_t *object, const struct vt__rank_row *row)
{
	return json_object_update_new(
		object, json_pack("{s:I,s:o,s:o,s:o,s:o}", "ranks", (json_int_t)row->ranks, "min",
				  vt__json_number(row->spread.least), "median",
				  vt__json_number(row->spread.median), "max",
				  vt__json_number(row->spread.most), "apart", make_apart(row)));
}

static int open_row(FILE *out, json_t *object, const struct vt__rank_row *row)
{
	if (object && add_spread(object, row)) {
		json_decref(object);
		object = NULL;
	}
	return vt__json_open(out, object);
}

static int write_accounts(const struct vt__job *job, FILE *out)
{
	const char *before = "\n    ";
	int error = 0;

	for (int account = 0; account < VT__RANK_ACCOUNT_COUNT; account++)
		for (int bucket = 0; bucket < VT_BUCKET_COUNT && !error; bucket++) {
			const struct vt__rank_row *row = &job->accounts[account][bucket];

			if (!row->spread.most)
				continue;
			fputs(before, out);
			before = ",\n    ";
			error = open_row(out,
					 json_pack("{s:s,s:s,s:o}", "account",
						   vt__rank_account_words[account].json, "bucket",
						   vt__bucket_words[bucket].json, "bytes",
						   vt__json_number(row->sum.bytes)),
					 row);
			fputc('}', out);
		}
	return error;
}

static json_t *make_site(const struct vt__rank_row *row)
{
	const struct vt__merged *site = row->site;
	char identity[VT__IDENTITY_DIGITS + 1];

	vt__identity_text(site->identity, identity);
	return json_pack("{s:s,s:s,s:o,s:o,s:o,s:o,s:o,s:s}", "class", vt__merged_name(site->what),
			 "identity", identity, "kind", vt__json_kind(site->kind), "bucket",
			 vt__json_bucket(site->kind), "api", vt__json_raw(site->api), "bytes",
			 vt__json_number(row->sum.bytes), "count", vt__json_number(row->sum.count),
			 "compared", vt__rank_row_counts(row) ? "count" : "bytes");
}

/* `,"stack":N,"site":M`: the number of a stack in the document's table. */
static int write_number(const struct vt__json_form *form, const struct vt__merged *site,
			const struct vt__frames *frames, FILE *out)
{
	const struct vt__source_origin origin = {.folder = site->folder};
	int64_t number;
	const int error = vt__stack_table_add(form->stacks, frames, &origin, &number);

	if (error)
		return error;
	fprintf(out, ",\"stack\":%" PRId64, number);
	vt__json_site(out, frames);
	return 0;
}

int vt__json_merged_stack(struct vt__merge *merge, const struct vt__merged *site,
			  const struct vt__json_form *form, struct vt__frames *frames, FILE *out)
{
	struct vt__allowance *allowance = vt__merge_allowance(merge);
	int error = vt__merged_frames(merge, site, frames);

	if (form)
		return error ? error : write_number(form, site, frames, out);
	if (frames->count && !vt__allowance_has(allowance))
		frames->count = 0;
	fputs(",\"stack\":[", out);
	for (size_t i = 0; i < frames->count && !error; i++) {
		fputs(i ? ",\n      " : "\n      ", out);
		error = vt__json_frame(out, &frames->frames[i]);
		vt__allowance_take(allowance, vt__frame_bytes(&frames->frames[i]));
	}
	fputc(']', out);
	vt__json_site(out, frames);
	return error;
}

int vt__json_merged_notes(struct vt__merge *merge, FILE *out)
{
	const uint64_t cut = vt__merge_allowance(merge)->cut;

	fputs(",\n  \"notes\":[", out);
	if (cut)
		fprintf(out, "\"%" PRIu64 " " VT__CUT_WORDS "\"", cut);
	fputc(']', out);
	return vt__stream_error(out);
}

/* Rows of a job that are written. */
static size_t shown_rows(const struct vt__job *job, const struct vt__json_form *form)
{
	return vt__json_rows(form, job->row_count > SHOWN_ROWS ? SHOWN_ROWS : job->row_count);
}

static int write_rows(const struct vt__ranks *ranks, const struct vt__job *job,
		      const struct vt__json_form *form, FILE *out)
{
	const size_t count = shown_rows(job, form);
	struct vt__frames frames = {0};
	int error = 0;

	for (size_t i = 0; i < count && !error; i++) {
		fputs(i ? ",\n    " : "\n    ", out);
		error = open_row(out, make_site(&job->rows[i]), &job->rows[i]);
		if (!error)
			error = vt__json_merged_stack(ranks->merge, job->rows[i].site, form,
						      &frames, out);
		fputc('}', out);
	}
	vt__frames_release(&frames);
	return error;
}

/* ---- Jobs --------------------------------------------------------------------------- */

static json_t *make_missing(const struct vt__job *job)
{
	json_t *list = json_array();
	size_t at = 0;

	for (uint32_t rank = 0; list && job->missing && rank < job->launch->size; rank++) {
		if (at < job->rank_count && job->ranks[at].rank == rank)
			at++;
		else if (json_array_size(list) == SHOWN_MISSING)
			break;
		else
			(void)json_array_append_new(list, json_integer(rank));
	}
	return list;
}

static int write_job(const struct vt__ranks *ranks, const struct vt__job *job,
		     const struct vt__json_form *form, FILE *out)
{
	const bool ranked = job->ranked;
	int error = vt__json_open(
		out,
		json_pack("{s:s?,s:o,s:o,s:I,s:I,s:I,s:o,s:b,s:I}", "launcher",
			  ranked ? vt__launcher_words[job->launch->launcher].json : NULL, "job",
			  text_or_null(job->launch->job), "world_size",
			  ranked && job->launch->size ? json_integer(job->launch->size)
						      : json_null(),
			  "ranks", (json_int_t)job->rank_count, "processes",
			  (json_int_t)job->processes, "missing_count", (json_int_t)job->missing,
			  "missing", make_missing(job), "mixed", (int)job->mixed, "sites_left_out",
			  (json_int_t)(job->row_count - shown_rows(job, form))));

	fputs(",\n   \"accounts\":[", out);
	if (!error)
		error = write_accounts(job, out);
	fputs("],\n   \"sites\":[", out);
	if (!error)
		error = write_rows(ranks, job, form, out);
	fputs("]}", out);
	return error;
}

int vt__ranks_json(const struct vt__ranks *ranks, const struct vt__json_form *form, FILE *out)
{
	const char *before = "\n  ";
	int error;

	fputs("{\"processes\":[", out);
	error = write_members(&ranks->members, form, out);
	fputs("],\n  \"jobs\":[", out);
	for (size_t i = 0; i < ranks->job_count && !error; i++) {
		if (ranks->jobs[i].rank_count < 2 && !ranks->jobs[i].ranked)
			continue;
		fputs(before, out);
		before = ",\n  ";
		error = write_job(ranks, &ranks->jobs[i], form, out);
	}
	fprintf(out, "],\n  \"unranked\":%zu,\"unreadable\":%zu", ranks->unranked,
		ranks->unreadable);
	if (!error)
		error = vt__json_merged_notes(ranks->merge, out);
	fputc('}', out);
	return error;
}
