/*
 * JSON report: the rows of findings and of peaks.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "reports/json.h"
#include "reports/result_names.h"

/* Call sites of one peak with a row of their own. */
#define PEAK_SITES 1000

/* Names of enum vt_bad_free_reason. */
static const char *const reasons[] = {
	[VT_BAD_FREE_UNKNOWN] = "unknown_pointer",
	[VT_BAD_FREE_DOUBLE] = "double_free",
	[VT_BAD_FREE_REFUSED] = "refused",
	[VT_BAD_FREE_AFTER_RESET] = "after_reset",
};

/* Names of enum vt__holders. */
static const char *const holders[] = {
	[VT__HOLDERS_UNKNOWN] = NULL,
	[VT__HOLDERS_PEAK] = "peak",
	[VT__HOLDERS_LIVE] = "live",
};

static json_t *kind_name(uint32_t kind)
{
	return vt__json_string(kind < VT_KIND_COUNT ? vt__kind_words[kind].json : NULL);
}

static json_t *bucket_name(uint32_t kind)
{
	return vt__json_string(kind < VT_KIND_COUNT ? vt__bucket_words[vt__bucket_of(kind)].json
						    : NULL);
}

static json_t *device_ordinal(const struct vt__process *process, uint32_t device)
{
	return device < process->device_count
		       ? json_integer(process->devices[device].record->ordinal)
		       : json_null();
}

/* Numbers that are 0 when they are not known. */
static json_t *known(uint64_t number)
{
	return number ? vt__json_number(number) : json_null();
}

/* What every finding has. */
static json_t *make_finding(const struct vt__process *process, const struct vt__finding_row *row)
{
	return json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "class",
			 vt__class_words[row->finding_class].json, "bytes",
			 vt__json_number(row->sum.bytes), "count", vt__json_number(row->sum.count),
			 "kind", kind_name(row->kind), "bucket", bucket_name(row->kind), "device",
			 device_ordinal(process, row->device), "api", vt__json_string(row->api),
			 "thread", known(row->thread));
}

static int write_event(struct vt__json *json, const struct vt__finding_row *row)
{
	const struct vt_format_finding *record = row->record;
	char address[32];
	json_t *object;

	snprintf(address, sizeof(address), "0x%" PRIx64, record->address);
	object = make_finding(json->process, row);
	if (object)
		(void)json_object_update_new(object, json_pack("{s:s,s:i}", "result_name",
							       vt__result_name(record->result),
							       "result", (int)record->result));
	if (object && row->finding_class == VT__CLASS_BAD_FREE)
		(void)json_object_update_new(
			object, json_pack("{s:s?,s:s}", "reason",
					  record->reason < sizeof(reasons) / sizeof(*reasons)
						  ? reasons[record->reason]
						  : NULL,
					  "address", address));
	else if (object)
		(void)json_object_update_new(
			object,
			json_pack("{s:o,s:o,s:o,s:o,s:s?}", "requested_bytes",
				  vt__json_number(record->bytes), "device_free_bytes",
				  record->device_total_bytes
					  ? vt__json_number(record->device_free_bytes)
					  : json_null(),
				  "device_total_bytes", known(record->device_total_bytes),
				  "live_bytes", vt__json_number(record->live_bytes), "holders",
				  holders[vt__holders_then(json->process, row)]));
	if (object && row->finding_class == VT__CLASS_OUT_OF_MEMORY)
		(void)json_object_update_new(object,
					     vt__json_use(json, record->purpose, record->label));
	return vt__json_open(json->out, object);
}

/* A stack that may not be known is null then. */
static int write_stack_of(struct vt__json *json, const char *name, uint32_t stack)
{
	if (stack != VT_FORMAT_NONE)
		return vt__json_stack(json, name, stack);
	fprintf(json->out, ",\"%s_truncated\":false,\"%s\":null", name, name);
	return 0;
}

static int write_finding(struct vt__json *json, const struct vt__finding_row *row)
{
	int error = row->record ? write_event(json, row)
				: vt__json_open(json->out, make_finding(json->process, row));

	if (!error)
		error = vt__json_parts(json, row);
	if (!error)
		error = vt__json_stack(json, "stack", row->stack);
	if (!error && row->finding_class == VT__CLASS_BAD_FREE) {
		error = write_stack_of(json, "allocation_stack", row->record->allocation_stack);
		if (!error)
			error = write_stack_of(json, "free_stack", row->record->free_stack);
	}
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

static int write_share(struct vt__json *json, const struct vt__share *share)
{
	const struct vt_format_site *site = share->site;
	int error = vt__json_open(
		json->out, json_pack("{s:o,s:o,s:i,s:o,s:o,s:o,s:o}", "bytes",
				     vt__json_number(share->sum.bytes), "count",
				     vt__json_number(share->sum.count), "sites", 1, "kind",
				     kind_name(site->kind), "bucket", bucket_name(site->kind),
				     "device", device_ordinal(json->process, site->device), "api",
				     vt__json_string(vt__recording_string(json->process->recording,
									  site->api))));

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
			      json_pack("{s:o,s:o,s:I,s:n,s:s,s:o,s:n,s:b,s:[]}", "bytes",
					vt__json_number(rest.bytes), "count",
					vt__json_number(rest.count), "sites",
					(json_int_t)(peak->share_count - PEAK_SITES), "kind",
					"bucket", vt__bucket_words[peak->bucket].json, "device",
					device_ordinal(json->process, peak->device), "api",
					"stack_truncated", 0, "stack"));
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
		error = i < PEAK_SITES ? write_share(json, &peak->shares[i])
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
