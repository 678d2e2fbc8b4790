/*
 * The report about many recordings as one job, with one recording in memory at a
 * time, and the same section of the ordinary report.
 */
#include "config.h"

#include "reports/ranks_report.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "reports/findings/each_process.h"
#include "reports/formats/fit.h"
#include "reports/formats/json.h"
#include "reports/formats/ranks_writer.h"
#include "reports/formats/text.h"
#include "reports/text/progress.h"
#include "reports/text/stream.h"
#include "reports/text/units.h"

/* Whether there is anything that the reports of the processes do not say: a
 * process that another one started, or two ranks of one job. */
static bool is_worth_showing(const struct vt__ranks *ranks)
{
	for (size_t i = 0; i < ranks->members.count; i++)
		if (ranks->members.items[i].depth)
			return true;
	for (size_t i = 0; i < ranks->job_count; i++)
		if (ranks->jobs[i].rank_count > 1)
			return true;
	return false;
}

/* Whether two of the processes were told a rank. */
static bool has_ranks(const struct vt__analysis *analysis)
{
	struct vt__launch launch;
	size_t known = 0;

	for (size_t i = 0; i < analysis->process_count && known < 2; i++) {
		vt__launch_of(analysis->processes[i].recording, &launch);
		known += launch.known;
	}
	return known == 2;
}

int vt__ranks_of(const struct vt__analysis *analysis, struct vt__ranks **out)
{
	const bool sites = has_ranks(analysis);
	struct vt__ranks *ranks;
	int error;

	*out = NULL;
	if (analysis->process_count < 2)
		return 0;
	error = vt__ranks_new(analysis->symbolizer, &ranks);
	if (error)
		return error;
	for (size_t i = 0; i < analysis->process_count && !error; i++)
		error = vt__ranks_add(ranks, &analysis->processes[i], sites);
	if (!error)
		error = vt__ranks_finish(ranks, false);
	if (error || !is_worth_showing(ranks))
		vt__ranks_free(ranks);
	else
		*out = ranks;
	return error;
}

/* ---- Alone ----------------------------------------------------------------------- */

static int add(struct vt__process *process, void *closure)
{
	return vt__ranks_add(closure, process, true);
}

static void sum_up(const struct vt__ranks *ranks, const struct vt__walk *walk,
		   struct vt__report_outcome *outcome)
{
	*outcome = (struct vt__report_outcome){.processes = walk->read,
					       .unreadable = walk->unreadable};
	for (size_t i = 0; i < ranks->members.count; i++) {
		const struct vt__member *member = &ranks->members.items[i];
		struct vt__sum sum = {outcome->leaked_bytes, 0};

		outcome->findings += member->findings;
		outcome->uncovered += member->uncovered;
		vt__sum_add(&sum, member->leaked[VT_BUCKET_VRAM]);
		outcome->leaked_bytes = sum.bytes;
	}
}

static void write_verdict(const struct vt__text *text, const struct vt__ranks *ranks,
			  const struct vt__report_outcome *outcome, bool is_part)
{
	const size_t missing = vt__ranks_missing(ranks);
	char bytes[VT__UNIT_BYTES];
	uint64_t lost = 0;

	for (size_t i = 0; i < ranks->members.count; i++)
		lost += ranks->members.items[i].lost;
	fprintf(text->out, "vramtrack: %zu process%s, %zu finding%s, %s leaked", outcome->processes,
		vt__plural_es(outcome->processes), outcome->findings, vt__plural(outcome->findings),
		vt__bytes(outcome->leaked_bytes, bytes));
	if (lost)
		fprintf(text->out, "; %" PRIu64 " lost: not everything was seen", lost);
	if (outcome->uncovered)
		fprintf(text->out, "; NOT COVERED: %zu", outcome->uncovered);
	if (outcome->unreadable)
		fprintf(text->out, "; %zu recording%s could not be read", outcome->unreadable,
			vt__plural(outcome->unreadable));
	if (is_part)
		fputs("; a folder given had no recording, or could not be read", text->out);
	if (missing)
		fprintf(text->out, "; no recording of %zu rank%s", missing, vt__plural(missing));
	fputs("\n\n", text->out);
}

static int write_text(const struct vt__ranks *ranks, const struct vt__report_outcome *outcome,
		      const struct vt__report_request *request)
{
	const struct vt__text_view *view = &request->view;
	struct vt__text text = {.out = request->out,
				.colour = view->colour,
				.all = view->all,
				.width = view->width};
	int error;

	if (view->width)
		text.out = vt__fit_open(request->out, view->width);
	if (!text.out)
		return -ENOMEM;
	write_verdict(&text, ranks, outcome, request->unread_folder);
	error = vt__ranks_text(&text, ranks);
	if (view->width && fclose(text.out) && !error)
		error = -ENOMEM;
	return error;
}

static int write_json(const struct vt__ranks *ranks, const struct vt__report_outcome *outcome,
		      const struct vt__report_request *request)
{
	int error;

	fprintf(request->out,
		"{\"schema\":\"%s\",\n \"tool\":{\"name\":\"%s\",\"version\":\"%s\"},\n "
		"\"summary\":",
		VT__RANKS_JSON_SCHEMA, PACKAGE_NAME, PACKAGE_VERSION);
	error = vt__json_open(request->out,
			      json_pack("{s:o,s:o,s:b,s:o,s:o,s:o}", "processes",
					vt__json_number(outcome->processes), "unreadable",
					vt__json_number(outcome->unreadable), "all_read",
					(int)(!outcome->unreadable && !request->unread_folder),
					"uncovered", vt__json_number(outcome->uncovered),
					"findings", vt__json_number(outcome->findings),
					"leaked_bytes", vt__json_number(outcome->leaked_bytes)));
	fputs("},\n \"ranks\":", request->out);
	if (!error)
		error = vt__ranks_json(ranks, NULL, request->out);
	fputs("}\n", request->out);
	return error;
}

static int write_html(const struct vt__ranks *ranks, const struct vt__report_outcome *outcome,
		      const struct vt__report_request *request)
{
	(void)outcome;
	return vt__ranks_html(ranks, request->out);
}

typedef int write_function(const struct vt__ranks *ranks, const struct vt__report_outcome *outcome,
			   const struct vt__report_request *request);

/* NULL for a format that has no such report. */
static write_function *writer_of(const char *format)
{
	static const struct {
		const char *name;
		write_function *write;
	} writers[] = {{"text", write_text}, {"json", write_json}, {"html", write_html}};

	for (size_t i = 0; i < sizeof(writers) / sizeof(*writers); i++)
		if (!strcmp(writers[i].name, format))
			return writers[i].write;
	return NULL;
}

static int make(const struct vt__report_request *request, struct vt__ranks *ranks,
		struct vt__walk *walk, struct vt__report_outcome *outcome)
{
	int error = vt__each_process(walk, request->paths, request->path_count, add, ranks);

	if (!error)
		error = vt__ranks_finish(ranks, true);
	if (error)
		return error;
	vt__progress_end();
	vt__bytes_exactly(request->view.exact_bytes);
	ranks->unreadable = walk->unreadable;
	sum_up(ranks, walk, outcome);
	error = writer_of(request->format)(ranks, outcome, request);
	return error ? error : vt__stream_error(request->out);
}

int vt__ranks_report(const struct vt__report_request *request, struct vt__report_outcome *outcome)
{
	struct vt__walk walk = {.symbolizer = NULL};
	struct vt__ranks *ranks = NULL;
	int error = -ENOMEM;

	if (!writer_of(request->format))
		return -EINVAL;
	walk.symbolizer = vt__symbolizer_new();
	if (walk.symbolizer)
		error = vt__ranks_new(walk.symbolizer, &ranks);
	if (!error)
		error = make(request, ranks, &walk, outcome);
	vt__progress_end();
	vt__ranks_free(ranks);
	vt__duplicates_free(walk.duplicates);
	vt__symbolizer_free(walk.symbolizer);
	return error;
}
