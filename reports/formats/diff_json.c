/*
 * Two runs beside one another, for programs: docs/report-json.md says what each
 * field means.
 */
#include "config.h"

#include <errno.h>

#include "reports/compare/diff.h"
#include "reports/formats/json.h"
#include "reports/text/stream.h"

static int write_sides(const struct vt__diff *diff, FILE *out)
{
	static const char *const names[] = {[VT__BEFORE] = "before", [VT__AFTER] = "after"};
	int error = 0;

	for (int side = 0; side < VT__SIDE_COUNT && !error; side++) {
		const struct vt__diff_side *each = &diff->sides[side];

		fprintf(out, ",\n \"%s\":", names[side]);
		error = vt__json_open(out, json_pack("{s:o,s:I,s:I,s:I,s:o,s:o}", "name",
						     vt__json_string(each->name), "processes",
						     (json_int_t)each->processes, "unreadable",
						     (json_int_t)each->unreadable, "uncovered",
						     (json_int_t)each->uncovered, "lost",
						     vt__json_number(each->lost), "findings",
						     vt__json_number(each->findings)));
		fputc('}', out);
	}
	return error;
}

/* The difference of two numbers; beyond 63 bits, which only a damaged recording
 * has, it is cut. */
static json_t *difference(uint64_t before, uint64_t after)
{
	const uint64_t size = before < after ? after - before : before - after;
	const json_int_t number = size > INT64_MAX ? INT64_MAX : (json_int_t)size;

	return json_integer(before < after ? number : -number);
}

static int write_peaks(const struct vt__diff *diff, FILE *out)
{
	int error = 0;

	fputs(",\n \"peaks\":[", out);
	for (size_t i = 0; i < diff->peak_count && !error; i++) {
		const struct vt__diff_peak *peak = &diff->peaks[i];
		const uint64_t before = peak->sides[VT__BEFORE], after = peak->sides[VT__AFTER];

		fputs(i ? ",\n  " : "\n  ", out);
		error = vt__json_open(
			out, json_pack("{s:s,s:i,s:s,s:o,s:o,s:o}", "change",
				       vt__change_names[peak->change], "device", (int)peak->ordinal,
				       "bucket", vt__bucket_words[peak->bucket].json,
				       "before_bytes", vt__json_number(before), "after_bytes",
				       vt__json_number(after), "bytes", difference(before, after)));
		fputc('}', out);
	}
	fputc(']', out);
	return error;
}

static json_t *make_row(const struct vt__diff_row *row)
{
	const struct vt__sum *before = &row->sides[VT__BEFORE], *after = &row->sides[VT__AFTER];
	char identity[VT__IDENTITY_DIGITS + 1];

	vt__identity_text(row->site->identity, identity);
	return json_pack(
		"{s:s,s:s,s:s,s:o,s:o,s:o,s:s,s:o,s:o,s:o,s:o,s:o,s:o}", "change",
		vt__change_names[row->change], "class", vt__merged_name(row->site->what),
		"identity", identity, "kind", vt__json_kind(row->site->kind), "bucket",
		vt__json_bucket(row->site->kind), "api", vt__json_raw(row->site->api), "compared",
		vt__diff_row_counts(row) ? "count" : "bytes", "before_bytes",
		vt__json_number(before->bytes), "after_bytes", vt__json_number(after->bytes),
		"bytes", difference(before->bytes, after->bytes), "before_count",
		vt__json_number(before->count), "after_count", vt__json_number(after->count),
		"count", difference(before->count, after->count));
}

static int write_rows(const struct vt__diff *diff, FILE *out)
{
	struct vt__frames frames = {0};
	int error = 0;

	fputs(",\n \"changes\":[", out);
	for (size_t i = 0; i < diff->row_count && !error; i++) {
		fputs(i ? ",\n  " : "\n  ", out);
		error = vt__json_open(out, make_row(&diff->rows[i]));
		if (!error)
			error = vt__json_merged_stack(diff->merge, diff->rows[i].site, &frames,
						      out);
		fputc('}', out);
	}
	fputc(']', out);
	vt__frames_release(&frames);
	return error;
}

int vt__diff_json(const struct vt__diff *diff, bool colour, FILE *out)
{
	int error;

	(void)colour;
	fprintf(out, "{\"schema\":\"%s\",\n \"tool\":{\"name\":\"%s\",\"version\":\"%s\"}",
		VT__DIFF_JSON_SCHEMA, PACKAGE_NAME, PACKAGE_VERSION);
	error = write_sides(diff, out);
	if (!error) {
		fputs(",\n \"limits\":", out);
		error = vt__json_open(out, json_pack("{s:o,s:I}", "min_bytes",
						     vt__json_number(diff->limits.least_bytes),
						     "tolerance_percent",
						     (json_int_t)diff->limits.percent));
		fputc('}', out);
	}
	if (!error)
		error = write_peaks(diff, out);
	if (!error)
		error = write_rows(diff, out);
	if (!error)
		error = vt__json_merged_notes(diff->merge, out);
	fputs(",\n \"summary\":{", out);
	for (int change = 0; change < VT__CHANGE_COUNT; change++)
		fprintf(out, "\"%s\":%zu,", vt__change_names[change], diff->counts[change]);
	fprintf(out, "\"growth\":%s}}\n", diff->growth ? "true" : "false");
	return error ? error : vt__stream_error(out);
}
