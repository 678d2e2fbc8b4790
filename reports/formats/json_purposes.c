/*
 * JSON report: what memory is for, as the program said.
 */
#include "config.h"

#include "reports/formats/json.h"

static json_t *name(const struct vt__json *json, uint32_t string)
{
	return vt__json_raw(vt__recording_optional(json->process->recording, string));
}

json_t *vt__json_use(const struct vt__json *json, uint32_t purpose, uint32_t label)
{
	return json_pack("{s:o,s:o}", "purpose", name(json, purpose), "label", name(json, label));
}

static int write_part(struct vt__json *json, const struct vt__part *part)
{
	const int error = vt__json_open(
		json->out,
		json_pack("{s:o,s:o,s:o,s:o}", "purpose", name(json, part->purpose), "label",
			  name(json, part->label), "bytes", vt__json_number(part->sum.bytes),
			  "count", vt__json_number(part->sum.count)));

	fputc('}', json->out);
	return error;
}

int vt__json_parts(struct vt__json *json, const struct vt__finding_row *row)
{
	const size_t count = vt__json_rows(json->form, row->part_count);
	int error = 0;

	if (!row->part_count)
		return 0;
	fputs(",\"purposes\":[", json->out);
	for (size_t i = 0; !error && i < count; i++) {
		fputs(i ? ",\n     " : "\n     ", json->out);
		error = write_part(json, &row->parts[i]);
	}
	fputc(']', json->out);
	return error;
}

int vt__json_purposes(struct vt__json *json)
{
	const struct vt__process *process = json->process;
	const size_t count = vt__json_rows(json->form, process->purpose_count);
	int error = 0;

	fputs(",\n  \"purposes\":[", json->out);
	for (size_t i = 0; !error && i < count; i++) {
		const struct vt__purpose_row *row = &process->purposes[i];

		fputs(i ? ",\n   " : "\n   ", json->out);
		error = vt__json_open(json->out,
				      json_pack("{s:o,s:s,s:o,s:o}", "purpose",
						name(json, row->purpose), "bucket",
						vt__bucket_words[row->bucket].json, "live_bytes",
						vt__json_number(row->sum.bytes), "live_count",
						vt__json_number(row->sum.count)));
		fputc('}', json->out);
	}
	fputc(']', json->out);
	return error;
}
