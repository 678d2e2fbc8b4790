/*
 * Perfetto report: live allocations, marks, peaks and the driver's own word over time, in the
 * JSON trace format of Chrome, which Perfetto reads too.
 *
 * What was live over time is the recording's bounded history; slices are of what stayed.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/describe.h"
#include "reports/findings/history.h"
#include "reports/findings/kept.h"
#include "reports/formats/json.h"
#include "reports/formats/titles.h"
#include "reports/formats/writer.h"
#include "reports/text/stream.h"

#define SLICES_MOST 20000u /* of a process */
#define PID_OF_COPY 10000000u

/* What is written for each allocation of a site. */
struct site_texts {
	char *title, *stack;
};

struct trace {
	FILE *out;
	uint64_t start_ns; /* CLOCK_REALTIME: of the process that began first */
	uint64_t events, slices;
	struct vt__frames frames;
	/* The process that is being written: */
	const struct vt__process *process;
	json_int_t pid;
	uint64_t end_ns; /* of its clock: where what stayed ends */
	struct site_texts *sites;
};

/* ---- Events --------------------------------------------------------------------------------- */

/* Microseconds from the beginning of the trace. */
static double time_of(const struct trace *trace, uint64_t time_ns)
{
	const struct vt_format_header *header = vt__recording_header(trace->process->recording);
	const uint64_t into = time_ns > header->start_monotonic_ns
				      ? time_ns - header->start_monotonic_ns
				      : 0;

	return ((double)(header->start_realtime_ns - trace->start_ns) + (double)into) / 1000;
}

/* Writes an event, of which the members that all have are added; takes it over. 0 or -ENOMEM. */
static int write_event(struct trace *trace, const char *phase, uint64_t time_ns, json_t *event)
{
	json_t *all = json_pack("{s:s,s:I,s:f}", "ph", phase, "pid", trace->pid, "ts",
				time_of(trace, time_ns));
	int error = all && event && !json_object_update(all, event) ? 0 : -ENOMEM;

	json_decref(event);
	if (error) {
		json_decref(all);
		return error;
	}
	fputs(trace->events++ ? ",\n" : "\n", trace->out);
	error = vt__json_open(trace->out, all);
	fputc('}', trace->out);
	return error ? error : ferror(trace->out) ? -EIO : 0;
}

/* A moment of the whole process. */
static int write_moment(struct trace *trace, const char *category, json_t *name, uint64_t time_ns,
			json_t *arguments)
{
	return write_event(trace, "i", time_ns,
			   json_pack("{s:s,s:s,s:i,s:o,s:o}", "cat", category, "s", "p", "tid", 0,
				     "name", name, "args", arguments));
}

static int write_counter(struct trace *trace, const char *name, uint64_t time_ns, uint64_t value)
{
	return write_event(trace, "C", time_ns,
			   json_pack("{s:i,s:s,s:{s:o}}", "tid", 0, "name", name, "args", "bytes",
				     vt__json_number(value)));
}

/* "GPU 0: device memory, kept". */
static const char *name_of(const struct trace *trace, uint32_t device, enum vt_bucket bucket,
			   const char *what, char text[96])
{
	const int32_t ordinal = trace->process->devices[device].record->ordinal;

	if (ordinal < 0)
		snprintf(text, 96, "%s, %s", vt__bucket_words[bucket].text, what);
	else
		snprintf(text, 96, "GPU %" PRId32 ": %s, %s", ordinal,
			 vt__bucket_words[bucket].text, what);
	return text;
}

/* ---- Allocations ------------------------------------------------------------------------------
 */

static int make_stack(struct trace *trace, const char *missing, char **out)
{
	size_t bytes;
	FILE *stream = open_memstream(out, &bytes);
	char *place = NULL;
	bool whole = stream;

	for (size_t i = 0; whole && i < trace->frames.count; i++) {
		place = vt__frame_place(&trace->frames.frames[i]);
		whole = place;
		if (place)
			fprintf(stream, "%s%s", i ? "\n" : "", place);
		free(place);
	}
	if (whole && missing)
		fprintf(stream, "%s%s", trace->frames.count ? "\n" : "", missing);
	if (stream && fclose(stream))
		whole = false;
	return whole ? 0 : -ENOMEM;
}

static int need_texts(struct trace *trace, const struct vt__kept *kept)
{
	struct site_texts *texts = &trace->sites[kept->allocation->site];
	const char *missing;
	int error;

	if (texts->stack)
		return 0;
	error = vt__titled_stack(trace->process->stacks, trace->process->recording,
				 kept->site->stack, &trace->frames, &missing);
	if (error)
		return error;
	texts->title = vt__site_title(&trace->frames, missing);
	return texts->title ? make_stack(trace, missing, &texts->stack) : -ENOMEM;
}

static json_t *make_arguments(const struct trace *trace, const struct vt__kept *kept)
{
	const struct vt__recording *recording = trace->process->recording;
	char address[24];

	snprintf(address, sizeof(address), "0x%" PRIx64, kept->allocation->address);
	return json_pack(
		"{s:o,s:s,s:s,s:o,s:o,s:o,s:o}", "bytes", vt__json_number(kept->allocation->bytes),
		"address", address, "kind", vt__kind_words[kept->site->kind].json, "api",
		vt__json_raw(vt__recording_string(recording, kept->site->api)), "purpose",
		vt__json_raw(vt__recording_optional(recording, kept->allocation->purpose)), "label",
		vt__json_raw(vt__recording_optional(recording, kept->allocation->label)), "stack",
		vt__json_string(trace->sites[kept->allocation->site].stack));
}

/* From its making to the end: not nested in others, so one of the kind with a number. */
static int write_slice(struct trace *trace, const struct vt__kept *kept)
{
	const uint64_t began = kept->allocation->time_ns;
	const uint64_t ended = began > trace->end_ns ? began : trace->end_ns;
	const json_int_t thread = kept->allocation->thread;
	char id[24];
	int error = need_texts(trace, kept);
	const char *title = trace->sites[kept->allocation->site].title;

	snprintf(id, sizeof(id), "0x%" PRIx64, ++trace->slices);
	if (!error)
		error = write_event(trace, "b", began,
				    json_pack("{s:s,s:s,s:I,s:o,s:o}", "cat", "allocation", "id",
					      id, "tid", thread, "name", vt__json_string(title),
					      "args", make_arguments(trace, kept)));
	return error ? error
		     : write_event(trace, "e", ended,
				   json_pack("{s:s,s:s,s:I,s:o}", "cat", "allocation", "id", id,
					     "tid", thread, "name", vt__json_string(title)));
}

/* What had been made by then and stayed. What is not shown one by one stands at the beginning. */
static int write_kept_counters(struct trace *trace, const struct vt__kept_list *list,
			       uint32_t device, enum vt_bucket bucket)
{
	const uint64_t start = vt__recording_header(trace->process->recording)->start_monotonic_ns;
	uint64_t live = list->rest[(size_t)device * VT_BUCKET_COUNT + bucket].bytes;
	char name[96];
	bool is_first = true;
	int error = 0;

	(void)name_of(trace, device, bucket, "kept", name);
	for (size_t i = 0; !error && i < list->count; i++) {
		const struct vt__kept *kept = &list->items[i];

		if (kept->site->device != device || vt__bucket_of(kept->site->kind) != bucket)
			continue;
		if (is_first)
			error = write_counter(trace, name, start, live);
		is_first = false;
		live += kept->allocation->bytes;
		if (!error)
			error = write_counter(trace, name, kept->allocation->time_ns, live);
	}
	return error || is_first ? error : write_counter(trace, name, trace->end_ns, live);
}

static int write_allocations(struct trace *trace, const struct vt__kept_list *list)
{
	int error = 0;

	for (uint32_t i = 0; !error && i < trace->process->device_count; i++)
		for (int bucket = 0; !error && bucket < VT_BUCKET_COUNT; bucket++)
			if (bucket != VT_BUCKET_HELD)
				error = write_kept_counters(trace, list, i, (enum vt_bucket)bucket);
	for (size_t i = 0; !error && i < list->count; i++)
		error = write_slice(trace, &list->items[i]);
	return error;
}

/* ---- Moments ----------------------------------------------------------------------------------
 */

static int write_peaks(struct trace *trace)
{
	char name[96];
	int error = 0;

	for (size_t i = 0; !error && i < trace->process->peak_count; i++) {
		const struct vt__peak_row *peak = &trace->process->peaks[i];
		const struct vt_format_device *record =
			trace->process->devices[peak->device].record;

		if (!peak->bytes)
			continue;
		error = write_moment(
			trace, "peak",
			json_string(name_of(trace, peak->device, peak->bucket, "peak", name)),
			record->peak_time_ns[peak->bucket],
			json_pack("{s:o}", "bytes", vt__json_number(peak->bytes)));
	}
	return error;
}

static int write_mark(struct trace *trace, const struct vt_format_mark *series, uint64_t number,
		      uint64_t time_ns)
{
	return write_moment(
		trace, "mark",
		vt__json_raw(vt__recording_string(trace->process->recording, series->name)),
		time_ns, json_pack("{s:o}", "number", vt__json_number(number)));
}

/* Those whose times are kept, and of each series the first and the last. */
static int write_marks(struct trace *trace)
{
	const struct vt__recording *recording = trace->process->recording;
	struct vt__history_mark *marks;
	size_t count;
	int error = vt__history_marks(recording, &marks, &count);

	if (error)
		return error;
	for (size_t i = 0; !error && i < count; i++)
		if (marks[i].number > 1 && marks[i].number < marks[i].series->count)
			error = write_mark(trace, marks[i].series, marks[i].number,
					   marks[i].time_ns);
	for (uint32_t i = 0; !error && i < vt__recording_marks(recording); i++) {
		const struct vt_format_mark *series = vt__recording_mark(recording, i);

		error = write_mark(trace, series, 1, series->first_time_ns);
		if (!error && series->count > 1)
			error = write_mark(trace, series, series->count, series->last_time_ns);
	}
	free(marks);
	return error;
}

static int write_findings(struct trace *trace)
{
	int error = 0;

	for (size_t i = 0; !error && i < trace->process->finding_count; i++) {
		const struct vt__finding_row *row = &trace->process->findings[i];

		if (!row->record)
			continue;
		error = write_moment(
			trace, "finding", json_string(vt__class_words[row->finding_class].one),
			row->record->time_ns,
			json_pack("{s:o,s:o,s:o}", "bytes", vt__json_number(row->sum.bytes),
				  "count", vt__json_number(row->sum.count), "api",
				  vt__json_raw(row->api)));
	}
	return error;
}

/* Memory of the device in use by all processes, as the driver told at some moments. */
static int write_accounts(struct trace *trace)
{
	const struct vt__recording *recording = trace->process->recording;
	char name[96];
	int error = 0;

	for (uint32_t i = 0; !error && i < vt__recording_accounts(recording); i++) {
		const struct vt_format_account *account = vt__recording_account(recording, i);

		if (account->device >= trace->process->device_count ||
		    account->device_total_bytes == VT_FORMAT_UNKNOWN ||
		    account->device_free_bytes > account->device_total_bytes)
			continue;
		snprintf(name, sizeof(name), "GPU %" PRId32 ": in use by all, by the driver",
			 trace->process->devices[account->device].record->ordinal);
		error = write_counter(trace, name, account->time_ns,
				      account->device_total_bytes - account->device_free_bytes);
	}
	return error;
}

/* ---- The history ------------------------------------------------------------------------------
 */

/* Of each stretch of time the most, when it was, and the last. No time is before the one before. */
static int write_level(struct trace *trace, const struct vt__history *history, uint32_t device,
		       size_t level)
{
	uint64_t before = 0, time_ns;
	char name[96];
	int error = 0;

	(void)name_of(trace, device, (enum vt_bucket)level, "live", name);
	for (size_t i = 0; !error && i < history->count; i++) {
		const struct vt__history_point *point = &history->points[i];

		time_ns = point->levels[level].most_time_ns;
		time_ns = time_ns < point->begin_ns ? point->begin_ns : time_ns;
		time_ns = time_ns < before ? before : time_ns;
		error = write_counter(trace, name, time_ns, point->levels[level].most);
		before = point->end_ns < time_ns ? time_ns : point->end_ns;
		if (!error)
			error = write_counter(trace, name, before, point->levels[level].last);
	}
	return error;
}

static int write_history(struct trace *trace)
{
	struct vt__history history;
	int error = 0;

	for (uint32_t i = 0; !error && i < trace->process->device_count; i++) {
		error = vt__history_make(trace->process->recording, i, &history);
		if (error)
			break;
		for (size_t level = 0; !error && level < VT_FORMAT_LEVELS; level++)
			if (vt__history_is_used(&history, level))
				error = write_level(trace, &history, i, level);
		vt__history_release(&history);
	}
	return error;
}

/* ---- Processes ----------------------------------------------------------------------------------
 */

/* Where it ended; else the last that is known of it. */
static uint64_t end_of(const struct vt__process *process, const struct vt__kept_list *list)
{
	const struct vt_format_header *header = vt__recording_header(process->recording);
	const uint64_t ns = vt__duration_ns(process);
	const uint64_t end = header->start_monotonic_ns + ns;
	const uint64_t last = list->count ? list->items[list->count - 1].allocation->time_ns : 0;

	return ns && end > last ? end : last + 1000000;
}

static int write_process_events(struct trace *trace, const struct vt__kept_list *list)
{
	char *title = vt__process_title(trace->process);
	const uint64_t start = vt__recording_header(trace->process->recording)->start_monotonic_ns;
	int error = write_event(trace, "M", start,
				json_pack("{s:i,s:s,s:{s:o}}", "tid", 0, "name", "process_name",
					  "args", "name", vt__json_take(title)));

	if (!error)
		error = write_history(trace);
	if (!error)
		error = write_allocations(trace, list);
	if (!error)
		error = write_peaks(trace);
	if (!error)
		error = write_marks(trace);
	if (!error)
		error = write_findings(trace);
	return error ? error : write_accounts(trace);
}

static int write_process(struct trace *trace)
{
	const uint32_t sites = vt__recording_sites(trace->process->recording);
	struct vt__kept_list list;
	int error = vt__kept_of(trace->process, SLICES_MOST, &list);

	if (error)
		return error;
	trace->end_ns = end_of(trace->process, &list);
	trace->sites = calloc(sites + 1u, sizeof(*trace->sites));
	error = trace->sites ? write_process_events(trace, &list) : -ENOMEM;
	for (uint32_t i = 0; trace->sites && i < sites; i++) {
		free(trace->sites[i].title);
		free(trace->sites[i].stack);
	}
	free(trace->sites);
	vt__kept_release(&list);
	return error;
}

/* Its own number, unless one before it had it: on another machine, or before it. */
static json_int_t pid_of(const struct vt__analysis *analysis, size_t number)
{
	const uint32_t pid = vt__recording_header(analysis->processes[number].recording)->pid;

	for (size_t i = 0; i < number; i++)
		if (vt__recording_header(analysis->processes[i].recording)->pid == pid)
			return (json_int_t)(PID_OF_COPY + number);
	return pid;
}

int vt__write_perfetto(const struct vt__analysis *analysis, bool colour, FILE *out)
{
	struct trace trace = {.out = out};
	int error = 0, lost;

	(void)colour;
	fputs("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[", out);
	/* They are in the order of their start. */
	if (analysis->process_count)
		trace.start_ns =
			vt__recording_header(analysis->processes[0].recording)->start_realtime_ns;
	for (size_t i = 0; !error && i < analysis->process_count; i++) {
		trace.process = &analysis->processes[i];
		trace.pid = pid_of(analysis, i);
		error = write_process(&trace);
	}
	fputs("\n]}\n", out);
	vt__frames_release(&trace.frames);
	lost = vt__stream_error(out);
	return lost ? lost : error;
}
