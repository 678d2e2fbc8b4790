/*
 * Text report: who the process was, how it ended, its totals.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "reports/findings/describe.h"
#include "reports/text/escape.h"
#include "reports/findings/launch.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

#define NAME_COLUMN 36
#define NAME_LEAST 20
#define ROW_COLUMNS 87 /* of a line with the totals of a kind */

void vt__text_command_words(const struct vt__text *text)
{
	const struct vt__recording *recording = text->process->recording;
	const struct vt_format_header *header = vt__recording_header(recording);
	char *command = vt__shell_command(vt__recording_string(recording, header->command));

	vt__style(text, VT__BOLD);
	if (command && *command)
		vt__print_escaped(text->out, command);
	else
		vt__print_raw(text->out, vt__recording_string(recording, header->program));
	vt__style(text, VT__PLAIN);
	free(command);
}

void vt__text_command(const struct vt__text *text)
{
	vt__text_command_words(text);
	fputc('\n', text->out);
}

/* Each part is ", ..."; that it ended without exit() is left to the next line
 * if there is one. */
static void write_end(const struct vt__text *text)
{
	const int signal = vt__exit_signal(text->process);
	const int code = vt__exit_code(text->process);
	const char *name = signal ? sigabbrev_np(signal) : NULL;

	switch (vt__recording_state(text->process->recording)) {
	case VT__PROCESS_RUNNING:
		fputs(" (still running)", text->out);
		return;
	case VT__PROCESS_EXITED:
		fputs(", exited", text->out);
		break;
	case VT__PROCESS_ENDED:
		if (signal)
			fprintf(text->out, ", killed by signal %d (SIG%s)", signal,
				name ? name : "?");
		else if (!vt__end_note(text->process))
			fputs(", ended without exit()", text->out);
	}
	if (code >= 0 && !signal)
		fprintf(text->out, ", status %d", code);
}

/* "  rank 3 of 8 (torchrun), job 1234"; no line where nobody told a rank. */
void vt__text_launch(const struct vt__text *text)
{
	struct vt__launch launch;

	vt__launch_of(text->process->recording, &launch);
	if (!launch.known)
		return;
	fprintf(text->out, "  rank %" PRIu32, launch.rank);
	if (launch.size)
		fprintf(text->out, " of %" PRIu32, launch.size);
	fprintf(text->out, " (%s)", vt__launcher_words[launch.launcher].text);
	if (*launch.job) {
		fputs(", job ", text->out);
		vt__print_escaped(text->out, launch.job);
	}
	fputc('\n', text->out);
}

void vt__text_identity(const struct vt__text *text)
{
	const struct vt__recording *recording = text->process->recording;
	const struct vt_format_header *header = vt__recording_header(recording);
	const struct vt__raw host = vt__recording_string(recording, header->host);
	const uint64_t ns = vt__duration_ns(text->process);
	char duration[VT__UNIT_BYTES];

	fprintf(text->out, "  process %" PRIu32, header->pid);
	if (!vt__raw_is_empty(host)) {
		fputs(" on ", text->out);
		vt__print_raw(text->out, host);
	}
	write_end(text);
	if (ns)
		fprintf(text->out, ", ran %s", vt__duration(ns, duration));
	if (header->simulated)
		fputs(", simulated device", text->out);
}

void vt__text_process_brief(const struct vt__text *text)
{
	char *identity = NULL;
	size_t length;
	struct vt__text apart = *text;

	apart.out = open_memstream(&identity, &length);
	if (!apart.out)
		return;
	vt__text_identity(&apart);
	if (!fclose(apart.out) && identity)
		fprintf(text->out, "%s: ", identity + strspn(identity, " "));
	free(identity);
	vt__text_command_words(text);
	vt__text_keep(text);
	fputc('\n', text->out);
}

static void write_identity(const struct vt__text *text)
{
	vt__text_identity(text);
	fputc('\n', text->out);
	vt__text_launch(text);
	if (vt__end_note(text->process))
		fprintf(text->out, "  %s\n", vt__end_note(text->process));
}

/* ---- Totals ----------------------------------------------------------------- */

/* On a narrow terminal the columns of numbers come nearer. */
static int name_column(const struct vt__text *text)
{
	const int lacking = text->width && text->width < ROW_COLUMNS
				    ? ROW_COLUMNS - (int)text->width
				    : 0;

	return lacking < NAME_COLUMN - NAME_LEAST ? NAME_COLUMN - lacking : NAME_LEAST;
}

/* A device, and beside the first one the headings of the columns. */
static void write_device_name(const struct vt__text *text, const struct vt_format_device *device,
			      bool headings)
{
	const struct vt__raw name = vt__recording_string(text->process->recording, device->name);
	char *line = NULL, bytes[VT__UNIT_BYTES];
	size_t length;
	int width = 0;
	const char *at;
	FILE *out = open_memstream(&line, &length);

	if (!out)
		return;
	if (device->ordinal < 0)
		fputs("no device", out);
	else
		fprintf(out, "GPU %" PRId32, device->ordinal);
	if (!vt__raw_is_empty(name) && device->ordinal >= 0) {
		fputs("  ", out);
		vt__print_raw(out, name);
	}
	if (device->total_bytes)
		fprintf(out, ", %s", vt__bytes(device->total_bytes, bytes));
	if (fclose(out) || !line) {
		free(line);
		return;
	}
	/* A name is as wide as it has characters, not bytes. */
	for (at = line; *at; at++)
		width += (*at & 0xc0) != 0x80;
	fprintf(text->out, "  %s", line);
	free(line);
	if (headings && text->width && width >= name_column(text)) {
		fputc('\n', text->out);
		width = -2;
	}
	if (headings) {
		vt__style(text, VT__DIM);
		fprintf(text->out, "%*s%11s %11s %13s %11s",
			width < name_column(text) ? name_column(text) - width : 1, "", "live",
			"peak", "allocations", "frees");
		vt__style(text, VT__PLAIN);
	}
	fputc('\n', text->out);
}

static void write_kind(const struct vt__text *text, const struct vt__device_row *device,
		       uint32_t kind)
{
	const struct vt_format_total *total = &device->record->kinds[kind];
	char live[VT__UNIT_BYTES], peak[VT__UNIT_BYTES];

	if ((!total->allocations && !device->live[kind].count) ||
	    vt__bucket_of(kind) == VT_BUCKET_HELD)
		return;
	fprintf(text->out, "    %-*s%11s %11s %13" PRIu64 " %11" PRIu64 "\n", name_column(text) - 2,
		vt__kind_words[kind].text, vt__bytes(device->live[kind].bytes, live),
		vt__bytes(total->peak_bytes, peak), total->allocations, total->frees);
}

static bool is_used(const struct vt__device_row *device)
{
	for (uint32_t kind = 0; kind < VT_KIND_COUNT; kind++)
		if (device->record->kinds[kind].allocations || device->live[kind].count)
			return true;
	return false;
}

static void write_totals(const struct vt__text *text)
{
	const struct vt__process *process = text->process;
	bool headed = false;

	for (size_t i = 0; i < process->device_count; i++) {
		const struct vt__device_row *device = &process->devices[i];

		if (!is_used(device))
			continue;
		if (!headed)
			fputc('\n', text->out);
		write_device_name(text, device->record, !headed);
		headed = true;
		for (uint32_t kind = 0; kind < VT_KIND_COUNT; kind++)
			write_kind(text, device, kind);
		vt__text_held(text, device);
	}
	if (!headed)
		fputs("  no allocations of device memory\n", text->out);
}

void vt__text_process(struct vt__text *text)
{
	vt__text_command(text);
	write_identity(text);
	write_totals(text);
	vt__text_purposes(text);
}
