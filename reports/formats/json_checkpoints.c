/*
 * JSON report: when the memory of a process was off the card.
 */
#include "config.h"

#include "reports/findings/checkpoints.h"
#include "reports/formats/json.h"

/* Seconds after the start of the process; null: not known. */
static json_t *after(const struct vt__process *process, uint64_t ns)
{
	const uint64_t start = vt__recording_header(process->recording)->start_monotonic_ns;

	return ns ? json_real(ns > start ? (double)(ns - start) / 1e9 : 0) : json_null();
}

static int write_row(struct vt__json *json, const struct vt__away *row)
{
	const struct vt__process *process = json->process;
	json_t *by = row->by ? json_integer(vt__recording_header(row->by->recording)->pid)
			     : json_null();
	int error = vt__json_open(
		json->out, json_pack("{s:s,s:o,s:o,s:o,s:o,s:o}", "how", vt__away_name(row->how),
				     "from_seconds", after(process, row->from_ns), "to_seconds",
				     after(process, row->to_ns), "bytes",
				     row->bytes == VT_FORMAT_UNKNOWN ? json_null()
								     : vt__json_number(row->bytes),
				     "times", vt__json_number(row->times), "by", by));

	if (!error && row->by && row->stack != VT_FORMAT_NONE) {
		json->process = row->by;
		error = vt__json_stack(json, "stack", row->stack);
		json->process = process;
	}
	fputc('}', json->out);
	return error;
}

int vt__json_checkpoints(struct vt__json *json)
{
	const struct vt__analysis *analysis = json->analysis;
	struct vt__checkpoints found;
	int error = vt__checkpoints_of(analysis->processes, analysis->process_count, json->process,
				       &found);
	const size_t count = error ? 0 : vt__json_rows(json->form, found.count);

	fprintf(json->out, ",\n  \"checkpointed\":%s,\"checkpoints\":[",
		!error && found.is_away ? "true" : "false");
	for (size_t i = 0; !error && i < count; i++) {
		fputs(i ? ",\n   " : "\n   ", json->out);
		error = write_row(json, &found.rows[i]);
	}
	fputc(']', json->out);
	vt__checkpoints_release(&found);
	return error;
}
