/*
 * JSON report: for programs. docs/report-json.md says what each field means.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/describe.h"
#include "reports/text/escape.h"
#include "reports/formats/between_writer.h"
#include "reports/formats/json.h"
#include "reports/text/units.h"
#include "reports/formats/ranks_writer.h"
#include "reports/text/stream.h"
#include "reports/compare/verify.h"
#include "reports/formats/writer.h"

static const char *const states[] = {
	[VT__PROCESS_RUNNING] = "running",
	[VT__PROCESS_EXITED] = "exited",
	[VT__PROCESS_ENDED] = "ended",
};

static const char *empty_is_null(const char *text)
{
	return *text ? text : NULL;
}

/* ---- Identity ---------------------------------------------------------------- */

static json_t *make_arguments(const char *command)
{
	json_t *list = json_array();
	char *copy = strdup(command), *rest = copy, *argument;

	while (list && copy && *command && (argument = strsep(&rest, "\x1f")))
		if (json_array_append_new(list, vt__json_string(argument)))
			break;
	free(copy);
	return list;
}

static json_t *make_process(const struct vt__process *process)
{
	const struct vt__recording *recording = process->recording;
	const struct vt_format_header *header = vt__recording_header(recording);
	const struct vt__raw arguments = vt__recording_string(recording, header->command);
	const int code = vt__exit_code(process), signal = vt__exit_signal(process);
	const uint64_t ns = vt__duration_ns(process);
	char *command = vt__shell_command(arguments);
	char started[VT__TIME_BYTES];
	struct vt__launch launch;
	json_t *object;

	object = json_pack(
		"{s:o,s:o,s:o,s:I,s:I,s:o,s:o,s:b,s:s,s:o,s:o,s:o,s:b,s:s?,s:o,s:o}", "command",
		vt__json_string(command), "arguments", make_arguments(vt__raw_to_parse(arguments)),
		"program", vt__json_raw(vt__recording_string(recording, header->program)), "pid",
		(json_int_t)header->pid, "parent_pid", (json_int_t)header->parent_pid, "host",
		vt__json_raw(vt__raw_or_none(vt__recording_string(recording, header->host))),
		"working_directory",
		vt__json_raw(vt__raw_or_none(
			vt__recording_string(recording, header->working_directory))),
		"simulated", (int)!!header->simulated, "state",
		states[vt__recording_state(recording)], "exit",
		code < 0 ? json_null() : json_integer(code), "signal",
		signal ? json_integer(signal) : json_null(), "recording",
		vt__json_string(vt__recording_path(recording)), "crash_safe",
		(int)!!header->crash_safe, "started", empty_is_null(vt__started(process, started)),
		"duration_seconds", ns ? json_real((double)ns / 1e9) : json_null(), "tool_version",
		vt__json_raw(
			vt__raw_or_none(vt__recording_string(recording, header->tool_version))));
	free(command);
	vt__launch_of(recording, &launch);
	if (object && vt__json_add_launch(object, &launch)) {
		json_decref(object);
		return NULL;
	}
	return object;
}

/* ---- Totals ------------------------------------------------------------------- */

static json_t *make_kinds(const struct vt__device_row *device)
{
	json_t *list = json_array();

	for (uint32_t kind = 0; list && kind < VT_KIND_COUNT; kind++) {
		const struct vt_format_total *total = &device->record->kinds[kind];
		const struct vt__sum *live = &device->live[kind];

		if (!total->allocations && !live->count)
			continue;
		(void)json_array_append_new(
			list, json_pack("{s:s,s:s,s:o,s:o,s:o,s:o,s:o}", "kind",
					vt__kind_words[kind].json, "bucket",
					vt__bucket_words[vt__bucket_of(kind)].json, "live_bytes",
					vt__json_number(live->bytes), "live_count",
					vt__json_number(live->count), "peak_bytes",
					vt__json_number(total->peak_bytes), "allocations",
					vt__json_number(total->allocations), "frees",
					vt__json_number(total->frees)));
	}
	return list;
}

static json_t *make_device(const struct vt__process *process, const struct vt__device_row *device)
{
	const struct vt_format_device *record = device->record;
	const struct vt_format_total *vram = &record->buckets[VT_BUCKET_VRAM];
	const struct vt__raw name = vt__recording_string(process->recording, record->name);
	char uuid[VT__UUID_BYTES];

	return json_pack("{s:i,s:s?,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "ordinal", (int)record->ordinal,
			 "uuid", empty_is_null(vt__uuid(record->uuid, uuid)), "name",
			 vt__json_raw(vt__raw_or_none(name)), "total_bytes",
			 record->total_bytes ? vt__json_number(record->total_bytes) : json_null(),
			 "live_bytes", vt__json_number(vt__live_of(device, VT_BUCKET_VRAM).bytes),
			 "peak_bytes", vt__json_number(vram->peak_bytes), "allocations",
			 vt__json_number(vram->allocations), "frees", vt__json_number(vram->frees),
			 "kinds", make_kinds(device));
}

static int write_devices(struct vt__json *json)
{
	int error = 0;

	fputs(",\n  \"devices\":[", json->out);
	for (size_t i = 0; !error && i < json->process->device_count; i++) {
		fputs(i ? ",\n   " : "\n   ", json->out);
		error = vt__json_open(json->out,
				      make_device(json->process, &json->process->devices[i]));
		if (!error)
			error = vt__json_history(json, (uint32_t)i);
		fputc('}', json->out);
	}
	fputc(']', json->out);
	return error;
}

/* ---- What could not be seen ----------------------------------------------------- */

static int write_losses(struct vt__json *json)
{
	const struct vt_format_header *header = vt__recording_header(json->process->recording);
	const char *before = "\n   ";
	int error = 0;
	char words[VT__WORDS_BYTES];

	fputs(",\n  \"lost\":[", json->out);
	for (uint32_t loss = 0; !error && loss < VT_FORMAT_LOSSES_MAX; loss++) {
		if (!header->losses[loss])
			continue;
		fputs(before, json->out);
		before = ",\n   ";
		error = vt__json_open(
			json->out,
			json_pack("{s:s,s:o,s:s}", "what",
				  vt__loss_name(loss) ? vt__loss_name(loss) : "unknown", "count",
				  vt__json_number(header->losses[loss]), "message",
				  vt__loss_words(loss) ? vt__words_for(header->losses[loss],
								       vt__loss_words(loss), words)
						       : "of a kind newer than this vramtrack"));
		fputc('}', json->out);
	}
	fputc(']', json->out);
	return error;
}

static void add_note(const char *note, void *closure)
{
	(void)json_array_append_new(closure, vt__json_string(note));
}

/* After the stacks: naming them is what makes modules speak. */
static int write_notes(struct vt__json *json)
{
	json_t *list = json_array();
	int error;

	if (!list)
		return -ENOMEM;
	if (vt__end_note(json->process))
		add_note(vt__end_note(json->process), list);
	vt__notes(json->process, add_note, list);
	fputs(",\n  \"notes\":", json->out);
	error = vt__json_dump(list, json->out, 0);
	json_decref(list);
	return error ? -ENOMEM : 0;
}

/* ---- The document ------------------------------------------------------------------ */

static int write_process(struct vt__json *json)
{
	int error = vt__json_open(json->out, make_process(json->process));

	if (!error)
		error = write_devices(json);
	if (!error)
		error = vt__json_purposes(json);
	if (!error)
		error = vt__json_findings(json);
	if (!error)
		error = json->form ? vt__json_sites(json) : vt__json_peaks(json);
	if (!error && !json->form)
		error = vt__json_held(json);
	if (!error)
		error = vt__json_caches(json);
	if (!error)
		error = vt__json_checkpoints(json);
	if (!error)
		error = vt__json_accounts(json);
	if (!error)
		error = vt__json_statements(json);
	if (!error && json->between)
		error = vt__between_json(json, json->between);
	if (!error)
		error = vt__json_marks(json);
	if (!error)
		error = vt__json_events(json);
	if (!error)
		error = vt__json_coverage(json);
	if (!error)
		error = write_losses(json);
	if (!error)
		error = write_notes(json);
	fputc('}', json->out);
	return error;
}

static json_t *make_class(const struct vt__summary *summary, int what)
{
	json_t *sums = json_object();

	for (int bucket = 0; sums && bucket < VT_BUCKET_COUNT; bucket++) {
		const struct vt__sum *sum = &summary->sums[what][bucket];

		if (sum->count)
			(void)json_object_set_new(sums, vt__bucket_words[bucket].json,
						  json_pack("{s:o,s:o}", "bytes",
							    vt__json_number(sum->bytes), "count",
							    vt__json_number(sum->count)));
	}
	return json_pack("{s:I,s:o,s:o}", "findings", (json_int_t)summary->findings[what],
			 "occurrences", vt__json_number(summary->occurrences[what]), "buckets",
			 sums);
}

static int write_summary(struct vt__json *json, const struct vt__analysis *analysis)
{
	const struct vt__summary *summary = &analysis->summary;
	json_t *object = json_pack(
		"{s:I,s:I,s:I,s:b,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "processes",
		(json_int_t)analysis->process_count, "running", (json_int_t)summary->running,
		"unreadable", (json_int_t)analysis->unreadable, "all_read",
		(int)(!analysis->unreadable && !analysis->unread_folder), "uncovered",
		(json_int_t)summary->uncovered, "held_count", vt__json_number(summary->held),
		"allocations", vt__json_number(summary->allocations), "frees",
		vt__json_number(summary->frees), "live_count", vt__json_number(summary->live),
		"lost", vt__json_number(summary->lost), "graph_kept_bytes",
		vt__json_number(summary->graph_kept_bytes), "leaked_bytes",
		vt__json_number(summary->sums[VT__CLASS_LEAK][VT_BUCKET_VRAM].bytes));

	for (int what = 0; object && what < VT__CLASS_COUNT; what++)
		(void)json_object_set_new(object, vt__class_words[what].json,
					  make_class(summary, what));
	return vt__json_open(json->out, object);
}

int vt__write_json(const struct vt__analysis *analysis, bool colour, FILE *out)
{
	(void)colour;
	return vt__write_json_with(analysis, NULL, NULL, NULL, out);
}

int vt__write_json_with(const struct vt__analysis *analysis, const struct vt__json_form *form,
			int (*more)(const void *closure, FILE *out), const void *closure, FILE *out)
{
	const size_t count = form && form->processes < analysis->process_count
				     ? form->processes
				     : analysis->process_count;
	struct vt__json json = {
		.out = out, .analysis = analysis, .form = form, .between = analysis->between};
	int error = 0;

	fprintf(out,
		"{\"schema\":\"%s\",\n \"tool\":{\"name\":\"%s\",\"version\":\"%s\"},\n "
		"\"processes\":[",
		VT__JSON_SCHEMA, PACKAGE_NAME, PACKAGE_VERSION);
	for (size_t i = 0; !error && i < count; i++) {
		fputs(i ? ",\n  " : "\n  ", out);
		json.process = &analysis->processes[i];
		error = write_process(&json);
	}
	fputs("],\n \"summary\":", out);
	if (!error)
		error = write_summary(&json, analysis);
	fputc('}', out);
	if (!error)
		error = vt__json_sharing(&json, analysis);
	if (!error)
		error = vt__json_cards(&json, analysis);
	if (!error && analysis->verification) {
		fputs(",\n \"verify\":", out);
		error = vt__verify_json(analysis->verification, out);
	}
	if (!error && analysis->ranks) {
		fputs(",\n \"ranks\":", out);
		error = vt__ranks_json(analysis->ranks, form, out);
	}
	if (!error && more)
		error = more(closure, out);
	fputs("}\n", out);
	vt__json_forget_frames(&json);
	vt__frames_release(&json.frames);
	return error ? error : vt__stream_error(out);
}
