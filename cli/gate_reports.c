/* Writes the gate's reports, each whole or not at all. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/gate.h"
#include "cli/message.h"
#include "recording/format.h"
#include "vramtrack/exit_codes.h"

static bool is_stdout(const struct vt__gate_report *report)
{
	return strcmp(report->path, "-") == 0;
}

static int cannot_write(const struct vt__gate_report *report, int error)
{
	vt__say_for("gate", "cannot write the report to %s: %s",
		    is_stdout(report) ? "standard output" : report->path, vt__output_reason(error));
	return VT_EXIT_SYSTEM;
}

/* A report there would destroy what it is about. */
static bool is_recording(const char *path)
{
	size_t length = strlen(path), suffix = strlen(VT_FORMAT_SUFFIX);

	return length >= suffix && strcmp(path + length - suffix, VT_FORMAT_SUFFIX) == 0;
}

static int parse(const char *text, struct vt__gate_report *report)
{
	const char *equals = strchr(text, '=');
	char name[32];

	if (!equals || !equals[1])
		return vt__usage_error("gate",
				       "--report takes FORMAT=FILE, as junit=report.xml, not "
				       "'%s'",
				       text);
	snprintf(name, sizeof(name), "%.*s", (int)(equals - text), text);
	report->writer = vt__gate_writer(name);
	report->path = equals + 1;
	if (!report->writer)
		return vt__usage_error("gate", "--report has no format '%s'; there are %s", name,
				       vt__gate_formats());
	if (is_recording(report->path))
		return vt__usage_error("gate", "--report %s would be written over a recording",
				       report->path);
	return VT_EXIT_OK;
}

static int open_one(const char *text, struct vt__gate_reports *reports)
{
	struct vt__gate_report *report = &reports->items[reports->count];
	int code = parse(text, report), error;

	for (size_t i = 0; i < reports->count && !code; i++)
		if (strcmp(reports->items[i].path, report->path) == 0)
			code = vt__usage_error("gate", "two reports cannot be written to %s",
					       report->path);
	if (code)
		return code;
	error = is_stdout(report) ? 0 : vt__atomic_open(&report->file, report->path);
	if (error)
		return cannot_write(report, error);
	reports->count++;
	return VT_EXIT_OK;
}

int vt__gate_reports_open(const struct vt__list *wanted, struct vt__gate_reports *reports)
{
	int code = VT_EXIT_OK;

	*reports = (struct vt__gate_reports){
		.items = calloc(wanted->count + 1, sizeof(*reports->items)),
	};
	if (!reports->items) {
		vt__say_for("gate", "out of memory");
		return VT_EXIT_SYSTEM;
	}
	for (size_t i = 0; i < wanted->count && code == VT_EXIT_OK; i++)
		code = open_one(wanted->items[i], reports);
	return code;
}

int vt__gate_reports_write(struct vt__gate_reports *reports, const struct vt__gate *gate)
{
	int code = VT_EXIT_OK;

	for (size_t i = 0; i < reports->count; i++) {
		struct vt__gate_report *report = &reports->items[i];
		FILE *out = is_stdout(report) ? stdout : report->file.out;
		int error = report->writer->write(gate, out);

		if (!error && is_stdout(report))
			error = vt__stream_error(stdout);
		else if (!error)
			error = vt__atomic_commit(&report->file);
		if (error)
			code = cannot_write(report, error);
	}
	return code;
}

bool vt__gate_reports_have(const struct vt__gate_reports *reports, const char *format)
{
	for (size_t i = 0; i < reports->count; i++)
		if (strcmp(reports->items[i].writer->name, format) == 0)
			return true;
	return false;
}

void vt__gate_reports_free(struct vt__gate_reports *reports)
{
	for (size_t i = 0; i < reports->count; i++)
		vt__atomic_discard(&reports->items[i].file);
	free(reports->items);
}
