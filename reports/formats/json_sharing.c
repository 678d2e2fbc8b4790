/*
 * JSON report: memory that processes share, joined over all of them.
 */
#include "config.h"

#include "reports/compare/sharing.h"
#include "reports/formats/json.h"

/* With the stack of the call that gave it out or opened it, and where it was freed. */
static int write_sharer(struct vt__json *json, const struct vt__sharer *sharer, bool holds)
{
	const struct vt__recording *recording = sharer->process->recording;
	int error;

	json->process = sharer->process;
	error = vt__json_open(
		json->out,
		json_pack("{s:I,s:b,s:o,s:o,s:o}", "pid",
			  (json_int_t)vt__recording_header(recording)->pid, "holds", (int)holds,
			  "times", vt__json_number(sharer->record->count), "thread",
			  vt__json_known(sharer->record->thread), "api",
			  vt__json_raw(vt__recording_string(recording, sharer->record->api))));
	if (!error)
		error = vt__json_stack(json, "stack", sharer->record->stack);
	if (!error && sharer->record->freed_ns)
		error = vt__json_stack(json, "freed_stack", sharer->record->freed_stack);
	fputc('}', json->out);
	return error;
}

static int write_row(struct vt__json *json, const struct vt__shared_memory *row)
{
	const struct vt_format_sharing *record = row->importers->record;
	int error = vt__json_open(json->out, json_pack("{s:s,s:s?,s:o,s:I,s:I}", "state",
						       vt__shared_state_name(row->state), "handle",
						       vt__sharing_name(record->what), "bytes",
						       vt__json_known(row->bytes), "opened_by",
						       (json_int_t)row->importer_count, "held_by",
						       (json_int_t)row->holder_count));

	fputs(",\"exporter\":", json->out);
	if (!row->exporter)
		fputs("null", json->out);
	else if (!error)
		error = write_sharer(json, row->exporter, row->exporter->holds);
	fputs(",\"importers\":[", json->out);
	for (size_t i = 0; !error && i < row->importer_count; i++) {
		fputs(i ? "," : "", json->out);
		error = write_sharer(json, &row->importers[i],
				     vt__shared_is_held(row, &row->importers[i]));
	}
	fputs("]}", json->out);
	return error;
}

int vt__json_sharing(struct vt__json *json, const struct vt__analysis *analysis)
{
	struct vt__sharing_rows rows;
	int error = vt__sharing_join(analysis, &rows);
	const size_t count = vt__json_rows(json->form, rows.count);

	fputs(",\n \"shared_memory\":[", json->out);
	for (size_t i = 0; !error && i < count; i++) {
		fputs(i ? ",\n  " : "\n  ", json->out);
		error = write_row(json, &rows.rows[i]);
	}
	fputc(']', json->out);
	vt__sharing_release(&rows);
	return error;
}
