/*
 * JSON report: what a device held when, as columns with a value for each point.
 */
#include "config.h"

#include <errno.h>

#include "reports/findings/history.h"
#include "reports/formats/json.h"

/* A value of each point; `what` tells which. */
static json_t *make_column(const struct vt__history *history,
			   json_t *(*value)(const struct vt__history_point *point, size_t level,
					    const struct vt__recording *recording),
			   size_t level, const struct vt__recording *recording)
{
	json_t *column = json_array();

	for (size_t i = 0; column && i < history->count; i++)
		(void)json_array_append_new(column, value(&history->points[i], level, recording));
	return column;
}

static json_t *seconds(uint64_t time_ns, const struct vt__recording *recording)
{
	return json_real(vt__history_seconds(recording, time_ns));
}

static json_t *begin(const struct vt__history_point *point, size_t level,
		     const struct vt__recording *recording)
{
	(void)level;
	return seconds(point->begin_ns, recording);
}

static json_t *end(const struct vt__history_point *point, size_t level,
		   const struct vt__recording *recording)
{
	(void)level;
	return seconds(point->end_ns, recording);
}

static json_t *most(const struct vt__history_point *point, size_t level,
		    const struct vt__recording *recording)
{
	(void)recording;
	return vt__json_number(point->levels[level].most);
}

static json_t *most_time(const struct vt__history_point *point, size_t level,
			 const struct vt__recording *recording)
{
	return seconds(point->levels[level].most_time_ns, recording);
}

static json_t *least(const struct vt__history_point *point, size_t level,
		     const struct vt__recording *recording)
{
	(void)recording;
	return vt__json_number(point->levels[level].least);
}

static json_t *last(const struct vt__history_point *point, size_t level,
		    const struct vt__recording *recording)
{
	(void)recording;
	return vt__json_number(point->levels[level].last);
}

static json_t *make_history(const struct vt__history *history,
			    const struct vt__recording *recording)
{
	json_t *object = json_pack("{s:f,s:o,s:o}", "period_seconds",
				   (double)history->period_ns / 1e9, "begin_seconds",
				   make_column(history, begin, 0, recording), "end_seconds",
				   make_column(history, end, 0, recording));

	for (size_t level = 0; object && level < VT_FORMAT_LEVELS; level++)
		if (vt__history_is_used(history, level))
			(void)json_object_set_new(
				object, vt__bucket_words[level].json,
				json_pack("{s:o,s:o,s:o,s:o}", "most",
					  make_column(history, most, level, recording),
					  "most_seconds",
					  make_column(history, most_time, level, recording),
					  "least", make_column(history, least, level, recording),
					  "last", make_column(history, last, level, recording)));
	return object;
}

static int write_course(struct vt__json *json, const struct vt__history *history,
			const struct vt__history_course *course)
{
	const struct vt_format_site *site = course->site;
	json_t *values = json_array();
	int error;

	for (size_t i = 0; values && i < history->count; i++)
		(void)json_array_append_new(values, course->bytes[i] == VT_FORMAT_LEVEL_UNKNOWN
							    ? json_null()
							    : vt__json_number(course->bytes[i]));
	error = vt__json_open(
		json->out,
		json_pack("{s:o,s:o,s:o,s:o,s:o}", "most_bytes", vt__json_number(course->most),
			  "kind", vt__json_kind(site->kind), "bucket", vt__json_bucket(site->kind),
			  "api",
			  vt__json_raw(vt__recording_string(json->process->recording, site->api)),
			  "bytes", values));
	if (!error)
		error = vt__json_stack(json, "stack", site->stack);
	fputc('}', json->out);
	return error;
}

int vt__json_history(struct vt__json *json, uint32_t device)
{
	struct vt__history history;
	size_t courses;
	int error = vt__history_make(json->process->recording, device, &history);

	if (error)
		return error;
	fputs(",\"history\":", json->out);
	if (!history.count) {
		fputs("null", json->out);
		return 0;
	}
	error = vt__json_open(json->out, make_history(&history, json->process->recording));
	fputs(",\"sites\":[", json->out);
	courses = json->form && json->form->courses < history.course_count ? json->form->courses
									   : history.course_count;
	for (size_t i = 0; !error && i < courses; i++) {
		fputs(i ? ",\n    " : "\n    ", json->out);
		error = write_course(json, &history, &history.courses[i]);
	}
	fputs("]}", json->out);
	vt__history_release(&history);
	return error;
}

int vt__json_events(struct vt__json *json)
{
	uint64_t dropped;
	const uint64_t kept = vt__history_events(json->process->recording, &dropped);
	int error;

	fputs(",\n  \"events\":", json->out);
	if (!vt__recording_event_rings(json->process->recording)) {
		fputs("null", json->out);
		return 0;
	}
	error = vt__json_open(json->out, json_pack("{s:o,s:o}", "kept", vt__json_number(kept),
						   "dropped", vt__json_number(dropped)));
	fputc('}', json->out);
	return error;
}
