/*
 * Two runs beside one another, for programs: docs/report-json.md says what each
 * field means.
 */
#include "config.h"

#include <errno.h>

#include "reports/compare/diff.h"
#include "reports/formats/diff_writer.h"
#include "reports/formats/json.h"
#include "reports/text/stream.h"

static int write_sides(const struct vt__diff *diff, FILE *out)
{
	static const char *const names[] = {[VT__BEFORE] = "before", [VT__AFTER] = "after"};
	int error = 0;

	for (int side = 0; side < VT__SIDE_COUNT && !error; side++) {
		const struct vt__diff_side *each = &diff->sides[side];

		fprintf(out, ",\n \"%s\":", names[side]);
		error = vt__json_open(out, json_pack("{s:o,s:I,s:I,s:I,s:I,s:I,s:o,s:o,s:b}",
						     "name", vt__json_string(each->name),
						     "processes", (json_int_t)each->processes,
						     "unreadable", (json_int_t)each->unreadable,
						     "running", (json_int_t)each->running,
						     "unwatched", (json_int_t)each->unwatched,
						     "uncovered", (json_int_t)each->uncovered,
						     "lost", vt__json_number(each->lost),
						     "findings", vt__json_number(each->findings),
						     "all_seen", (int)!vt__diff_is_partial(each)));
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

/* A list of rows, of which `count` are written. */
static int write_list(const struct vt__diff *diff, const struct vt__json_form *form,
		      const char *name, const struct vt__diff_row *rows, size_t count, FILE *out)
{
	struct vt__frames frames = {0};
	int error = 0;

	fprintf(out, ",\n \"%s\":[", name);
	for (size_t i = 0; i < count && !error; i++) {
		fputs(i ? ",\n  " : "\n  ", out);
		error = vt__json_open(out, make_row(&rows[i]));
		if (!error)
			error = vt__json_merged_stack(diff->merge, rows[i].site, form, &frames,
						      out);
		fputc('}', out);
	}
	fputc(']', out);
	vt__frames_release(&frames);
	return error;
}

/* Rows that were not written, by what they are about. */
struct left_out {
	size_t rows[VT__MERGED_PEAK + 1];
	struct vt__sum sides[VT__MERGED_PEAK + 1][VT__SIDE_COUNT];
};

/* Of a list of rows those from `written` on. A list of none is NULL. */
static void leave_out(struct left_out *left_out, const struct vt__diff_row *rows, size_t written,
		      size_t count)
{
	for (size_t i = written; i < count; i++) {
		const uint32_t what = rows[i].site->what;

		left_out->rows[what]++;
		for (int side = 0; side < VT__SIDE_COUNT; side++)
			vt__sum_add(&left_out->sides[what][side], rows[i].sides[side]);
	}
}

static int write_left_out(const struct left_out *left_out, FILE *out)
{
	const char *before = "\n  ";
	int error = 0;

	fputs(",\n \"left_out\":[", out);
	for (uint32_t what = 0; what <= VT__MERGED_PEAK && !error; what++) {
		const struct vt__sum *sides = left_out->sides[what];

		if (!left_out->rows[what])
			continue;
		fputs(before, out);
		before = ",\n  ";
		error = vt__json_open(
			out, json_pack("{s:s,s:I,s:o,s:o,s:o,s:o}", "class", vt__merged_name(what),
				       "rows", (json_int_t)left_out->rows[what], "before_bytes",
				       vt__json_number(sides[VT__BEFORE].bytes), "after_bytes",
				       vt__json_number(sides[VT__AFTER].bytes), "before_count",
				       vt__json_number(sides[VT__BEFORE].count), "after_count",
				       vt__json_number(sides[VT__AFTER].count)));
		fputc('}', out);
	}
	fputc(']', out);
	return error;
}

/* With a form: also what did not change, and what is left out of both. */
static int write_rows(const struct vt__diff *diff, const struct vt__json_form *form, FILE *out)
{
	const size_t changed = vt__json_rows(form, diff->row_count);
	const size_t same = vt__json_rows(form, diff->same_count);
	struct left_out left_out = {.rows = {0}};
	int error = write_list(diff, form, "changes", diff->rows, changed, out);

	if (!form || error)
		return error;
	error = write_list(diff, form, "same", diff->same, same, out);
	leave_out(&left_out, diff->rows, changed, diff->row_count);
	leave_out(&left_out, diff->same, same, diff->same_count);
	return error ? error : write_left_out(&left_out, out);
}

int vt__diff_json(const struct vt__diff *diff, bool colour, FILE *out)
{
	(void)colour;
	return vt__diff_json_formed(diff, NULL, out);
}

int vt__diff_json_formed(const struct vt__diff *diff, const struct vt__json_form *form, FILE *out)
{
	int error;

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
		error = write_rows(diff, form, out);
	if (!error)
		error = vt__json_merged_notes(diff->merge, out);
	fputs(",\n \"summary\":{", out);
	for (int change = 0; change < VT__CHANGE_COUNT; change++)
		fprintf(out, "\"%s\":%zu,", vt__change_names[change], diff->counts[change]);
	fprintf(out, "\"growth\":%s,\"growth_unsure\":%s}}\n", diff->growth ? "true" : "false",
		diff->growth_unsure ? "true" : "false");
	return error ? error : vt__stream_error(out);
}
