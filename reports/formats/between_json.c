/*
 * JSON report on two marks.
 */
#include "config.h"

#include "reports/findings/between.h"
#include "reports/formats/between_writer.h"

static json_t *told(uint64_t bytes)
{
	return bytes == VT_FORMAT_UNKNOWN ? json_null() : vt__json_number(bytes);
}

/* Where the driver told at both. */
static json_t *rest(const struct vt__between *between, int64_t bytes)
{
	return between->driver_before == VT_FORMAT_UNKNOWN ||
			       between->driver_after == VT_FORMAT_UNKNOWN
		       ? json_null()
		       : json_integer(bytes);
}

static json_t *make_owners(const struct vt__between *between)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < between->owner_count; i++) {
		const struct vt__between_row *row = &between->owners[i];

		(void)json_array_append_new(
			list, json_pack("{s:o,s:s,s:o,s:o}", "owner",
					vt__json_string(row->id ? row->id : row->name), "how",
					vt__how_names[row->how].json, "before_bytes",
					vt__json_number(row->before), "after_bytes",
					vt__json_number(row->after)));
	}
	return list;
}

static int write_site(struct vt__json *json, const struct vt__between_row *row)
{
	int error = vt__json_open(
		json->out, json_pack("{s:o,s:o,s:o}", "before_bytes", vt__json_number(row->before),
				     "after_bytes", vt__json_number(row->after), "api",
				     vt__json_raw(vt__recording_optional(json->process->recording,
									 row->api))));

	if (!error)
		error = vt__json_stack(json, "stack", row->stack);
	fputc('}', json->out);
	return error;
}

static int write_row(struct vt__json *json, const struct vt__between *between,
		     const struct vt__two_marks *marks)
{
	int error = vt__json_open(
		json->out,
		json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "device",
			  vt__json_device(json->process, between->device), "from",
			  vt__json_string(marks->from), "to", vt__json_string(marks->to),
			  "before_bytes", vt__json_number(between->before), "after_bytes",
			  vt__json_number(between->after), "driver_before_bytes",
			  told(between->driver_before), "driver_after_bytes",
			  told(between->driver_after), "rest_before_bytes",
			  rest(between, between->rest_before), "rest_after_bytes",
			  rest(between, between->rest_after), "owners", make_owners(between)));

	fputs(",\"sites\":[", json->out);
	for (size_t i = 0; !error && i < between->site_count; i++) {
		fputs(i ? ",\n     " : "\n     ", json->out);
		error = write_site(json, &between->sites[i]);
	}
	fputs("]}", json->out);
	return error;
}

int vt__between_json(struct vt__json *json, const struct vt__two_marks *marks)
{
	const char *before = "\n   ";
	int error = 0;

	fputs(",\n  \"between\":[", json->out);
	for (uint32_t i = 0; !error && i < json->process->device_count; i++) {
		struct vt__between between;

		error = vt__between_make(json->process, marks, i, &between);
		if (!error && between.from && between.to) {
			fputs(before, json->out);
			before = ",\n   ";
			error = write_row(json, &between, marks);
		}
		vt__between_release(&between);
	}
	fputc(']', json->out);
	return error;
}
