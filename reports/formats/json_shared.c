/*
 * JSON report: what rows of findings, of peaks and of held objects have in common.
 */
#include "config.h"

#include "reports/formats/json.h"

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
