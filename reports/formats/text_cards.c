/*
 * Text report: a card between the processes of a run.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/compare/card.h"
#include "reports/formats/text.h"
#include "reports/text/escape.h"
#include "reports/text/path.h"
#include "reports/text/units.h"

static void write_program(const struct vt__text *text, const struct vt__process *process)
{
	const struct vt__recording *recording = process->recording;

	vt__print_escaped(text->out,
			  vt__last_part(vt__raw_to_copy(vt__recording_string(
				  recording, vt__recording_header(recording)->program))));
	fprintf(text->out, " %" PRIu32, vt__recording_header(recording)->pid);
}

/* "peak", "refused" (and a number, if there are more), "end" */
static void write_head(const struct vt__text *text, const struct vt__card *card)
{
	size_t refusals = 0;

	for (size_t i = 0; i < card->moment_count; i++) {
		char words[32];

		refusals += card->moments[i].what == VT__CARD_REFUSED;
		if (card->moments[i].what == VT__CARD_REFUSED)
			snprintf(words, sizeof(words), "refusal %zu", refusals);
		else
			snprintf(words, sizeof(words), "%s",
				 card->moments[i].what == VT__CARD_PEAK ? "peak of all"
									: "its end");
		fprintf(text->out, "%13s", words);
	}
	fputc('\n', text->out);
}

static void write_bytes(const struct vt__text *text, uint64_t bytes)
{
	char words[VT__UNIT_BYTES];

	fprintf(text->out, "%13s", bytes == VT_FORMAT_UNKNOWN ? "?" : vt__bytes(bytes, words));
}

static void write_row(const struct vt__text *text, const struct vt__card *card, size_t number)
{
	const struct vt__card_process *process = &card->processes[number];

	for (size_t i = 0; i < card->moment_count; i++)
		write_bytes(text, card->moments[i].shares[number]);
	fputs("  ", text->out);
	write_program(text, process->process);
	if (vt__card_was_killed(process))
		fputs(", killed: until when it held that is not known", text->out);
	fputc('\n', text->out);
}

static void write_sums(const struct vt__text *text, const struct vt__card *card)
{
	for (size_t i = 0; i < card->moment_count; i++)
		write_bytes(text, card->moments[i].sum);
	fputs("  together\n", text->out);
	for (size_t i = 0; i < card->moment_count; i++) {
		if (card->moments[i].what == VT__CARD_END)
			fprintf(text->out, "%13s", "");
		else
			write_bytes(text, card->moments[i].other_bytes);
	}
	fputs("  other processes and what nobody owns\n", text->out);
}

static void write_refusals(const struct vt__text *text, const struct vt__card *card)
{
	size_t number = 0;
	char bytes[VT__UNIT_BYTES];

	for (size_t i = 0; i < card->moment_count; i++) {
		const struct vt__card_moment *moment = &card->moments[i];

		if (moment->what != VT__CARD_REFUSED)
			continue;
		fprintf(text->out, "  refusal %zu: %s to ", ++number,
			vt__bytes(moment->asked_bytes, bytes));
		write_program(text, moment->process);
		fputc('\n', text->out);
	}
}

static void write_name(const struct vt__text *text, const struct vt__card *card)
{
	fprintf(text->out, "card GPU %" PRId32 " (", card->device->ordinal);
	vt__print_raw(text->out, card->name);
	fprintf(text->out, "), %zu processes", card->process_count + card->left_out);
}

static void write_card(const struct vt__text *text, const struct vt__card *card)
{
	fputc('\n', text->out);
	write_name(text, card);
	fputs(":\n", text->out);
	write_head(text, card);
	for (size_t i = 0; i < card->process_count; i++)
		write_row(text, card, i);
	if (card->left_out)
		fprintf(text->out, "  ... %zu more processes, with smaller peaks, are not in it\n",
			card->left_out);
	write_sums(text, card);
	write_refusals(text, card);
}

/* "card GPU 0 (NVIDIA H200), 4 processes: 3.2 GiB at the peak of all, most by worker 4711, ..." */
static void write_line(const struct vt__text *text, const struct vt__card *card)
{
	const struct vt__card_moment *peak = &card->moments[0];
	char all[VT__UNIT_BYTES], most[VT__UNIT_BYTES];
	size_t first = 0;

	for (size_t i = 1; i < card->process_count; i++)
		first = peak->shares[i] > peak->shares[first] ? i : first;
	write_name(text, card);
	fprintf(text->out, ": %s at the peak of all, %s of it by ", vt__bytes(peak->sum, all),
		vt__bytes(peak->shares[first], most));
	write_program(text, card->processes[first].process);
	vt__text_more(text, VT__SECTION_CARDS);
}

int vt__text_cards(struct vt__text *text, const struct vt__analysis *analysis)
{
	const bool whole = text->sections >> VT__SECTION_CARDS & 1;
	struct vt__cards cards;
	const int error = vt__cards_make(analysis, &cards);

	for (size_t i = 0; !error && i < cards.count; i++)
		(whole ? write_card : write_line)(text, &cards.cards[i]);
	vt__cards_release(&cards);
	return error;
}
