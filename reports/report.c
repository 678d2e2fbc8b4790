/*
 * The one door from the command to the reports: recordings in, a report out.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/analysis.h"
#include "reports/findings/each_process.h"
#include "reports/ranks_report.h"
#include "reports/recording/reader.h"
#include "reports/report.h"
#include "reports/text/stream.h"
#include "reports/compare/verify.h"
#include "reports/formats/writer.h"

static const struct vt__writer writers[] = {
#define VT__WRITER(name, description) {#name, description, vt__write_##name},
	VT__WRITERS(VT__WRITER)
#undef VT__WRITER
};

const char *vt__report_formats(void)
{
#define VT__WRITER(name, description) ", " #name
	static const char names[] = VT__WRITERS(VT__WRITER);
#undef VT__WRITER

	return names + strlen(", ");
}

static const struct vt__writer *find_writer(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(writers) / sizeof(*writers); i++)
		if (!strcmp(writers[i].name, name))
			return &writers[i];
	return NULL;
}

/* ---- Beside another source --------------------------------------------------- */

/* What the comparison is made of, and itself. */
struct beside {
	struct vt__recording **reported; /* the analysis's */
	struct vt__recording **others;   /* opened here */
	size_t other_count;
	struct vt__verification *verification;
};

static int compare(struct beside *beside, struct vt__analysis *analysis, struct vt__walk *walk,
		   const struct vt__report_request *request)
{
	const struct vt__verify_side *sides;
	int error = 0;
	size_t i;

	beside->reported = calloc(analysis->process_count + 1, sizeof(*beside->reported));
	beside->others = calloc(request->other_count + 1, sizeof(*beside->others));
	if (!beside->reported || !beside->others)
		return -ENOMEM;
	for (i = 0; i < analysis->process_count; i++)
		beside->reported[i] = analysis->processes[i].recording;
	for (i = 0; i < request->other_count; i++) {
		beside->others[beside->other_count] = vt__walk_open(walk, request->other_paths[i],
								    &error);
		beside->other_count += beside->others[beside->other_count] != NULL;
	}
	if (error)
		return error;
	sides = (const struct vt__verify_side[2]){{beside->reported, analysis->process_count},
						  {beside->others, beside->other_count}};
	if (vt__verify(sides, &beside->verification))
		return -ENOMEM;
	analysis->verification = beside->verification;
	return 0;
}

static void release(struct beside *beside)
{
	vt__verification_free(beside->verification);
	while (beside->other_count)
		vt__recording_close(beside->others[--beside->other_count]);
	free(beside->others);
	free(beside->reported);
}

/* ---- The whole --------------------------------------------------------------- */

static void tell_outcome(const struct vt__analysis *analysis, struct vt__report_outcome *outcome)
{
	const struct vt__summary *summary = &analysis->summary;
	struct vt__report_outcome result = {
		.processes = analysis->process_count,
		.unreadable = analysis->unreadable,
		.uncovered = summary->uncovered,
		.disagreements = analysis->verification
					 ? vt__verify_disagreements(analysis->verification)
					 : 0,
		.leaked_bytes = summary->sums[VT__CLASS_LEAK][VT_BUCKET_VRAM].bytes,
	};
	int class;

	for (class = 0; class < VT__CLASS_COUNT; class ++) {
		if (vt__class_words[class].is_finding)
			result.findings += summary->findings[class];
		if (vt__class_words[class].fails)
			result.failing += summary->findings[class];
	}
	*outcome = result;
}

int vt__report(const struct vt__report_request *request, struct vt__report_outcome *outcome)
{
	const struct vt__writer *writer = find_writer(request->format);
	struct beside beside = {.verification = NULL};
	struct vt__ranks *ranks = NULL;
	struct vt__walk walk = {.symbolizer = NULL};
	struct vt__analysis *analysis;
	int error;

	if (request->merge)
		return vt__ranks_report(request, outcome);
	if (!writer)
		return -EINVAL;
	error = vt__analysis_new(&analysis);
	if (error)
		return error;
	error = vt__walk_read(&walk, request->paths, request->path_count, analysis);
	if (!error && request->verify)
		error = compare(&beside, analysis, &walk, request);
	if (!error)
		error = vt__ranks_of(analysis, &ranks);
	analysis->ranks = ranks;
	analysis->unreadable = walk.unreadable;
	if (!error)
		error = writer->write(analysis, request->colour, request->out);
	if (!error)
		error = vt__stream_error(request->out);
	if (!error)
		tell_outcome(analysis, outcome);
	release(&beside);
	vt__ranks_free(ranks);
	vt__duplicates_free(walk.duplicates);
	vt__analysis_free(analysis);
	return error;
}
