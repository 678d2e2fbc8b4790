/*
 * JSON report: marks, and the rows of growing call sites.
 */
#include "config.h"

#include <errno.h>

#include "reports/findings/growth.h"
#include "reports/findings/history.h"
#include "reports/findings/rest.h"
#include "reports/formats/json.h"

json_t *vt__json_growing(const struct vt__json *json, const struct vt__finding_row *row)
{
	const struct vt__growth *growth = row->growth;
	json_t *object = vt__json_finding(json->process, row);
	json_t *more = json_pack(
		"{s:o,s:s?,s:f,s:o,s:f,s:f,s:I,s:I,s:I,s:o,s:o,s:I,s:I,s:I,s:I}", "mark",
		vt__json_raw(vt__recording_string(json->process->recording, growth->mark->name)),
		"marker", vt__marker_name(growth->mark->marker), "bytes_per_mark",
		growth->bytes_per_mark, "objects_per_mark",
		growth->is_counted ? json_real(growth->per_mark) : json_null(), "r_squared",
		growth->r_squared, "trend", growth->trend, "marks",
		(json_int_t)growth->last_mark - growth->first_mark + 1, "first_mark",
		(json_int_t)growth->first_mark, "last_mark", (json_int_t)growth->last_mark,
		"first_bytes", vt__json_number(growth->first_bytes), "last_bytes",
		vt__json_number(growth->last_bytes), "first_count", (json_int_t)growth->first_count,
		"last_count", (json_int_t)growth->last_count, "rises", (json_int_t)growth->rises,
		"falls", (json_int_t)growth->falls);

	if (!object || !more) {
		json_decref(object);
		json_decref(more);
		return NULL;
	}
	(void)json_object_update_new(object, more);
	return object;
}

static json_t *seconds(const struct vt__json *json, const struct vt_format_mark *mark,
		       uint64_t time_ns)
{
	const uint64_t start = vt__recording_header(json->process->recording)->start_monotonic_ns;

	return mark->count && time_ns >= start ? json_real((double)(time_ns - start) / 1e9)
					       : json_null();
}

/* When its marks were, as far as that is kept. */
static json_t *make_times(const struct vt__json *json, uint32_t number, uint64_t *every)
{
	const struct vt__recording *recording = json->process->recording;
	json_t *list = json_array();

	*every = 1;
	for (uint32_t i = 0; list && i < vt__recording_mark_times(recording); i++) {
		const struct vt_format_mark_times *times = vt__recording_mark_time(recording, i);

		if (times->mark != number)
			continue;
		*every = 1ull << times->stride_log2;
		for (uint32_t j = 0; j < times->count; j++)
			(void)json_array_append_new(list, json_real(vt__history_seconds(
								  recording, times->times_ns[j])));
		break;
	}
	return list;
}

static json_t *make_mark(const struct vt__json *json, uint32_t number)
{
	const struct vt_format_mark *mark = vt__recording_mark(json->process->recording, number);
	uint64_t every;
	json_t *times = make_times(json, number, &every);

	return json_pack("{s:o,s:s?,s:b,s:o,s:o,s:o,s:o,s:o}", "name",
			 vt__json_raw(vt__recording_string(json->process->recording, mark->name)),
			 "marker", vt__marker_name(mark->marker), "followed", (int)!!mark->followed,
			 "count", vt__json_number(mark->count), "first_seconds",
			 seconds(json, mark, mark->first_time_ns), "last_seconds",
			 seconds(json, mark, mark->last_time_ns), "times_every",
			 vt__json_number(every), "times_seconds", times);
}

/* Whether growth could be told, and by which marks. */
static int write_growth(struct vt__json *json)
{
	const struct vt_format_mark *followed = vt__followed_marks(json->process->recording);
	const char *obstacle = followed ? vt__growth_obstacle(followed)
					: "not told: there are no marks";
	int error = vt__json_open(json->out,
				  json_pack("{s:b,s:s?,s:i}", "told", obstacle == NULL, "reason",
					    obstacle, "marks_needed", (int)VT__GROWTH_MARKS_LEAST));

	fputc('}', json->out);
	return error;
}

static json_t *make_rest(const struct vt__json *json, const struct vt__rest_row *row)
{
	static const char *const verdicts[] = {
		[VT__REST_STEADY] = "steady",
		[VT__REST_GROWS] = "grows",
		[VT__REST_UNTOLD] = "not_told",
		[VT__REST_UNASKED] = "not_asked",
	};
	const struct vt_format_device *device = vt__recording_device(json->process->recording,
								     row->record->device);

	return json_pack(
		"{s:i,s:s,s:s?,s:s,s:I,s:I,s:I,s:I,s:I,s:o}", "device", device->ordinal, "verdict",
		verdicts[row->verdict], "reason", row->reason, "word",
		vt__word_names[row->word].json, "samples", (json_int_t)row->record->samples,
		"first_mark", (json_int_t)row->record->first_mark, "last_mark",
		(json_int_t)row->record->last_mark, "first_bytes", (json_int_t)row->first_bytes,
		"last_bytes", (json_int_t)row->last_bytes, "others_moved_bytes",
		row->others_known ? json_integer(row->others_moved) : json_null());
}

static int write_rests(struct vt__json *json)
{
	int error = 0;

	fputs(",\n  \"unattributed\":[", json->out);
	for (size_t i = 0; !error && i < json->process->rest_count; i++) {
		fputs(i ? ",\n   " : "\n   ", json->out);
		error = vt__json_open(json->out, make_rest(json, &json->process->rests[i]));
		fputc('}', json->out);
	}
	fputc(']', json->out);
	return error;
}

int vt__json_marks(struct vt__json *json)
{
	const size_t count = vt__json_rows(json->form,
					   vt__recording_marks(json->process->recording));
	int error = 0;

	fputs(",\n  \"marks\":[", json->out);
	for (uint32_t i = 0; !error && i < count; i++) {
		fputs(i ? ",\n   " : "\n   ", json->out);
		error = vt__json_open(json->out, make_mark(json, i));
		fputc('}', json->out);
	}
	fputs("],\n  \"growth\":", json->out);
	if (!error)
		error = write_growth(json);
	return error ? error : write_rests(json);
}
