/*
 * Gate report in JSON: the report about all recordings, and the judgement.
 * docs/report-json.md says what each field means.
 */
#include "config.h"

#include "reports/formats/gate_writer.h"
#include "reports/formats/json.h"
#include "reports/formats/writer.h"

#define TITLE_BYTES 512

static json_t *make_known(const struct vt__judged *judged)
{
	if (judged->standing != VT__STANDING_KNOWN && judged->standing != VT__STANDING_GROWN)
		return json_null();
	return json_pack("{s:o,s:o}", "bytes", vt__json_number(judged->known.bytes), "count",
			 vt__json_number(judged->known.count));
}

static json_t *make_rule(const struct vt__judged *judged)
{
	if (judged->standing != VT__STANDING_SUPPRESSED)
		return json_null();
	return json_pack("{s:o,s:I,s:o}", "file", vt__json_string(judged->suppressed_file), "line",
			 (json_int_t)judged->suppressed_line, "rule",
			 vt__json_string(judged->suppressed_rule));
}

static json_t *make_judged(const struct vt__gate *gate, const struct vt__judged *judged)
{
	json_t *object = vt__json_finding(judged->process, judged->row);
	char title[TITLE_BYTES];
	json_t *more;

	vt__judged_title(judged, title, sizeof(title));
	more = json_pack("{s:o,s:o,s:o,s:s,s:s,s:b,s:o,s:I,s:I,s:o,s:o}", "title",
			 vt__json_string(title), "bytes", vt__json_number(judged->sum.bytes),
			 "count", vt__json_number(judged->sum.count), "identity", judged->identity,
			 "standing", vt__standing_json(judged->standing), "fails",
			 (int)judged->fails, "clause", vt__json_string(judged->clause), "processes",
			 (json_int_t)judged->processes, "process",
			 (json_int_t)(judged->process - gate->analysis->processes), "known",
			 make_known(judged), "suppressed_by", make_rule(judged));
	if (!object || !more || json_object_update(object, more)) {
		json_decref(object);
		object = NULL;
	}
	json_decref(more);
	return object;
}

static int write_judged(const struct vt__gate *gate, const struct vt__json_form *form, FILE *out)
{
	const size_t count = vt__json_rows(form, gate->judged_count);
	struct vt__json json = {.out = out, .form = form};
	int error = 0;

	fputs(",\n  \"findings\":[", out);
	for (size_t i = 0; i < count && !error; i++) {
		const struct vt__judged *judged = &gate->judged[i];

		/* Texts of frames are of one process. */
		if (json.process != judged->process)
			vt__json_forget_frames(&json);
		json.process = judged->process;
		fputs(i ? ",\n   " : "\n   ", out);
		error = vt__json_open(out, make_judged(gate, judged));
		if (!error)
			error = vt__json_stack(&json, "stack", judged->row->stack);
		if (!error)
			error = vt__json_references(&json, judged->row);
		if (!error)
			error = vt__json_refused_frees(&json, judged->row);
		fputc('}', out);
	}
	fputc(']', out);
	vt__json_forget_frames(&json);
	vt__frames_release(&json.frames);
	return error;
}

static json_t *make_gone(const struct vt__gone *gone)
{
	return json_pack("{s:s,s:o,s:o,s:o,s:o}", "identity", gone->identity, "class",
			 vt__json_string(gone->class_name), "title", vt__json_string(gone->title),
			 "bytes", vt__json_number(gone->known.bytes), "count",
			 vt__json_number(gone->known.count));
}

static json_t *make_idle(const struct vt__idle_rule *rule)
{
	return json_pack("{s:o,s:I,s:o,s:b}", "file", vt__json_string(rule->file), "line",
			 (json_int_t)rule->line, "rule", vt__json_string(rule->text), "expired",
			 (int)rule->expired);
}

static int write_rows(const struct vt__gate *gate, const struct vt__json_form *form, FILE *out)
{
	const size_t gone = vt__json_rows(form, gate->gone_count);
	const size_t idle = vt__json_rows(form, gate->idle_count);
	int error = 0;

	fputs(",\n  \"gone\":[", out);
	for (size_t i = 0; i < gone && !error; i++) {
		fputs(i ? ",\n   " : "\n   ", out);
		error = vt__json_open(out, make_gone(&gate->gone[i]));
		fputc('}', out);
	}
	fputs("],\n  \"idle_rules\":[", out);
	for (size_t i = 0; i < idle && !error; i++) {
		fputs(i ? ",\n   " : "\n   ", out);
		error = vt__json_open(out, make_idle(&gate->idle[i]));
		fputc('}', out);
	}
	fputc(']', out);
	return error;
}

static json_t *make_gate(const struct vt__gate *gate)
{
	json_t *reasons = json_array();

	for (size_t i = 0; reasons && i < gate->reason_count; i++)
		(void)json_array_append_new(reasons, vt__json_string(gate->reasons[i]));
	return json_pack(
		"{s:s,s:o,s:o,s:o,s:b,s:b}", "verdict", vt__verdict_json(gate->verdict), "reasons",
		reasons, "program", vt__json_string(gate->program), "program_exit",
		gate->program_status < 0 ? json_null() : json_integer(gate->program_status),
		"all_seen", (int)!gate->incomplete, "gone_unsure", (int)gate->gone_unsure);
}

int vt__gate_json_part(const struct vt__gate *gate, const struct vt__json_form *form, FILE *out)
{
	int error;

	fputs(",\n \"gate\":", out);
	error = vt__json_open(out, make_gate(gate));
	if (!error)
		error = write_judged(gate, form, out);
	if (!error)
		error = write_rows(gate, form, out);
	fputc('}', out);
	return error;
}

static int write_gate(const void *closure, FILE *out)
{
	return vt__gate_json_part(closure, NULL, out);
}

int vt__gate_write_json(const struct vt__gate *gate, FILE *out)
{
	return vt__write_json_with(gate->analysis, NULL, write_gate, gate, out);
}
