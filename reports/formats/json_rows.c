/*
 * JSON report: the rows of findings, of peaks and of held objects.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>

#include "reports/formats/json.h"

/* Call sites of one peak with a row of their own. */
#define PEAK_SITES 1000

json_t *vt__json_kind(uint32_t kind)
{
	return vt__json_string(kind < VT_KIND_COUNT ? vt__kind_words[kind].json : NULL);
}

json_t *vt__json_bucket(uint32_t kind)
{
	return vt__json_string(kind < VT_KIND_COUNT ? vt__bucket_words[vt__bucket_of(kind)].json
						    : NULL);
}

json_t *vt__json_device(const struct vt__process *process, uint32_t device)
{
	return device < process->device_count
		       ? json_integer(process->devices[device].record->ordinal)
		       : json_null();
}

/* Numbers that are 0 when they are not known. */
json_t *vt__json_known(uint64_t number)
{
	return number ? vt__json_number(number) : json_null();
}

/* What every finding has. */
json_t *vt__json_finding(const struct vt__process *process, const struct vt__finding_row *row)
{
	return json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "class",
			 vt__class_words[row->finding_class].json, "bytes",
			 vt__json_number(row->sum.bytes), "count", vt__json_number(row->sum.count),
			 "kind", vt__json_kind(row->kind), "bucket", vt__json_bucket(row->kind),
			 "device", vt__json_device(process, row->device), "api",
			 vt__json_raw(row->api), "thread", vt__json_known(row->thread));
}

static int write_finding(struct vt__json *json, const struct vt__finding_row *row)
{
	int error = row->record   ? vt__json_event(json, row)
		    : row->growth ? vt__json_open(json->out, vt__json_growing(json, row))
				  : vt__json_open(json->out, vt__json_finding(json->process, row));

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

int vt__json_findings(struct vt__json *json)
{
	int error = 0;
	size_t i;

	fputs(",\n  \"findings\":[", json->out);
	for (i = 0; !error && i < json->process->finding_count; i++) {
		fputs(i ? ",\n   " : "\n   ", json->out);
		error = write_finding(json, &json->process->findings[i]);
	}
	fputc(']', json->out);
	return error;
}

int vt__json_share(struct vt__json *json, const struct vt__share *share)
{
	const struct vt_format_site *site = share->site;
	int error = vt__json_open(
		json->out,
		json_pack("{s:o,s:o,s:i,s:o,s:o,s:o,s:o}", "bytes",
			  vt__json_number(share->sum.bytes), "count",
			  vt__json_number(share->sum.count), "sites", 1, "kind",
			  vt__json_kind(site->kind), "bucket", vt__json_bucket(site->kind),
			  "device", vt__json_device(json->process, site->device), "api",
			  vt__json_raw(vt__recording_string(json->process->recording, site->api))));

	if (!error)
		error = vt__json_stack(json, "stack", site->stack);
	fputc('}', json->out);
	return error;
}

/* One row for all sites past the limit: the rows still add up to the peak. */
static int write_rest(struct vt__json *json, const struct vt__peak_row *peak)
{
	struct vt__sum rest = {0};
	size_t i;
	int error;

	for (i = PEAK_SITES; i < peak->share_count; i++) {
		rest.bytes += peak->shares[i].sum.bytes;
		rest.count += peak->shares[i].sum.count;
	}
	error = vt__json_open(json->out,
			      json_pack("{s:o,s:o,s:I,s:n,s:s,s:o,s:n,s:b,s:b,s:[]}", "bytes",
					vt__json_number(rest.bytes), "count",
					vt__json_number(rest.count), "sites",
					(json_int_t)(peak->share_count - PEAK_SITES), "kind",
					"bucket", vt__bucket_words[peak->bucket].json, "device",
					vt__json_device(json->process, peak->device), "api",
					"stack_truncated", 0, "stack_unfinished", 0, "stack"));
	fputc('}', json->out);
	return error;
}

static int write_peak(struct vt__json *json, const struct vt__peak_row *peak, bool *first)
{
	int error = 0;
	size_t i;

	for (i = 0; !error && i < peak->share_count && i <= PEAK_SITES; i++) {
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
	size_t i;

	fputs(",\n  \"peak\":[", json->out);
	for (i = 0; !error && i < json->process->peak_count; i++)
		error = write_peak(json, &json->process->peaks[i], &first);
	fputc(']', json->out);
	return error;
}

/* All of them: somebody hunts the one that is not destroyed. */
int vt__json_held(struct vt__json *json)
{
	int error = 0;
	size_t i;

	fputs(",\n  \"held\":[", json->out);
	for (i = 0; !error && i < json->process->held_count; i++) {
		fputs(i ? ",\n   " : "\n   ", json->out);
		error = vt__json_share(json, &json->process->held[i]);
	}
	fputc(']', json->out);
	return error;
}
