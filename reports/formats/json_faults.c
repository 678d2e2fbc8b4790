/*
 * JSON report: faults of a device, and what had been freed before.
 */
#include "config.h"

#include "reports/formats/json.h"

#include <inttypes.h>

#include "reports/findings/faults.h"

/* Rows with their stacks; how many there are is told. */
#define FREED_ROWS 64u

static json_t *known(uint64_t ns)
{
	return ns == UINT64_MAX ? json_null() : vt__json_number(ns);
}

static int write_freed(struct vt__json *json, const struct vt_format_finding *fault,
		       const struct vt_format_freed *freed)
{
	const struct vt__recording *recording = json->process->recording;
	const struct vt_format_site *site = vt__recording_site(recording, freed->site);
	const bool is_known = site->kind < VT_KIND_COUNT;
	uint64_t least, most;
	char address[32];
	int error;

	snprintf(address, sizeof(address), "0x%" PRIx64, freed->address);
	vt__freed_ago(fault, freed, &least, &most);
	error = vt__json_open(
		json->out,
		json_pack("{s:s,s:o,s:o,s:o,s:o,s:s,s:b,s:o,s:o}", "address", address, "bytes",
			  vt__json_number(freed->bytes), "kind",
			  vt__json_string(is_known ? vt__kind_words[site->kind].json : NULL),
			  "device", vt__json_device(json->process, site->device), "allocation_api",
			  vt__json_raw(vt__raw_or_none(vt__recording_string(recording, site->api))),
			  "how", freed->how == VT_FREED_BY_RESET ? "reset" : "free", "fenced",
			  (int)!!(freed->flags & VT_FREED_FENCED), "least_ns_before", known(least),
			  "most_ns_before", known(most)));
	if (!error)
		error = vt__json_optional_stack(json, "allocation_stack", site->stack);
	if (!error)
		error = vt__json_optional_stack(json, "free_stack", freed->free_stack);
	fputc('}', json->out);
	return error;
}

json_t *vt__json_fault(const struct vt__json *json, const struct vt__finding_row *row)
{
	uint32_t first;

	return json_pack("{s:s,s:o,s:o}", "fault", vt__fault_name(row->record->result), "address",
			 row->record->address ? vt__json_number(row->record->address) : json_null(),
			 "freed_before_count",
			 vt__json_number(vt__freed_before(json->process, row, &first)));
}

int vt__json_freed_before(struct vt__json *json, const struct vt__finding_row *row)
{
	uint32_t first;
	const uint32_t count = vt__freed_before(json->process, row, &first);
	int error = 0;

	fputs(",\"freed_before\":[", json->out);
	for (uint32_t i = 0; !error && i < count && i < FREED_ROWS; i++) {
		fputs(i ? ",\n     " : "\n     ", json->out);
		error = write_freed(json, row->record,
				    vt__recording_freed(json->process->recording, first + i));
	}
	fputc(']', json->out);
	return error;
}
