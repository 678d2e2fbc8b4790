/*
 * SARIF log: how the gate and the processes under it ran.
 */
#include "config.h"

#include <stdlib.h>

#include "reports/findings/describe.h"
#include "reports/text/escape.h"
#include "reports/formats/gate_words.h"
#include "reports/formats/json.h"
#include "reports/formats/sarif.h"

/* Processes with an invocation of their own: the log is of findings. */
#define INVOCATIONS 100

static bool set(json_t *object, const char *key, json_t *value)
{
	return !json_object_set_new(object, key, value);
}

static json_t *make_notification(const char *level, json_t *text)
{
	return json_pack("{s:s,s:{s:o}}", "level", level, "message", "text", text);
}

/* ---- The gate --------------------------------------------------------------------- */

static json_t *make_notifications(const struct vt__gate *gate)
{
	const char *level = vt__gate_saw_all(gate) ? "note" : "error";
	json_t *list = json_array();
	bool done = list;

	for (size_t i = 0; done && i < gate->reason_count; i++)
		done = !json_array_append_new(
			list, make_notification(level, vt__sarif_string(gate->reasons[i])));
	if (done && gate->analysis->process_count > INVOCATIONS)
		done = !json_array_append_new(
			list,
			make_notification("note", json_sprintf("invocations of the first %d of %zu "
							       "processes are listed",
							       INVOCATIONS,
							       gate->analysis->process_count)));
	for (size_t i = 0; done && i < gate->idle_count; i++)
		done = !json_array_append_new(
			list,
			make_notification("warning",
					  vt__json_take(vt__gate_idle(gate, &gate->idle[i]))));
	if (done)
		return list;
	json_decref(list);
	return NULL;
}

/* The program's own status is its processes' exit code; this is the gate's run. */
static json_t *make_gate(const struct vt__gate *gate)
{
	return json_pack(
		"{s:b,s:o,s:{s:s,s:o,s:o}}", "executionSuccessful", (int)vt__gate_saw_all(gate),
		"toolExecutionNotifications", make_notifications(gate), "properties", "verdict",
		vt__gate_verdict_words(gate->verdict), "program",
		gate->program ? vt__sarif_string(gate->program) : json_null(), "programStatus",
		gate->program_status >= 0 ? json_integer(gate->program_status) : json_null());
}

/* ---- A process ------------------------------------------------------------------------ */

static json_t *make_folder(const char *path)
{
	char *uri = vt__sarif_uri(path, true);
	json_t *place = uri ? json_pack("{s:s}", "uri", uri) : NULL;

	free(uri);
	return place;
}

static json_t *make_command(const struct vt__process *process)
{
	const struct vt__recording *recording = process->recording;
	char *line = vt__shell_command(
		vt__recording_string(recording, vt__recording_header(recording)->command));
	json_t *string = line ? vt__sarif_string(line) : NULL;

	free(line);
	return string;
}

/* Facts that are not known are left out. */
static bool add_facts(json_t *object, struct vt__sarif *sarif, const struct vt__process *process)
{
	const struct vt__recording *recording = process->recording;
	const struct vt_format_header *header = vt__recording_header(recording);
	const char *program = vt__raw_to_copy(vt__recording_string(recording, header->program));
	const char *folder = vt__raw_to_copy(
		vt__recording_string(recording, header->working_directory));
	const struct vt__raw host = vt__recording_string(recording, header->host);
	const int code = vt__exit_code(process), signal = vt__exit_signal(process);
	char started[VT__TIME_BYTES];

	return (!*program || set(object, "executableLocation",
				 vt__sarif_file(sarif, recording, program, false))) &&
	       (!*folder || set(object, "workingDirectory", make_folder(folder))) &&
	       (vt__raw_is_empty(host) || set(object, "machine", vt__sarif_raw(host))) &&
	       (code < 0 || signal || set(object, "exitCode", json_integer(code))) &&
	       (!signal || set(object, "exitSignalNumber", json_integer(signal))) &&
	       (!*vt__started(process, started) ||
		set(object, "startTimeUtc", json_string(started)));
}

static json_t *make_process(struct vt__sarif *sarif, const struct vt__process *process)
{
	const struct vt_format_header *header = vt__recording_header(process->recording);
	const int code = vt__exit_code(process);
	const bool exited = vt__recording_state(process->recording) == VT__PROCESS_EXITED;
	json_t *object = json_pack("{s:b,s:o,s:I}", "executionSuccessful",
				   code < 0 ? (int)exited : !code, "commandLine",
				   make_command(process), "processId", (json_int_t)header->pid);

	if (!object || !add_facts(object, sarif, process)) {
		json_decref(object);
		return NULL;
	}
	return object;
}

int vt__sarif_invocations(struct vt__sarif *sarif)
{
	const struct vt__analysis *analysis = sarif->gate->analysis;
	int error;

	fputs("\"invocations\":[\n", sarif->out);
	error = vt__sarif_write(sarif->out, make_gate(sarif->gate));
	for (size_t i = 0; !error && i < analysis->process_count && i < INVOCATIONS; i++) {
		fputs(",\n", sarif->out);
		error = vt__sarif_write(sarif->out, make_process(sarif, &analysis->processes[i]));
	}
	fputc(']', sarif->out);
	return error;
}
