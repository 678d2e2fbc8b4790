/*
 * Writes how far two recordings of one process agree, as text and as JSON.
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "reports/coverage.h"
#include "reports/escape.h"
#include "reports/json.h"
#include "reports/units.h"
#include "reports/verify.h"

/* Rows of live allocations that a terminal, and a document, can bear. */
#define TEXT_LIVE 20
#define JSON_LIVE 1000

static const struct vt__coverage_words *source_of(const struct vt__comparison *comparison, int side)
{
	return vt__source_words(vt__recording_header(comparison->side[side])->source);
}

static const struct vt__counts *row_side(const struct vt__verify_row *row, int side)
{
	return &row->side[side];
}

/* ---- Text ---------------------------------------------------------------------- */

static void write_number(FILE *out, const struct vt__verify_row *row, const char *words,
			 const uint64_t values[2], bool of_bytes)
{
	char a[VT__UNIT_BYTES], b[VT__UNIT_BYTES], name[128];

	if (values[0] == values[1])
		return;
	snprintf(name, sizeof(name), "%.*s: %s", row->name_bytes > 80 ? 80 : (int)row->name_bytes,
		 row->name, words);
	snprintf(a, sizeof(a), "%" PRIu64, values[0]);
	snprintf(b, sizeof(b), "%" PRIu64, values[1]);
	fputs("  ", out);
	vt__print_escaped(out, name);
	fprintf(out, "%*s %16s %16s", strlen(name) < 46 ? (int)(46 - strlen(name)) : 1, "", a, b);
	if (of_bytes)
		fprintf(out, "  (%s, %s)", vt__bytes(values[0], a), vt__bytes(values[1], b));
	fputc('\n', out);
}

static void write_row(FILE *out, const struct vt__verify_row *row)
{
	const struct vt__counts *a = row_side(row, 0), *b = row_side(row, 1);

#define VT__COUNT(name, words, bytes)                                                              \
	write_number(out, row, words, (const uint64_t[2]){a->name, b->name}, bytes);
	VT__COUNTS(VT__COUNT)
#undef VT__COUNT
}

static void write_live(FILE *out, const struct vt__comparison *comparison,
		       const struct vt__verify_live *live)
{
	char a[VT__UNIT_BYTES], b[VT__UNIT_BYTES];
	const int side = live->bytes[0] == VT_FORMAT_UNKNOWN;
	const bool both = live->bytes[0] != VT_FORMAT_UNKNOWN &&
			  live->bytes[1] != VT_FORMAT_UNKNOWN;

	fprintf(out, "  live at 0x%" PRIx64, live->address);
	if (live->ordinal >= 0)
		fprintf(out, " on GPU %" PRId32, live->ordinal);
	fprintf(out, ", %s", live->kind < VT_KIND_COUNT ? vt__kind_words[live->kind].text : "?");
	fputs(", by ", out);
	vt__print_escaped(out, live->api);
	if (both)
		fprintf(out, ": %s for %s, %s for %s\n", vt__bytes(live->bytes[0], a),
			source_of(comparison, 0)->text, vt__bytes(live->bytes[1], b),
			source_of(comparison, 1)->text);
	else
		fprintf(out, ", %s: only %s has it\n", vt__bytes(live->bytes[side], a),
			source_of(comparison, side)->text);
}

static void write_agreement(FILE *out, const struct vt__comparison *comparison)
{
	struct vt__counts sum = {0};
	char bytes[VT__UNIT_BYTES];
	uint32_t kind;

	for (kind = 0; kind < VT_KIND_COUNT; kind++) {
		const struct vt__counts *row = row_side(&comparison->kinds[kind], 0);

		if (vt__bucket_of(kind) == VT_BUCKET_HELD)
			continue;
		sum.allocations += row->allocations;
		sum.allocated_bytes += row->allocated_bytes;
		sum.frees += row->frees;
		sum.live_count += row->live_count;
	}
	fprintf(out, " agree: %" PRIu64 " allocations of %s, %" PRIu64 " frees, %" PRIu64 " live\n",
		sum.allocations, vt__bytes(sum.allocated_bytes, bytes), sum.frees, sum.live_count);
}

static void write_differences(FILE *out, const struct vt__comparison *comparison)
{
	size_t i;

	fprintf(out, "  %-46s %16s %16s\n", "where the two disagree",
		source_of(comparison, 0)->text, source_of(comparison, 1)->text);
	for (i = 0; i < VT_KIND_COUNT; i++)
		write_row(out, &comparison->kinds[i]);
	for (i = 0; i < comparison->family_count; i++)
		write_row(out, &comparison->families[i]);
	for (i = 0; i < comparison->live_count && i < TEXT_LIVE; i++)
		write_live(out, comparison, &comparison->live[i]);
	if (comparison->live_count > TEXT_LIVE)
		fprintf(out, "  ... %zu more live allocations that only one has\n",
			comparison->live_count - TEXT_LIVE);
}

void vt__verify_text(const struct vt__comparison *comparison, bool colour, FILE *out)
{
	const bool agree = !comparison->differences;
	int side;

	fprintf(out, "%sverify%s: %s and %s", colour ? agree ? "\033[32m" : "\033[1;31m" : "",
		colour ? "\033[0m" : "", source_of(comparison, 0)->text,
		source_of(comparison, 1)->text);
	if (agree) {
		write_agreement(out, comparison);
	} else {
		fprintf(out, " disagree in %zu number%s\n", comparison->differences,
			comparison->differences == 1 ? "" : "s");
		write_differences(out, comparison);
	}
	for (side = 0; side < 2; side++)
		if (comparison->lost[side])
			fprintf(out, "  %s lost %" PRIu64 " (see its report)\n",
				source_of(comparison, side)->text, comparison->lost[side]);
}

/* ---- JSON ------------------------------------------------------------------------ */

static json_t *pair(uint64_t a, uint64_t b)
{
	return json_pack("[o,o]", vt__json_number(a), vt__json_number(b));
}

static json_t *told(uint64_t bytes)
{
	return bytes == VT_FORMAT_UNKNOWN ? json_null() : vt__json_number(bytes);
}

static json_t *make_row(const struct vt__verify_row *row)
{
	const struct vt__counts *a = row_side(row, 0), *b = row_side(row, 1);
	char name[128];
	json_t *object = json_object();

	snprintf(name, sizeof(name), "%.*s", row->name_bytes > 127 ? 127 : (int)row->name_bytes,
		 row->name);
	if (!object)
		return NULL;
	if (row->kind == VT_FORMAT_NONE) {
		(void)json_object_set_new(object, "api", vt__json_string(name));
	} else {
		(void)json_object_set_new(object, "kind", vt__json_kind(row->kind));
		(void)json_object_set_new(object, "bucket", vt__json_bucket(row->kind));
	}
	(void)json_object_set_new(object, "agree", json_boolean(!vt__verify_differs(row)));
#define VT__COUNT(name, words, bytes)                                                              \
	(void)json_object_set_new(object, #name, pair(a->name, b->name));
	VT__COUNTS(VT__COUNT)
#undef VT__COUNT
	return object;
}

static json_t *make_rows(const struct vt__verify_row *rows, size_t count)
{
	static const struct vt__counts none;
	json_t *list = json_array();
	size_t i;

	for (i = 0; list && i < count; i++)
		if (memcmp(&rows[i].side[0], &none, sizeof(none)) ||
		    memcmp(&rows[i].side[1], &none, sizeof(none)))
			(void)json_array_append_new(list, make_row(&rows[i]));
	return list;
}

static json_t *make_live(const struct vt__comparison *comparison)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; list && i < comparison->live_count && i < JSON_LIVE; i++) {
		const struct vt__verify_live *live = &comparison->live[i];
		char address[32];

		snprintf(address, sizeof(address), "0x%" PRIx64, live->address);
		(void)json_array_append_new(
			list, json_pack("{s:o,s:i,s:s,s:[o,o],s:o}", "kind",
					vt__json_kind(live->kind), "device", (int)live->ordinal,
					"address", address, "bytes", told(live->bytes[0]),
					told(live->bytes[1]), "api", vt__json_string(live->api)));
	}
	return list;
}

static json_t *make_sides(const struct vt__comparison *comparison)
{
	json_t *list = json_array();
	int side;

	for (side = 0; list && side < 2; side++)
		(void)json_array_append_new(
			list, json_pack("{s:s,s:o,s:o}", "source",
					source_of(comparison, side)->json, "recording",
					vt__json_string(vt__recording_path(comparison->side[side])),
					"lost", vt__json_number(comparison->lost[side])));
	return list;
}

int vt__verify_json(const struct vt__comparison *comparison, FILE *out)
{
	const int error = vt__json_open(
		out, json_pack("{s:s,s:b,s:I,s:o,s:o,s:o,s:o,s:I}", "schema", VT__VERIFY_SCHEMA,
			       "agree", (int)!comparison->differences, "differences",
			       (json_int_t)comparison->differences, "sides", make_sides(comparison),
			       "kinds", make_rows(comparison->kinds, VT_KIND_COUNT), "apis",
			       make_rows(comparison->families, comparison->family_count), "live",
			       make_live(comparison), "live_differences",
			       (json_int_t)comparison->live_count));

	fputs("}\n", out);
	return error;
}
