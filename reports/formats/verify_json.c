/*
 * Writes how far the recordings of two sources agree: for programs.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>

#include "reports/findings/coverage.h"
#include "reports/formats/json.h"
#include "reports/compare/verify.h"

/* Rows of live allocations that a document can bear. */
#define MOST_LIVE 1000

static json_t *told(uint64_t bytes)
{
	return bytes == VT_FORMAT_UNKNOWN ? json_null() : vt__json_number(bytes);
}

static json_t *pair(const uint64_t values[2])
{
	return json_pack("[o,o]", told(values[0]), told(values[1]));
}

static bool agrees(const struct vt__verify_row *row)
{
	for (int number = 0; number < VT__NUMBER_COUNT; number++)
		if (vt__verify_differs(row, number))
			return false;
	return true;
}

static json_t *name_row(const struct vt__verify_row *row)
{
	char name[128];

	if (row->kind != VT_FORMAT_NONE)
		return json_pack("{s:o,s:o,s:b,s:o}", "kind", vt__json_kind(row->kind), "bucket",
				 vt__json_bucket(row->kind), "counted",
				 (int)vt__verify_is_strict(row), "gone_at_exit",
				 pair(row->gone_at_exit));
	snprintf(name, sizeof(name), "%.*s", row->name_bytes > 127 ? 127 : (int)row->name_bytes,
		 row->name);
	return json_pack("{s:o}", "api", vt__json_string(name));
}

static json_t *make_row(const struct vt__verify_row *row)
{
	json_t *object = name_row(row);

	if (!object)
		return NULL;
	(void)json_object_set_new(object, "agree", json_boolean(agrees(row)));
	for (int number = 0; number < VT__NUMBER_COUNT; number++)
		if (row->kind != VT_FORMAT_NONE || vt__number_words[number].of_families)
			(void)json_object_set_new(object, vt__number_words[number].json,
						  pair(row->values[number]));
	return object;
}

/* Without kinds that neither saw. */
static json_t *make_rows(const struct vt__verify_row *rows, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < count; i++) {
		const uint64_t *made = rows[i].values[VT__NUMBER_ALLOCATIONS];

		if (made[0] || made[1])
			(void)json_array_append_new(list, make_row(&rows[i]));
	}
	return list;
}

static json_t *make_live(const struct vt__comparison *process)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < process->live_count && i < MOST_LIVE; i++) {
		const struct vt__verify_live *live = &process->live[i];
		char address[32];

		snprintf(address, sizeof(address), "0x%" PRIx64, live->address);
		(void)json_array_append_new(
			list, json_pack("{s:o,s:i,s:s,s:o,s:o}", "kind", vt__json_kind(live->kind),
					"device", (int)live->ordinal, "address", address, "bytes",
					pair(live->bytes), "api", vt__json_raw(live->api)));
	}
	return list;
}

static json_t *make_sides(const struct vt__verification *verification,
			  const struct vt__comparison *process)
{
	json_t *list = json_array();

	for (int side = 0; list && side < 2; side++) {
		const struct vt__recording *recording = process->side[side];

		(void)json_array_append_new(
			list,
			json_pack("{s:s,s:o,s:o}", "source",
				  vt__source_words(verification->source[side])->json, "recording",
				  vt__json_string(recording ? vt__recording_path(recording) : NULL),
				  "lost", vt__json_number(process->lost[side])));
	}
	return list;
}

static json_t *make_process(const struct vt__verification *verification,
			    const struct vt__comparison *process)
{
	const struct vt__recording *recording = process->side[process->side[0] ? 0 : 1];

	return json_pack("{s:I,s:b,s:I,s:o,s:o,s:o,s:o,s:I}", "pid",
			 (json_int_t)vt__recording_header(recording)->pid, "agree",
			 (int)!process->differences, "differences",
			 (json_int_t)process->differences, "sides",
			 make_sides(verification, process), "kinds",
			 make_rows(process->kinds, VT_KIND_COUNT), "apis",
			 make_rows(process->families, process->family_count), "live",
			 make_live(process), "live_differences", (json_int_t)process->live_count);
}

int vt__verify_json(const struct vt__verification *verification, FILE *out)
{
	int error = 0;

	fprintf(out, "{\"agree\":%s,\"unreadable\":[%zu,%zu],\n  \"processes\":[",
		vt__verify_is_sure(verification) ? "true" : "false", verification->unreadable[0],
		verification->unreadable[1]);
	for (size_t i = 0; !error && i < verification->count; i++) {
		fputs(i ? ",\n   " : "\n   ", out);
		error = vt__json_open(out, make_process(verification, &verification->processes[i]));
		fputc('}', out);
	}
	fputs("]}", out);
	return error;
}
