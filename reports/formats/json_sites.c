/*
 * JSON for the page: call sites with all that is told of each, and the peaks.
 */
#include "config.h"

#include <errno.h>

#include "reports/findings/site_rows.h"
#include "reports/formats/json.h"

/* [bytes, count] */
static json_t *pair(struct vt__sum sum)
{
	return json_pack("[o,o]", vt__json_number(sum.bytes), vt__json_number(sum.count));
}

static json_t *add_sums(json_t *object, const struct vt__site_sums *sums)
{
	json_t *more = json_pack("{s:o,s:o,s:o,s:o}", "peak", pair(sums->peak), "live",
				 pair(sums->live), "leak", pair(sums->leak), "all",
				 pair(sums->all));

	if (!object || !more || json_object_update(object, more)) {
		json_decref(object);
		object = NULL;
	}
	json_decref(more);
	return object;
}

/* Seconds after the start, or null. */
static json_t *seconds(const struct vt__process *process, uint64_t time_ns)
{
	const uint64_t start = vt__recording_header(process->recording)->start_monotonic_ns;

	return time_ns >= start ? json_real((double)(time_ns - start) / 1e9) : json_null();
}

static int write_site(struct vt__json *json, const struct vt__site_row *row)
{
	const struct vt_format_site *site = row->site;
	const struct vt__recording *recording = json->process->recording;
	json_t *object = json_pack("{s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "number",
				   (json_int_t)row->number, "kind", vt__json_kind(site->kind),
				   "bucket", vt__json_bucket(site->kind), "device",
				   vt__json_device(json->process, site->device), "api",
				   vt__json_raw(vt__recording_string(recording, site->api)),
				   "first_seconds", seconds(json->process, site->first_time_ns),
				   "last_seconds", seconds(json->process, site->last_time_ns),
				   "own_peak_bytes", vt__json_number(site->total.peak_bytes));
	int error = vt__json_open(json->out, add_sums(object, &row->sums));

	if (!error)
		error = vt__json_stack(json, "stack", site->stack);
	fputc('}', json->out);
	return error;
}

static int write_rest(struct vt__json *json, const struct vt__site_rest *rest)
{
	json_t *object = json_pack("{s:s,s:o,s:I}", "bucket", vt__bucket_words[rest->bucket].json,
				   "device", vt__json_device(json->process, rest->device), "sites",
				   (json_int_t)rest->sites);
	const int error = vt__json_open(json->out, add_sums(object, &rest->sums));

	fputc('}', json->out);
	return error;
}

static int write_rows(struct vt__json *json, const struct vt__site_rows *rows)
{
	int error = 0;

	fputs(",\n  \"sites\":[", json->out);
	for (size_t i = 0; i < rows->count && !error; i++) {
		fputs(i ? ",\n   " : "\n   ", json->out);
		error = write_site(json, &rows->rows[i]);
	}
	fputs("],\n  \"sites_rest\":[", json->out);
	for (size_t i = 0; i < rows->rest_count && !error; i++) {
		fputs(i ? ",\n   " : "\n   ", json->out);
		error = write_rest(json, &rows->rest[i]);
	}
	fputc(']', json->out);
	return error;
}

static int write_peak(struct vt__json *json, const struct vt__peak_row *peak)
{
	const struct vt_format_device *device = json->process->devices[peak->device].record;
	const int error = vt__json_open(
		json->out, json_pack("{s:o,s:s,s:o,s:o}", "device",
				     vt__json_device(json->process, peak->device), "bucket",
				     vt__bucket_words[peak->bucket].json, "bytes",
				     vt__json_number(peak->bytes), "seconds",
				     seconds(json->process, device->peak_time_ns[peak->bucket])));

	fputc('}', json->out);
	return error;
}

static int write_peaks(struct vt__json *json)
{
	const struct vt__process *process = json->process;
	const char *before = "\n   ";
	int error = 0;

	fputs(",\n  \"peaks\":[", json->out);
	for (size_t i = 0; i < process->peak_count && !error; i++) {
		if (!process->peaks[i].bytes)
			continue;
		fputs(before, json->out);
		before = ",\n   ";
		error = write_peak(json, &process->peaks[i]);
	}
	fputc(']', json->out);
	return error;
}

int vt__json_sites(struct vt__json *json)
{
	struct vt__site_rows rows;
	int error = vt__site_rows_make(json->process, json->form->rows, &rows);

	if (!error)
		error = write_rows(json, &rows);
	vt__site_rows_release(&rows);
	return error ? error : write_peaks(json);
}
