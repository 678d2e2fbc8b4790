/*
 * JSON report: the rows of findings, of peaks and of held objects.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "reports/findings/charged.h"
#include "reports/formats/json.h"

/* Call sites of one peak with a row of their own. */
#define PEAK_SITES 1000

/* Of what vramtrack knows without a rule, file and line are null. */
static int write_keeper(FILE *out, const struct vt__keeper *keeper)
{
	json_t *object = json_pack("{s:o,s:o,s:o}", "name", vt__json_string(keeper->name), "file",
				   vt__json_string(keeper->file), "line",
				   keeper->file ? json_integer(keeper->line) : json_null());
	int error;

	fputs(",\"kept_by\":", out);
	error = object ? vt__json_dump(object, out, 0) : -ENOMEM;
	json_decref(object);
	return error ? -ENOMEM : 0;
}

static int write_finding(struct vt__json *json, const struct vt__finding_row *row)
{
	const uint64_t on_card = vt__bytes_on_card(json->process, row);
	int error = row->record   ? vt__json_event(json, row)
		    : row->growth ? vt__json_open(json->out, vt__json_growing(json, row))
				  : vt__json_open(json->out, vt__json_finding(json->process, row));

	if (!error && on_card)
		fprintf(json->out, ",\"device_bytes\":%" PRIu64,
			on_card > INT64_MAX ? INT64_MAX : on_card);
	if (!error && row->keeper.name)
		error = write_keeper(json->out, &row->keeper);
	if (!error)
		error = vt__json_parts(json, row);
	if (!error)
		error = vt__json_stack(json, "stack", row->stack);
	if (!error)
		error = vt__json_references(json, row);
	if (!error)
		error = vt__json_refused_frees(json, row);
	if (!error && row->record)
		error = vt__json_event_rows(json, row);
	fputc('}', json->out);
	return error;
}

/* What is left out of each class: `,"findings_rest":[...]`. */
static int write_left_out(struct vt__json *json, const struct vt__sum *rest, const size_t *rows)
{
	const char *before = "\n   ";
	int error = 0;

	fputs(",\n  \"findings_rest\":[", json->out);
	for (int what = 0; !error && what < VT__CLASS_COUNT; what++) {
		if (!rows[what])
			continue;
		fputs(before, json->out);
		before = ",\n   ";
		error = vt__json_open(json->out,
				      json_pack("{s:s,s:I,s:o,s:o}", "class",
						vt__class_words[what].json, "findings",
						(json_int_t)rows[what], "bytes",
						vt__json_number(rest[what].bytes), "count",
						vt__json_number(rest[what].count)));
		fputc('}', json->out);
	}
	fputc(']', json->out);
	return error;
}

int vt__json_findings(struct vt__json *json)
{
	struct vt__sum rest[VT__CLASS_COUNT] = {{0}};
	size_t written[VT__CLASS_COUNT] = {0}, left_out[VT__CLASS_COUNT] = {0};
	const char *before = "\n   ";
	int error = 0;

	fputs(",\n  \"findings\":[", json->out);
	for (size_t i = 0; !error && i < json->process->finding_count; i++) {
		const struct vt__finding_row *row = &json->process->findings[i];

		if (written[row->finding_class]++ < vt__json_rows(json->form, SIZE_MAX)) {
			fputs(before, json->out);
			before = ",\n   ";
			error = write_finding(json, row);
			continue;
		}
		left_out[row->finding_class]++;
		rest[row->finding_class].bytes += row->sum.bytes;
		rest[row->finding_class].count += row->sum.count;
	}
	fputc(']', json->out);
	return json->form && !error ? write_left_out(json, rest, left_out) : error;
}

/* One row for all sites past the limit: the rows still add up to the peak. */
static int write_rest(struct vt__json *json, const struct vt__peak_row *peak)
{
	struct vt__sum rest = {0};
	int error;

	for (size_t i = PEAK_SITES; i < peak->share_count; i++) {
		rest.bytes += peak->shares[i].sum.bytes;
		rest.count += peak->shares[i].sum.count;
	}
	error = vt__json_open(
		json->out,
		json_pack("{s:o,s:o,s:I,s:n,s:s,s:o,s:n,s:b,s:b,s:[],s:n}", "bytes",
			  vt__json_number(rest.bytes), "count", vt__json_number(rest.count),
			  "sites", (json_int_t)(peak->share_count - PEAK_SITES), "kind", "bucket",
			  vt__bucket_words[peak->bucket].json, "device",
			  vt__json_device(json->process, peak->device), "api", "stack_truncated", 0,
			  "stack_unfinished", 0, "stack", "site"));
	fputc('}', json->out);
	return error;
}

static int write_peak(struct vt__json *json, const struct vt__peak_row *peak, bool *first)
{
	int error = 0;

	for (size_t i = 0; !error && i < peak->share_count && i <= PEAK_SITES; i++) {
		fputs(*first ? "\n   " : ",\n   ", json->out);
		*first = false;
		error = i < PEAK_SITES ? vt__json_share(json, &peak->shares[i])
				       : write_rest(json, peak);
	}
	return error;
}

int vt__json_peaks(struct vt__json *json)
{
	bool first = true;
	int error = 0;

	fputs(",\n  \"peak\":[", json->out);
	for (size_t i = 0; !error && i < json->process->peak_count; i++)
		error = write_peak(json, &json->process->peaks[i], &first);
	fputc(']', json->out);
	return error;
}

static int write_object(struct vt__json *json, const struct vt__finding_row *row)
{
	json_t *object = vt__json_finding(json->process, row);
	int error = object && !json_object_set_new(object, "sites", json_integer(1)) ? 0 : -ENOMEM;

	if (error) {
		json_decref(object);
		return error;
	}
	error = vt__json_open(json->out, object);
	if (!error && row->keeper.name)
		error = write_keeper(json->out, &row->keeper);
	if (!error)
		error = vt__json_stack(json, "stack", row->stack);
	fputc('}', json->out);
	return error;
}

/* All of them: somebody hunts the one that is not destroyed. */
int vt__json_held(struct vt__json *json)
{
	int error = 0;

	fputs(",\n  \"held\":[", json->out);
	for (size_t i = 0; !error && i < json->process->held_count; i++) {
		fputs(i ? ",\n   " : "\n   ", json->out);
		error = write_object(json, &json->process->held[i]);
	}
	fputc(']', json->out);
	return error;
}
