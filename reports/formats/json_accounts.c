/*
 * JSON report: a device's memory by the driver's own word.
 */
#include "config.h"

#include "reports/findings/accounts.h"
#include "reports/formats/json.h"

static json_t *told(uint64_t bytes)
{
	return bytes == VT_FORMAT_UNKNOWN ? json_null() : vt__json_number(bytes);
}

static json_t *make_kinds(const struct vt_format_account *account)
{
	json_t *list = json_array();

	for (uint32_t kind = 0; list && kind < VT_KIND_COUNT; kind++) {
		if (!account->kind_bytes[kind] && !account->kind_count[kind])
			continue;
		(void)json_array_append_new(
			list, json_pack("{s:o,s:o,s:o,s:o}", "kind", vt__json_kind(kind), "bucket",
					vt__json_bucket(kind), "bytes",
					vt__json_number(account->kind_bytes[kind]), "count",
					vt__json_number(account->kind_count[kind])));
	}
	return list;
}

/* By the driver's word. */
static json_t *make_told(const struct vt_format_account *account)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "device_total_bytes",
			 told(account->device_total_bytes), "device_free_bytes",
			 told(account->device_free_bytes), "process_bytes",
			 told(account->process_bytes), "other_bytes",
			 told(vt__used_by_others(account)), "pool_reserved_bytes",
			 told(account->pool_reserved_bytes), "pool_used_bytes",
			 told(account->pool_used_bytes), "graph_reserved_bytes",
			 told(account->graph_reserved_bytes), "graph_used_bytes",
			 told(account->graph_used_bytes));
}

/* How that is made up. */
static json_t *make_balance(const struct vt_format_account *account)
{
	struct vt__balance balance;
	json_int_t rest;

	vt__balance_of(account, &balance);
	rest = balance.rest > INT64_MAX ? INT64_MAX : (json_int_t)balance.rest;
	return json_pack(
		"{s:s?,s:o,s:o,s:o,s:o,s:o,s:o}", "word", vt__word_names[balance.word].json,
		"in_use_bytes",
		balance.word == VT__WORD_NONE ? json_null() : vt__json_number(balance.whole),
		"tracked_bytes", vt__json_number(balance.tracked), "pool_unused_bytes",
		told(balance.pool_unused), "graph_unused_bytes", told(balance.graph_unused),
		"not_attributed_bytes",
		balance.word == VT__WORD_NONE ? json_null()
					      : json_integer(balance.negative ? -rest : rest),
		"kinds", make_kinds(account));
}

static json_t *make_account(const struct vt__process *process,
			    const struct vt_format_account *account)
{
	const uint64_t start = vt__recording_header(process->recording)->start_monotonic_ns;
	json_t *object = json_pack(
		"{s:o,s:s?,s:o,s:o}", "device", vt__json_device(process, account->device), "moment",
		vt__moment_name(account->moment), "label",
		vt__json_raw(vt__recording_optional(process->recording, account->label)), "seconds",
		account->time_ns >= start ? json_real((double)(account->time_ns - start) / 1e9)
					  : json_null());

	if (object) {
		(void)json_object_set_new(
			object, "near_peak",
			account->moment == VT_MOMENT_PEAK
				? json_boolean(vt__is_near_peak(process->recording, account))
				: json_null());
		(void)json_object_update_new(object, make_told(account));
		(void)json_object_update_new(object, make_balance(account));
	}
	return object;
}

int vt__json_accounts(struct vt__json *json)
{
	const struct vt__recording *recording = json->process->recording;
	const size_t count = vt__json_rows(json->form, vt__recording_accounts(recording));
	int error = 0;

	fputs(",\n  \"accounts\":[", json->out);
	for (uint32_t i = 0; !error && i < count; i++) {
		fputs(i ? ",\n   " : "\n   ", json->out);
		error = vt__json_open(json->out, make_account(json->process,
							      vt__recording_account(recording, i)));
		fputc('}', json->out);
	}
	fputc(']', json->out);
	return error;
}
