/* The rows of `vramtrack doctor`, as text and as JSON. */
#include "config.h"

#include "cli/doctor.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "reports/files.h"
#include "reports/formats/json.h"

static const char *const words[] = {
#define STATE(id, word) [VT__STATE_##id] = (word),
	VT__STATES(STATE)
#undef STATE
};

static void add(struct vt__doctor *doctor, const struct vt__doctor_row *row)
{
	struct vt__doctor_row *rows = NULL;

	if (row->found)
		rows = realloc(doctor->rows, (doctor->count + 1) * sizeof(*rows));
	if (!rows) {
		free(row->found);
		free(row->advice);
		doctor->failed = true;
		return;
	}
	doctor->rows = rows;
	doctor->rows[doctor->count++] = *row;
}

void vt__doctor_add(struct vt__doctor *doctor, const char *check, enum vt__state state,
		    const char *advice, const char *found, ...)
{
	struct vt__doctor_row row = {.check = check, .state = state};
	va_list arguments;

	va_start(arguments, found);
	if (vasprintf(&row.found, found, arguments) < 0)
		row.found = NULL;
	va_end(arguments);
	row.advice = advice ? strdup(advice) : NULL;
	add(doctor, &row);
}

void vt__doctor_add_said(struct vt__doctor *doctor, const char *check, enum vt__state state,
			 char *line)
{
	char *advice = line ? strstr(line, "; ") : NULL;

	if (advice) {
		*advice = '\0';
		advice += 2;
	}
	vt__doctor_add(doctor, check, state, advice, "%s", line ? line : strerror(ENOMEM));
	free(line);
}

enum vt__state vt__doctor_worst(const struct vt__doctor *doctor, size_t *count_out)
{
	size_t counts[VT__STATE_COUNT] = {0};
	int worst = VT__STATE_COUNT - 1;

	for (size_t i = 0; i < doctor->count; i++)
		counts[doctor->rows[i].state]++;
	while (worst > VT__STATE_OK && !counts[worst])
		worst--;
	*count_out = counts[worst];
	return (enum vt__state)worst;
}

/* ---- Text ---------------------------------------------------------------------------- */

static void write_verdict(const struct vt__doctor *doctor, FILE *out)
{
	size_t count;
	enum vt__state worst = vt__doctor_worst(doctor, &count);

	fputs("vramtrack doctor: ", out);
	if (doctor->argv)
		vt__print_escaped(out, doctor->argv[0]);
	else
		fputs("this machine", out);
	if (worst == VT__STATE_OBSTACLE)
		fprintf(out, " cannot be tracked as it is: %zu obstacle%s\n", count,
			count == 1 ? "" : "s");
	else if (worst == VT__STATE_ATTENTION)
		fprintf(out, " can be tracked; %zu thing%s to look at\n", count,
			count == 1 ? "" : "s");
	else
		fputs(" can be tracked\n", out);
}

int vt__doctor_text(const struct vt__doctor *doctor, FILE *out)
{
	write_verdict(doctor, out);
	for (size_t i = 0; i < doctor->count; i++) {
		const struct vt__doctor_row *row = &doctor->rows[i];

		fprintf(out, "%-9s  %-13s  ", words[row->state], row->check);
		vt__print_escaped(out, row->found);
		if (row->advice) {
			fprintf(out, "\n%26s-> ", "");
			vt__print_escaped(out, row->advice);
		}
		fputc('\n', out);
	}
	return vt__stream_error(out);
}

/* ---- JSON ---------------------------------------------------------------------------- */

static json_t *row_object(const struct vt__doctor_row *row)
{
	return json_pack("{s:s,s:s,s:o,s:o}", "check", row->check, "state", words[row->state],
			 "found", vt__json_string(row->found), "advice",
			 vt__json_string(row->advice));
}

int vt__doctor_json(const struct vt__doctor *doctor, FILE *out)
{
	size_t count;
	json_t *rows = json_array(), *document;
	bool failed = !rows;
	int error;

	for (size_t i = 0; i < doctor->count && !failed; i++)
		failed = json_array_append_new(rows, row_object(&doctor->rows[i])) < 0;
	document = json_pack("{s:s,s:s,s:o,s:o,s:s,s:o}", "schema", "vramtrack-doctor/1", "version",
			     PACKAGE_VERSION, "program",
			     vt__json_string(doctor->argv ? doctor->argv[0] : NULL), "binary",
			     vt__json_string(doctor->binary), "verdict",
			     words[vt__doctor_worst(doctor, &count)], "checks", rows);
	if (!document || failed) {
		json_decref(document);
		return -ENOMEM;
	}
	error = vt__json_dump(document, out, JSON_INDENT(1)) ? vt__stream_failure(out) : 0;
	json_decref(document);
	fputc('\n', out);
	return error ? error : vt__stream_error(out);
}

void vt__doctor_free(struct vt__doctor *doctor)
{
	for (size_t i = 0; i < doctor->count; i++) {
		free(doctor->rows[i].found);
		free(doctor->rows[i].advice);
	}
	free(doctor->rows);
	vt__loads_free(&doctor->loads);
	free(doctor->binary);
	free(doctor->program);
	free(doctor->simulate_folder);
	free(doctor->shim);
}
