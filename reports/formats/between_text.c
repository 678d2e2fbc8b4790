/*
 * Text report on two marks: what each owner held at both, and which call sites hold it still.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "reports/findings/between.h"
#include "reports/formats/between_writer.h"
#include "reports/formats/text.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"

#define SITES_SHOWN 10

static void write_numbers(const struct vt__text *text, uint64_t before, uint64_t after)
{
	char a[VT__UNIT_BYTES], b[VT__UNIT_BYTES], c[VT__UNIT_BYTES], change[VT__UNIT_BYTES + 1];
	const uint64_t by = before > after ? before - after : after - before;

	snprintf(change, sizeof(change), "%s%s",
		 before > after   ? "-"
		 : after > before ? "+"
				  : "",
		 vt__bytes(by, c));
	fprintf(text->out, "    %11s  %11s  %11s  ", vt__bytes(before, a), vt__bytes(after, b),
		change);
}

static void write_signed(const struct vt__text *text, int64_t bytes, bool plus)
{
	char number[VT__UNIT_BYTES], words[VT__UNIT_BYTES + 1];

	snprintf(words, sizeof(words), "%s%s",
		 bytes < 0       ? "-"
		 : plus && bytes ? "+"
				 : "",
		 vt__bytes((uint64_t)(bytes < 0 ? -bytes : bytes), number));
	fprintf(text->out, "  %11s", words);
}

/* What nobody told of is compared too: it may grow by itself. */
static void write_rest(const struct vt__text *text, int64_t before, int64_t after)
{
	fputs("  ", text->out);
	write_signed(text, before, false);
	write_signed(text, after, false);
	write_signed(text, after - before, true);
	fputs("  not attributed\n", text->out);
}

static int write_sites(struct vt__text *text, const struct vt__between *between)
{
	const size_t most = text->all ? between->site_count : SITES_SHOWN;
	size_t held = 0, i;
	int error = 0;

	for (i = 0; i < between->site_count; i++)
		held += between->sites[i].after != 0;
	if (!held)
		return 0;
	fputs("  held by, at the second mark:\n", text->out);
	for (i = 0; !error && i < held && i < most; i++) {
		const struct vt__between_row *row = &between->sites[i];

		write_numbers(text, row->before, row->after);
		error = vt__text_location(
			text, row->stack,
			vt__recording_optional(text->process->recording, row->api));
	}
	if (held > most)
		fprintf(text->out, "    ... %zu more call site%s (to see them: --all)\n",
			held - most, vt__plural(held - most));
	return error;
}

static void write_heading(const struct vt__text *text, const struct vt__between *between,
			  const struct vt__two_marks *marks)
{
	const struct vt_format_device *device = text->process->devices[between->device].record;
	const uint64_t released = between->before > between->after
					  ? between->before - between->after
					  : 0;
	char bytes[VT__UNIT_BYTES], percent[VT__UNIT_BYTES];

	vt__style(text, VT__BOLD);
	fprintf(text->out, "GPU %" PRId32, device->ordinal);
	vt__style(text, VT__PLAIN);
	fputs(", from ", text->out);
	vt__print_escaped(text->out, marks->from);
	fputs(" to ", text->out);
	vt__print_escaped(text->out, marks->to);
	fprintf(text->out, ": %s released", vt__bytes(released, bytes));
	if (between->before)
		fprintf(text->out, " (%s)", vt__percent(released, between->before, percent));
	fprintf(text->out, ", %s still held\n", vt__bytes(between->after, bytes));
}

static int write_device(struct vt__text *text, const struct vt__between *between,
			const struct vt__two_marks *marks)
{
	write_heading(text, between, marks);
	for (size_t i = 0; i < between->owner_count; i++) {
		const struct vt__between_row *row = &between->owners[i];

		write_numbers(text, row->before, row->after);
		vt__print_escaped(text->out, row->name);
		fprintf(text->out, " (%s)\n", vt__how_names[row->how].text);
	}
	if (between->driver_before != VT_FORMAT_UNKNOWN &&
	    between->driver_after != VT_FORMAT_UNKNOWN) {
		write_numbers(text, between->driver_before, between->driver_after);
		fputs("in use on the device, by all processes\n", text->out);
		write_rest(text, between->rest_before, between->rest_after);
	}
	return write_sites(text, between);
}

/* Why a process has no row: the marks that it has. */
static int write_missing(struct vt__text *text, const struct vt__two_marks *marks)
{
	char *there = vt__marks_there(text->process);

	if (!there)
		return -ENOMEM;
	fputs("has no account of both ", text->out);
	vt__print_escaped(text->out, marks->from);
	fputs(" and ", text->out);
	vt__print_escaped(text->out, marks->to);
	fprintf(text->out, "; marks with an account: %s\n", *there ? there : "none");
	free(there);
	return 0;
}

static int write_process(struct vt__text *text, const struct vt__two_marks *marks)
{
	size_t rows = 0;
	int error = 0;

	vt__text_process_brief(text);
	fputc('\n', text->out);
	for (uint32_t i = 0; !error && i < text->process->device_count; i++) {
		struct vt__between between;

		if (text->process->devices[i].record->ordinal < 0)
			continue;
		error = vt__between_make(text->process, marks, i, &between);
		if (!error && between.from && between.to) {
			error = write_device(text, &between, marks);
			rows++;
		}
		vt__between_release(&between);
	}
	return !error && !rows ? write_missing(text, marks) : error;
}

int vt__between_text(struct vt__text *text, const struct vt__analysis *analysis)
{
	int error = 0;

	for (size_t i = 0; !error && i < analysis->process_count; i++) {
		text->process = &analysis->processes[i];
		error = write_process(text, analysis->between);
	}
	return error;
}
