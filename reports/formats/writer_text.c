/*
 * Text report: for a terminal. First the verdict and what was not seen, then the findings, then
 * the sections: in a line each, or in whole where they are asked for.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/compare/verify.h"
#include "reports/findings/describe.h"
#include "reports/formats/between_writer.h"
#include "reports/formats/fit.h"
#include "reports/formats/ranks_writer.h"
#include "reports/formats/text.h"
#include "reports/formats/whereabouts_writer.h"
#include "reports/formats/writer.h"
#include "reports/text/escape.h"
#include "reports/text/stream.h"

static bool is_whole(const struct vt__text *text, enum vt__section section)
{
	return text->sections & 1ul << section;
}

/* ---- Who it was ----------------------------------------------------------------------- */

static void write_one(const struct vt__text *text)
{
	const char *note = vt__end_note(text->process);

	vt__text_process_brief(text);
	vt__text_launch(text);
	if (note) {
		fprintf(text->out, "  %s\n", note);
	}
}

/* "12 processes, 2 without an end by exit(), the first: ./a.out" */
static void write_many(struct vt__text *text, const struct vt__analysis *analysis)
{
	size_t ended = 0;

	for (size_t i = 0; i < analysis->process_count; i++)
		ended += vt__recording_state(analysis->processes[i].recording) == VT__PROCESS_ENDED;
	fprintf(text->out, "%zu processes", analysis->process_count);
	if (ended)
		fprintf(text->out, ", %zu ended without exit()", ended);
	fputs(", the first: ", text->out);
	text->process = &analysis->processes[0];
	vt__text_command_words(text);
	vt__text_more(text, VT__SECTION_PROCESSES);
}

static void write_who(struct vt__text *text, const struct vt__analysis *analysis)
{
	if (is_whole(text, VT__SECTION_PROCESSES) || !analysis->process_count)
		return;
	text->process = &analysis->processes[0];
	if (analysis->process_count == 1)
		write_one(text);
	else
		write_many(text, analysis);
}

/* ---- In whole ------------------------------------------------------------------------- */

static int write_sections(struct vt__text *text)
{
	int error = 0;

	if (is_whole(text, VT__SECTION_PEAK))
		error = vt__text_peaks(text);
	if (!error && is_whole(text, VT__SECTION_OBJECTS))
		error = vt__text_held_sites(text);
	if (!error && is_whole(text, VT__SECTION_CACHES))
		error = vt__text_caches(text);
	if (error)
		return error;
	if (is_whole(text, VT__SECTION_ACCOUNT))
		vt__text_accounts(text);
	if (is_whole(text, VT__SECTION_COVERAGE)) {
		fputc('\n', text->out);
		vt__text_coverage(text);
	}
	if (is_whole(text, VT__SECTION_NOTES))
		vt__name_notes(text->process, vt__text_note, text);
	return 0;
}

/* The heading of a process, in whole or in a line. */
static void write_heading(struct vt__text *text, const struct vt__analysis *analysis)
{
	const bool in_line = analysis->process_count > VT__TEXT_PROCESSES && !text->all;
	const bool is_first = text->process == analysis->processes;

	if (is_whole(text, VT__SECTION_PROCESSES) && !in_line) {
		fputc('\n', text->out);
		vt__text_process(text);
		vt__text_marks(text);
		vt__text_rests_told(text);
	} else if (is_whole(text, VT__SECTION_PROCESSES)) {
		fputs(is_first ? "\n" : "", text->out);
		vt__text_process_line(text, is_first ? NULL : text->process - 1);
	} else if (analysis->process_count > 1) {
		fputc('\n', text->out);
		vt__text_process_brief(text);
	}
}

static int write_processes(struct vt__text *text, const struct vt__analysis *analysis)
{
	const unsigned long not_of_one = 1ul << VT__SECTION_FINDINGS | 1ul << VT__SECTION_CARDS |
					 1ul << VT__SECTION_RANKS;
	int error = 0;

	if (!(text->sections & ~not_of_one))
		return 0;
	text->brief = 0;
	for (size_t i = 0; !error && i < analysis->process_count; i++) {
		text->process = &analysis->processes[i];
		write_heading(text, analysis);
		error = write_sections(text);
	}
	return error;
}

/* ---- The whole ------------------------------------------------------------------------ */

/* A name as short as it can be typed: from the current folder, where it lies below that. */
static const char *from_here(const char *path)
{
	char folder[PATH_MAX];
	const size_t length = getcwd(folder, sizeof(folder)) ? strlen(folder) : 0;

	if (length && !strncmp(path, folder, length) && path[length] == '/' && path[length + 1] &&
	    path[length + 1] != '/' && path[length + 1] != '-')
		return path + length + 1;
	return path;
}

/* What shows the rest, ready to be typed. */
static void write_how(const struct vt__text *text, const struct vt__analysis *analysis)
{
	if (text->sections == VT__SECTIONS_ALL || !analysis->process_count)
		return;
	vt__style(text, VT__DIM);
	fputs("all of it: vramtrack report --show all ", text->out);
	if (analysis->process_count > 1)
		fputs("RECORDING...", text->out);
	else
		vt__print_quoted(text->out,
				 from_here(vt__recording_path(analysis->processes[0].recording)));
	vt__style(text, VT__PLAIN);
	fputc('\n', text->out);
}

/* The comparison of two sources, which was asked for: nothing of it is cut. */
static int write_verification(const struct vt__text *text,
			      const struct vt__verification *verification)
{
	char *words = NULL, *line;
	size_t length;
	FILE *out = open_memstream(&words, &length);
	int error;

	if (!out)
		return -ENOMEM;
	vt__verify_text(verification, text->colour, out);
	error = fclose(out) || !words ? -ENOMEM : 0;
	for (char *rest = words; !error && (line = strsep(&rest, "\n")) && *line;) {
		fprintf(text->out, "%s\n", line);
	}
	free(words);
	return error;
}

static int write_top(struct vt__text *text, const struct vt__analysis *analysis)
{
	int error = vt__shared_find(analysis, &text->shared);

	if (error)
		return error;
	vt__text_verdict(text, analysis);
	error = vt__text_unseen(text, analysis);
	if (analysis->ranks)
		vt__ranks_text_missing(text, analysis->ranks);
	if (!error && analysis->verification)
		error = write_verification(text, analysis->verification);
	write_who(text, analysis);
	return error;
}

static int write_all(struct vt__text *text, const struct vt__analysis *analysis)
{
	const size_t brief = is_whole(text, VT__SECTION_FINDINGS) || text->full_stacks
				     ? 0
				     : VT__TEXT_BRIEF_LINES;
	int error = write_top(text, analysis);

	text->brief = brief;
	if (!error)
		error = vt__text_findings(text, analysis);
	if (!error)
		error = write_processes(text, analysis);
	if (!error && is_whole(text, VT__SECTION_CARDS))
		error = vt__text_cards(text, analysis);
	if (!error && analysis->ranks && is_whole(text, VT__SECTION_RANKS)) {
		fputc('\n', text->out);
		error = vt__ranks_text(text, analysis->ranks);
	}
	if (!error) {
		text->brief = 1;
		fputs(text->sections == VT__SECTIONS_ALL ? "" : "\n", text->out);
		error = vt__text_summary(text, analysis);
	}
	write_how(text, analysis);
	return error;
}

int vt__write_text(const struct vt__analysis *analysis, bool colour, FILE *out)
{
	const struct vt__text_view plain = {.width = 0};
	const struct vt__text_view *view = analysis->view ? analysis->view : &plain;
	struct vt__text text = {.out = out,
				.colour = colour,
				.hyperlinks = view->hyperlinks,
				.all = view->all,
				.width = view->width,
				.sections = view->sections,
				.full_stacks = analysis->full_stacks};
	int error;

	if (view->width)
		text.out = vt__fit_open(out, view->width);
	if (!text.out)
		return -ENOMEM;
	if (analysis->asked)
		error = vt__whereabouts_text(&text, analysis);
	else
		error = analysis->between ? vt__between_text(&text, analysis)
					  : write_all(&text, analysis);
	if (!error && (analysis->asked || analysis->between))
		vt__text_doubts(&text, analysis);
	if (view->width && fclose(text.out) && !error)
		error = -ENOMEM;
	vt__frames_release(&text.frames);
	vt__shared_free(&text.shared);
	return error ? error : vt__stream_error(out);
}
