/*
 * JSON report: where every byte of a device went.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "reports/findings/statement.h"
#include "reports/formats/json.h"

static int write_site(struct vt__json *json, const struct vt__owner_site *site)
{
	int error = vt__json_open(
		json->out,
		json_pack("{s:o,s:o,s:o,s:o}", "bytes", vt__json_number(site->bytes), "api",
			  vt__json_raw(vt__recording_optional(json->process->recording, site->api)),
			  "calls", vt__json_known(site->calls), "moved",
			  site->calls ? vt__json_number(site->moved) : json_null()));

	if (!error)
		error = vt__json_stack(json, "stack", site->stack);
	fputc('}', json->out);
	return error;
}

static int write_owner(struct vt__json *json, const struct vt__owner *owner)
{
	const json_int_t bytes = owner->bytes > INT64_MAX ? INT64_MAX : (json_int_t)owner->bytes;
	int error = vt__json_open(json->out,
				  json_pack("{s:o,s:I,s:s,s:b}", "owner",
					    vt__json_string(owner->id ? owner->id : owner->name),
					    "bytes", owner->negative ? -bytes : bytes, "how",
					    vt__how_names[owner->how].json, "shared",
					    (int)owner->is_shared));

	fputs(",\"sites\":[", json->out);
	for (size_t i = 0; !error && i < owner->site_count; i++) {
		fputs(i ? ",\n      " : "\n      ", json->out);
		error = write_site(json, &owner->sites[i]);
	}
	fputs("]}", json->out);
	return error;
}

static json_t *make_statement(const struct vt__process *process,
			      const struct vt__statement *statement)
{
	const struct vt_format_account *account = statement->account;
	const uint64_t start = vt__recording_header(process->recording)->start_monotonic_ns;

	return json_pack(
		"{s:s?,s:o,s:o,s:o,s:s?,s:o,s:o,s:I}", "moment", vt__moment_name(account->moment),
		"label", vt__json_raw(vt__recording_optional(process->recording, account->label)),
		"device", vt__json_device(process, account->device), "seconds",
		account->time_ns >= start ? json_real((double)(account->time_ns - start) / 1e9)
					  : json_null(),
		"word", vt__word_names[statement->word].json, "driver_bytes",
		statement->word == VT__WORD_NONE ? json_null() : vt__json_number(statement->whole),
		"held_bytes", vt__json_number(statement->held), "untold_arrays",
		(json_int_t)statement->untold_arrays);
}

static int write_statement(struct vt__json *json, const struct vt__statement *statement)
{
	int error = vt__json_open(json->out, make_statement(json->process, statement));

	fputs(",\"owners\":[", json->out);
	for (size_t i = 0; !error && i < statement->count; i++) {
		fputs(i ? ",\n     " : "\n     ", json->out);
		error = write_owner(json, &statement->owners[i]);
	}
	fputs("]}", json->out);
	return error;
}

int vt__json_statements(struct vt__json *json)
{
	const size_t count = vt__json_rows(json->form,
					   vt__recording_statements(json->process->recording));
	struct vt__statement *statement = malloc(sizeof(*statement));
	int error = statement ? 0 : -ENOMEM;

	fputs(",\n  \"statements\":[", json->out);
	for (uint32_t i = 0; !error && i < count; i++) {
		fputs(i ? ",\n   " : "\n   ", json->out);
		vt__statement_of(json->process, i, statement);
		error = write_statement(json, statement);
	}
	fputc(']', json->out);
	free(statement);
	return error;
}
