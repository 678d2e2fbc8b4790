/*
 * The one door from the command to the reports: recordings in, a report out.
 */
#include "config.h"

#include "reports/report.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/between.h"
#include "reports/findings/core_dump.h"
#include "reports/findings/analysis.h"
#include "reports/findings/each_process.h"
#include "reports/findings/samples.h"
#include "reports/ranks_report.h"
#include "reports/recording/reader.h"
#include "reports/text/progress.h"
#include "reports/text/stream.h"
#include "reports/text/units.h"
#include "reports/compare/verify.h"
#include "reports/formats/whereabouts_writer.h"
#include "reports/formats/writer.h"

static const struct vt__writer writers[] = {
#define VT__WRITER(id, name, is_binary, description) {name, is_binary, description, vt__write_##id},
	VT__WRITERS(VT__WRITER)
#undef VT__WRITER
};

const char *vt__report_formats(void)
{
#define VT__WRITER(id, name, is_binary, description) ", " name
	static const char names[] = VT__WRITERS(VT__WRITER);
#undef VT__WRITER

	return names + strlen(", ");
}

const char *vt__report_sections(void)
{
#define VT__SECTION(id, word, what) ", " word
	return "all" VT__SECTIONS(VT__SECTION);
#undef VT__SECTION
}

static const struct vt__writer *find_writer(const char *name)
{
	for (size_t i = 0; i < sizeof(writers) / sizeof(*writers); i++)
		if (!strcmp(writers[i].name, name))
			return &writers[i];
	return NULL;
}

bool vt__report_is_binary(const char *format)
{
	const struct vt__writer *writer = find_writer(format);

	return writer && writer->is_binary;
}

const char *vt__report_measures(void)
{
#define VT__MEASURE(id, name) ", " name
	static const char names[] = VT__MEASURES(VT__MEASURE);
#undef VT__MEASURE

	return names + strlen(", ");
}

const char *vt__report_buckets(void)
{
#define VT_BUCKET(id, json, words, owned, one, left) ", " json
	static const char names[] = VT_BUCKETS(VT_BUCKET);
#undef VT_BUCKET

	return names + strlen(", ");
}

/* The measure and the bucket that are asked for; else leaked device memory. */
static void choose(const struct vt__report_request *request, struct vt__analysis *analysis)
{
	for (int i = 0; request->measure && i < VT__MEASURE_COUNT; i++)
		if (!strcmp(vt__measure_names[i], request->measure))
			analysis->measure = (enum vt__measure)i;
	for (int i = 0; request->bucket && i < VT_BUCKET_COUNT; i++)
		if (!strcmp(vt__bucket_words[i].json, request->bucket))
			analysis->bucket = (enum vt_bucket)i;
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
	const size_t unreadable = walk->unreadable; /* of those that are reported */
	const struct vt__verify_side *sides;
	int error = 0;

	beside->reported = calloc(analysis->process_count + 1, sizeof(*beside->reported));
	beside->others = calloc(request->other_count + 1, sizeof(*beside->others));
	if (!beside->reported || !beside->others)
		return -ENOMEM;
	for (size_t i = 0; i < analysis->process_count; i++)
		beside->reported[i] = analysis->processes[i].recording;
	for (size_t i = 0; i < request->other_count; i++) {
		beside->others[beside->other_count] = vt__walk_open(walk, request->other_paths[i],
								    &error);
		beside->other_count += beside->others[beside->other_count] != NULL;
	}
	if (error)
		return error;
	sides = (const struct vt__verify_side[2]){
		{beside->reported, analysis->process_count, unreadable},
		{beside->others, beside->other_count, walk->unreadable - unreadable}};
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

	for (int what = 0; what < VT__CLASS_COUNT; what++) {
		if (vt__class_words[what].is_finding)
			result.findings += summary->findings[what];
		if (vt__class_words[what].fails)
			result.failing += summary->findings[what];
	}
	for (size_t i = 0; analysis->between && i < analysis->process_count; i++)
		result.without_marks += !vt__between_is_there(&analysis->processes[i],
							      analysis->between);
	*outcome = result;
}

int vt__report_analyse(const char *const *paths, size_t path_count,
		       int (*use)(struct vt__analysis *analysis, struct vt__walk *walk,
				  void *closure),
		       void *closure)
{
	struct vt__walk walk = {.symbolizer = NULL};
	struct vt__ranks *ranks = NULL;
	struct vt__analysis *analysis;
	int error = vt__analysis_new(&analysis);

	if (error)
		return error;
	error = vt__walk_read(&walk, paths, path_count, analysis);
	analysis->unreadable = walk.unreadable;
	if (!error)
		error = vt__ranks_of(analysis, &ranks);
	if (ranks)
		ranks->unreadable = walk.unreadable;
	analysis->ranks = ranks;
	if (!error)
		error = use(analysis, &walk, closure);
	vt__progress_end();
	vt__ranks_free(ranks);
	vt__duplicates_free(walk.duplicates);
	vt__analysis_free(analysis);
	return error;
}

/* One report in the making. */
struct making {
	const struct vt__report_request *request;
	const struct vt__writer *writer;
	struct vt__report_outcome *outcome;
};

/* While there may be a line of progress nothing else goes to the terminal: the report is made in
 * memory, since stacks are named as they are written. */
static int write_report(const struct vt__writer *writer, const struct vt__analysis *analysis,
			const struct vt__report_request *request)
{
	char *whole = NULL;
	size_t length;
	FILE *out;
	int error;

	if (!vt__progress_is_on())
		return writer->write(analysis, request->view.colour, request->out);
	out = open_memstream(&whole, &length);
	error = out ? writer->write(analysis, request->view.colour, out) : -ENOMEM;
	if (out && fclose(out) && !error)
		error = -ENOMEM;
	vt__progress_end();
	if (!error)
		fwrite(whole, 1, length, request->out);
	free(whole);
	return error;
}

bool vt__report_can_be_between(const char *marks)
{
	struct vt__two_marks two;

	return vt__two_marks_parse(marks, ",", &two);
}

/* Addresses in one request. */
#define ASKED_MOST 64

/* "0x7f00,0x7f10": how many there are, 0: something else stands there. */
static size_t parse_addresses(const char *text, uint64_t out[ASKED_MOST])
{
	size_t count = 0;

	while (count < ASKED_MOST) {
		char *end;

		if (!isxdigit((unsigned char)*text))
			return 0;
		errno = 0;
		out[count++] = strtoull(text, &end, 16);
		if (errno || end == text || (*end && *end != ','))
			return 0;
		if (!*end)
			return count;
		text = end + 1;
	}
	return 0;
}

bool vt__report_can_be_addresses(const char *addresses)
{
	uint64_t parsed[ASKED_MOST];

	return parse_addresses(addresses, parsed) > 0;
}

/* Writes of addresses alone. */
static int make_of_addresses(struct vt__analysis *analysis, struct vt__walk *walk, void *closure)
{
	const struct making *making = closure;
	const struct vt__report_request *request = making->request;
	uint64_t addresses[ASKED_MOST];
	struct vt__core_dump dump = {.threads = NULL};
	struct vt__asked asked = {.addresses = addresses};
	char message[VT__MESSAGE_BYTES];
	int error = 0;

	analysis->unreadable = walk->unreadable;
	analysis->unread_folder = request->unread_folder;
	analysis->full_stacks = request->view.full_stacks;
	analysis->view = &request->view;
	vt__bytes_exactly(request->view.exact_bytes);
	if (request->addresses)
		asked.count = parse_addresses(request->addresses, addresses);
	if (request->core_dump)
		error = vt__core_dump_read(request->core_dump, &dump, message);
	if (error) { /* said here: who asks for a report knows of no dumps */
		vt__progress_end();
		fprintf(stderr, "vramtrack: %s\n", message);
		return -EBADMSG;
	}
	asked.dump = request->core_dump ? &dump : NULL;
	analysis->asked = &asked;
	error = write_report(making->writer, analysis, request);
	if (!error)
		error = vt__stream_error(request->out);
	if (!error)
		tell_outcome(analysis, making->outcome);
	vt__core_dump_release(&dump);
	return error;
}

static int make(struct vt__analysis *analysis, struct vt__walk *walk, void *closure)
{
	const struct making *making = closure;
	const struct vt__report_request *request = making->request;
	struct beside beside = {.verification = NULL};
	struct vt__two_marks marks;
	int error = request->verify ? compare(&beside, analysis, walk, request) : 0;

	analysis->unreadable = walk->unreadable;
	analysis->unread_folder = request->unread_folder;
	analysis->full_stacks = request->view.full_stacks;
	analysis->view = &request->view;
	vt__bytes_exactly(request->view.exact_bytes);
	choose(request, analysis);
	if (request->between && !vt__two_marks_parse(request->between, ",", &marks))
		error = -EINVAL;
	analysis->between = request->between ? &marks : NULL;
	if (!error)
		error = write_report(making->writer, analysis, request);
	if (!error)
		error = vt__stream_error(request->out);
	if (!error)
		tell_outcome(analysis, making->outcome);
	release(&beside);
	return error;
}

int vt__report(const struct vt__report_request *request, struct vt__report_outcome *outcome)
{
	struct making making = {request, find_writer(request->format), outcome};

	if (request->merge)
		return vt__ranks_report(request, outcome);
	if (!making.writer)
		return -EINVAL;
	return vt__report_analyse(
		request->paths, request->path_count,
		request->addresses || request->core_dump ? make_of_addresses : make, &making);
}
