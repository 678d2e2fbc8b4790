/*
 * Text report: for a terminal.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>

#include "reports/findings/describe.h"
#include "reports/text/escape.h"
#include "reports/formats/ranks_writer.h"
#include "reports/text/stream.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"
#include "reports/compare/verify.h"
#include "reports/formats/writer.h"

static void write_losses(const struct vt__text *text)
{
	const struct vt_format_header *header = vt__recording_header(text->process->recording);
	char counted[VT__WORDS_BYTES];

	for (uint32_t loss = 0; loss < VT_FORMAT_LOSSES_MAX; loss++) {
		const char *words = vt__loss_words(loss);

		if (!header->losses[loss])
			continue;
		vt__style(text, VT__YELLOW);
		fputs("lost", text->out);
		vt__style(text, VT__PLAIN);
		fprintf(text->out, ": %" PRIu64 " ", header->losses[loss]);
		if (words)
			fprintf(text->out, "%s\n",
				vt__words_for(header->losses[loss], words, counted));
		else
			fprintf(text->out, "of a kind newer than this vramtrack (%" PRIu32 ")\n",
				loss);
	}
}

static void write_note(const char *note, void *closure)
{
	const struct vt__text *text = closure;

	vt__style(text, VT__YELLOW);
	fputs("note", text->out);
	vt__style(text, VT__PLAIN);
	fputs(": ", text->out);
	vt__print_escaped(text->out, note);
	fputc('\n', text->out);
}

static int write_process(struct vt__text *text)
{
	int error;

	vt__text_process(text);
	error = vt__text_findings(text);
	if (!error)
		error = vt__text_peaks(text);
	if (!error)
		error = vt__text_held_sites(text);
	if (error)
		return error;
	vt__text_accounts(text);
	fputc('\n', text->out);
	vt__text_marks(text);
	vt__text_coverage(text);
	write_losses(text);
	vt__notes(text->process, write_note, text);
	fputc('\n', text->out);
	return 0;
}

/* One of many: what it has in common with others is said once, after them all. */
static int write_short(struct vt__text *text, const struct vt__process *before)
{
	int error;

	vt__text_process_line(text, before);
	error = vt__text_findings(text);
	vt__text_coverage_faults(text);
	write_losses(text);
	vt__notes(text->process, write_note, text);
	return error;
}

static int write_processes(struct vt__text *text, const struct vt__analysis *analysis)
{
	const bool is_short = analysis->process_count > VT__TEXT_PROCESSES;
	int error = vt__shared_find(analysis, &text->shared);

	for (size_t i = 0; !error && i < analysis->process_count; i++) {
		text->process = &analysis->processes[i];
		error = is_short ? write_short(text, i ? text->process - 1 : NULL)
				 : write_process(text);
	}
	if (is_short)
		fputs("(each process in full: vramtrack report RECORDING)\n", text->out);
	if (!error)
		error = vt__text_shared(text);
	if (is_short || text->shared.count)
		fputc('\n', text->out);
	return error;
}

int vt__write_text(const struct vt__analysis *analysis, bool colour, FILE *out)
{
	struct vt__text text = {.out = out, .colour = colour, .full_stacks = analysis->full_stacks};
	int error = write_processes(&text, analysis);

	if (!error && analysis->ranks)
		error = vt__ranks_text(analysis->ranks, colour, out);
	if (!error)
		vt__text_verdict(&text, analysis);
	if (!error && analysis->verification)
		vt__verify_text(analysis->verification, colour, out);
	vt__frames_release(&text.frames);
	vt__shared_free(&text.shared);
	return error ? error : vt__stream_error(out);
}
