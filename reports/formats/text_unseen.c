/*
 * Text report: what was not seen, directly below the verdict.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/rest.h"
#include "reports/compare/ranks.h"
#include "reports/findings/coverage.h"
#include "reports/findings/describe.h"
#include "reports/formats/text.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"

/* A line, and the processes that it is said of. */
struct line {
	char *words;
	uint32_t pid; /* of the first */
	size_t processes;
};

struct lines {
	struct line *items;
	size_t count;
};

static void write_losses(const struct vt__text *text)
{
	const struct vt_format_header *header = vt__recording_header(text->process->recording);
	char counted[VT__WORDS_BYTES];

	for (uint32_t loss = 0; loss < VT_FORMAT_LOSSES_MAX; loss++) {
		const char *words = vt__loss_words(loss);

		if (!header->losses[loss])
			continue;
		vt__style(text, VT__YELLOW);
		fputs(vt__loss_counts(loss) ? "lost" : "note", text->out);
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

/* Nobody looked at the end: whether a gap was there is not known. That a process still runs,
 * the verdict says. */
static bool is_unknown(const struct vt__process *process, struct vt__coverage *coverage)
{
	vt__coverage_of(process, coverage);
	return coverage->covered == VT__COVERED_UNKNOWN &&
	       vt__recording_state(process->recording) != VT__PROCESS_RUNNING;
}

static void write_unknown(const struct vt__text *text)
{
	struct vt__coverage coverage;

	if (!is_unknown(text->process, &coverage))
		return;
	vt__style(text, VT__YELLOW);
	fputs("not known whether all was seen", text->out);
	vt__style(text, VT__PLAIN);
	fprintf(text->out, ": %s\n", coverage.reason);
}

void vt__text_note(const char *note, void *closure)
{
	const struct vt__text *text = closure;

	vt__style(text, VT__YELLOW);
	fputs("note", text->out);
	vt__style(text, VT__PLAIN);
	fputs(": ", text->out);
	vt__print_escaped(text->out, note);
	fputc('\n', text->out);
}

static void write_process(struct vt__text *text)
{
	vt__text_coverage_faults(text);
	write_unknown(text);
	write_losses(text);
	vt__text_device_heap(text);
	if (vt__text_growth_untold(text->process))
		vt__text_marks(text);
	vt__text_rests_untold(text);
	vt__recorded_notes(text->process, vt__text_note, text);
}

/* ---- Each line once ------------------------------------------------------------------- */

static int add_line(struct lines *lines, const char *words, size_t length, uint32_t pid)
{
	struct line *items;

	for (size_t i = 0; i < lines->count; i++) {
		struct line *line = &lines->items[i];

		if (strlen(line->words) == length && !memcmp(line->words, words, length)) {
			line->processes++;
			return 0;
		}
	}
	items = realloc(lines->items, (lines->count + 1) * sizeof(*items));
	if (!items)
		return -ENOMEM;
	lines->items = items;
	items[lines->count] = (struct line){strndup(words, length), pid, 1};
	return items[lines->count].words ? (lines->count++, 0) : -ENOMEM;
}

static int add_lines(struct lines *lines, const char *words, uint32_t pid)
{
	int error = 0;

	while (*words && !error) {
		const size_t length = strcspn(words, "\n");

		error = add_line(lines, words, length, pid);
		words += length + (words[length] == '\n');
	}
	return error;
}

static int add_process(struct lines *lines, const struct vt__text *text,
		       const struct vt__process *process)
{
	struct vt__text apart = *text;
	char *words = NULL;
	size_t length;
	int error;

	apart.process = process;
	apart.out = open_memstream(&words, &length);
	if (!apart.out)
		return -ENOMEM;
	write_process(&apart);
	error = fclose(apart.out) || !words ? -ENOMEM : 0;
	if (!error)
		error = add_lines(lines, words, vt__recording_header(process->recording)->pid);
	free(words);
	return error;
}

static void write_lines(const struct vt__text *text, const struct lines *lines, bool alone)
{
	size_t i;

	for (i = 0; i < lines->count && i < vt__text_limit(text, VT__TEXT_UNSEEN); i++) {
		const struct line *line = &lines->items[i];

		fputs(line->words, text->out);
		if (line->processes > 1)
			fprintf(text->out, " (%zu processes)", line->processes);
		else if (!alone)
			fprintf(text->out, " (process %" PRIu32 ")", line->pid);
		fputc('\n', text->out);
	}
	if (i < lines->count)
		fprintf(text->out, "... %zu more that was not seen (to see all: --all)\n",
			lines->count - i);
}

int vt__text_unseen(struct vt__text *text, const struct vt__analysis *analysis)
{
	struct lines lines = {.count = 0};
	int error = 0;

	for (size_t i = 0; i < analysis->process_count && !error; i++)
		error = add_process(&lines, text, &analysis->processes[i]);
	if (!error)
		write_lines(text, &lines, analysis->process_count == 1);
	for (size_t i = 0; i < lines.count; i++)
		free(lines.items[i].words);
	free(lines.items);
	return error;
}

bool vt__text_is_unseen(const struct vt__analysis *analysis)
{
	for (size_t i = 0; i < analysis->process_count; i++) {
		struct vt__coverage coverage;

		if (is_unknown(&analysis->processes[i], &coverage) ||
		    vt__text_nothing_seen(&analysis->processes[i]))
			return true;
	}
	return false;
}
