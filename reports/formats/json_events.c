/*
 * JSON report: findings of what happened: bad and late frees, refused allocations.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "reports/findings/refused_by.h"
#include "reports/findings/holders.h"
#include "reports/formats/json.h"
#include "reports/findings/result_names.h"

/* Names of enum vt_bad_free_reason. */
static const char *const reasons[] = {
	[VT_BAD_FREE_UNKNOWN] = "unknown_pointer",   [VT_BAD_FREE_DOUBLE] = "double_free",
	[VT_BAD_FREE_REFUSED] = "refused",           [VT_BAD_FREE_AFTER_RESET] = "after_reset",
	[VT_BAD_FREE_INTERIOR] = "interior",         [VT_BAD_FREE_HOST_POINTER] = "host_pointer",
	[VT_BAD_FREE_WRONG_FAMILY] = "wrong_family", [VT_BAD_FREE_OTHER_DEVICE] = "other_device",
	[VT_BAD_FREE_GRAPH] = "graph_address",       [VT_BAD_FREE_MAPPED] = "still_mapped",
};

static const char *reason_name(uint32_t reason)
{
	return reason < sizeof(reasons) / sizeof(*reasons) ? reasons[reason] : NULL;
}

static json_t *address_text(uint64_t address)
{
	char text[32];

	snprintf(text, sizeof(text), "0x%" PRIx64, address);
	return json_string(text);
}

/* What a bad free and a late one have. */
static json_t *make_free(const struct vt__finding_row *row)
{
	const struct vt_format_finding *record = row->record;
	const bool start_known = record->allocation_address != 0;

	return json_pack(
		"{s:o,s:o,s:o,s:o,s:b}", "address", address_text(record->address),
		"allocation_address",
		start_known ? address_text(record->allocation_address) : json_null(), "offset",
		start_known && record->address >= record->allocation_address
			? vt__json_number(record->address - record->allocation_address)
			: json_null(),
		"allocation_api", vt__json_raw(row->made_by), "unfinished", (int)row->unfinished);
}

static json_t *known(uint64_t bytes)
{
	return bytes == VT_FORMAT_UNKNOWN ? json_null() : vt__json_number(bytes);
}

static json_t *make_refuser(const struct vt__json *json, const struct vt__finding_row *row)
{
	struct vt__refused_by by;

	vt__refused_by(json->process, row, &by);
	return json_pack("{s:s?,s:o,s:o,s:o,s:s?,s:o}", "who", vt__refuser_names[by.who].json,
			 "limit_bytes", known(by.limit_bytes), "used_bytes", known(by.used_bytes),
			 "safe_bytes", known(by.soft_bytes), "told_by", by.told_by, "name",
			 vt__json_raw(vt__raw_or_none(by.name)));
}

static json_t *make_fragments(const struct vt__json *json, const struct vt__finding_row *row)
{
	const struct vt_format_fragments *fragments = vt__fragments_of(json->process, row);
	json_t *list = fragments ? json_array() : NULL;

	if (!fragments)
		return json_null();
	for (uint32_t i = 0; i < fragments->row_count; i++) {
		const struct vt_format_fragment_row *one = &fragments->rows[i];

		(void)json_array_append_new(
			list,
			json_pack("{s:o,s:o,s:o,s:o,s:o}", "address", address_text(one->address),
				  "bytes", vt__json_number(one->bytes), "used_bytes",
				  vt__json_number(one->used_bytes), "largest_free_bytes",
				  vt__json_number(one->largest_bytes), "blocks",
				  vt__json_number(one->blocks)));
	}
	return json_pack("{s:o,s:o,s:o,s:o,s:o}", "segments", vt__json_number(fragments->segments),
			 "bytes", vt__json_number(fragments->bytes), "used_bytes",
			 vt__json_number(fragments->used_bytes), "largest_free_bytes",
			 vt__json_number(fragments->largest_bytes), "rows", list);
}

static json_t *make_refusal(const struct vt__json *json, const struct vt__finding_row *row)
{
	const struct vt_format_finding *record = row->record;
	const uint32_t accounts = vt__recording_accounts(json->process->recording);

	return json_pack("{s:o,s:o,s:o,s:o,s:s?,s:o,s:b,s:o,s:o}", "requested_bytes",
			 vt__json_number(record->bytes), "device_free_bytes",
			 record->device_total_bytes ? vt__json_number(record->device_free_bytes)
						    : json_null(),
			 "device_total_bytes", vt__json_known(record->device_total_bytes),
			 "live_bytes", vt__json_number(record->live_bytes), "holders",
			 vt__has_holders(json->process, row) ? "recorded" : NULL, "account",
			 record->account < accounts ? vt__json_number(record->account)
						    : json_null(),
			 "injected", (int)!!record->injected, "refused_by", make_refuser(json, row),
			 "fragments", make_fragments(json, row));
}

/* A free in which the process ended has none. */
static json_t *make_result(const struct vt__finding_row *row)
{
	const int32_t result = row->record->result;

	if (row->unfinished)
		return json_pack("{s:n,s:n}", "result_name", "result");
	return json_pack("{s:s,s:i}", "result_name", vt__result_name(result), "result",
			 (int)result);
}

int vt__json_event(struct vt__json *json, const struct vt__finding_row *row)
{
	const struct vt_format_finding *record = row->record;
	const bool refusal = row->finding_class == VT__CLASS_OUT_OF_MEMORY;
	json_t *object = vt__json_finding(json->process, row);

	if (!object)
		return -ENOMEM;
	if (record->finding_class == VT_FINDING_STALE_GRAPH) {
		(void)json_object_set_new(object, "address", address_text(record->address));
		(void)json_object_set_new(object, "launched",
					  json_boolean(record->reason == VT_STALE_LAUNCHED));
		return vt__json_open(json->out, object);
	}
	(void)json_object_update_new(object, make_result(row));
	if (row->finding_class == VT__CLASS_FAULT) {
		(void)json_object_update_new(object, vt__json_fault(json, row));
		return vt__json_open(json->out, object);
	}
	if (row->finding_class == VT__CLASS_BAD_FREE || row->unfinished)
		(void)json_object_set_new(object, "reason",
					  vt__json_string(reason_name(record->reason)));
	(void)json_object_update_new(object, refusal ? make_refusal(json, row) : make_free(row));
	if (refusal)
		(void)json_object_update_new(object,
					     vt__json_use(json, record->purpose, record->label));
	return vt__json_open(json->out, object);
}

static int write_holder_purpose(struct vt__json *json, const struct vt__holder *holder)
{
	const struct vt__raw purpose = vt__recording_optional(json->process->recording,
							      holder->purpose);
	const int error = vt__json_open(
		json->out, json_pack("{s:o,s:s,s:o,s:o}", "purpose", vt__json_raw(purpose),
				     "bucket", vt__bucket_words[holder->bucket].json, "bytes",
				     vt__json_number(holder->sum.bytes), "count",
				     vt__json_number(holder->sum.count)));

	fputc('}', json->out);
	return error;
}

static int write_holders(struct vt__json *json, const struct vt__finding_row *row, const char *name,
			 enum vt__holders_by by)
{
	struct vt__holder *holders;
	size_t count;
	int error = vt__holders_of(json->process, row, by, &holders, &count);

	if (error)
		return error;
	fprintf(json->out, ",\"%s\":[", name);
	for (size_t i = 0; !error && i < count; i++) {
		const struct vt__share share = {
			vt__recording_site(json->process->recording, holders[i].site),
			holders[i].sum};

		fputs(i ? ",\n     " : "\n     ", json->out);
		error = by == VT__HOLDERS_BY_SITE ? vt__json_share(json, &share)
						  : write_holder_purpose(json, &holders[i]);
	}
	fputc(']', json->out);
	free(holders);
	return error;
}

static int write_refused_free(struct vt__json *json, const struct vt__refused_row *refused)
{
	const struct vt_format_refused_free *record = refused->record;
	const struct vt__raw api = vt__recording_string(json->process->recording, record->api);
	int error = vt__json_open(
		json->out,
		json_pack("{s:s,s:i,s:o,s:o,s:o,s:o,s:o}", "result_name",
			  vt__result_name(record->result), "result", (int)record->result, "api",
			  vt__json_raw(vt__raw_or_none(api)), "thread",
			  vt__json_known(record->thread), "address", address_text(record->address),
			  "count", vt__json_number(record->count), "live_count",
			  vt__json_number(refused->live)));

	if (!error)
		error = vt__json_stack(json, "stack", record->stack);
	fputc('}', json->out);
	return error;
}

int vt__json_refused_frees(struct vt__json *json, const struct vt__finding_row *row)
{
	int error = 0;

	if (!row->refused_count)
		return 0;
	fputs(",\"refused_frees\":[", json->out);
	for (size_t i = 0; !error && i < row->refused_count; i++) {
		fputs(i ? ",\n     " : "\n     ", json->out);
		error = write_refused_free(json, &row->refused[i]);
	}
	fputc(']', json->out);
	return error;
}

int vt__json_event_rows(struct vt__json *json, const struct vt__finding_row *row)
{
	int error;

	if (row->finding_class == VT__CLASS_OUT_OF_MEMORY) {
		error = write_holders(json, row, "holder_sites", VT__HOLDERS_BY_SITE);
		return error ? error
			     : write_holders(json, row, "holder_purposes", VT__HOLDERS_BY_PURPOSE);
	}
	if (row->finding_class == VT__CLASS_FAULT)
		return vt__json_freed_before(json, row);
	error = vt__json_optional_stack(json, "allocation_stack", row->record->allocation_stack);
	return error ? error
		     : vt__json_optional_stack(json,
					       row->record->finding_class == VT_FINDING_STALE_GRAPH
						       ? "graph_stack"
						       : "free_stack",
					       row->record->free_stack);
}
