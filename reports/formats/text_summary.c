/*
 * Text report: a line for each section that is not shown in whole, and what shows it.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/findings/accounts.h"
#include "reports/findings/coverage.h"
#include "reports/findings/describe.h"
#include "reports/formats/ranks_writer.h"
#include "reports/formats/text.h"
#include "reports/names/site.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"

#define PEAKS 2 /* that the line has */

static void write_word(const struct vt__text *text, const char *word)
{
	vt__style(text, VT__BOLD);
	fputs(word, text->out);
	vt__style(text, VT__PLAIN);
	fputs(": ", text->out);
}

static void write_gpu(const struct vt__text *text, const struct vt_format_device *device,
		      const char *before)
{
	if (device && device->ordinal >= 0)
		fprintf(text->out, "%s GPU %" PRId32, before, device->ordinal);
}

/* " in process 12" where there are several. */
static void write_in(const struct vt__text *text, const struct vt__analysis *analysis,
		     const struct vt__process *process)
{
	if (analysis->process_count > 1)
		fprintf(text->out, " in process %" PRIu32,
			vt__recording_header(process->recording)->pid);
}

/* ---- Peak ----------------------------------------------------------------------------- */

struct peak {
	const struct vt__process *process;
	const struct vt__peak_row *row;
};

/* The PEAKS largest, those of device memory before all others. */
static size_t find_peaks(const struct vt__analysis *analysis, struct peak largest[PEAKS])
{
	size_t count = 0;

	for (size_t i = 0; i < analysis->process_count; i++)
		for (size_t k = 0; k < analysis->processes[i].peak_count; k++) {
			struct peak peak = {&analysis->processes[i],
					    &analysis->processes[i].peaks[k]};

			if (!peak.row->share_count)
				continue;
			for (size_t at = 0; at < PEAKS && at < count; at++) {
				const struct peak other = largest[at];

				if (peak.row->bucket > other.row->bucket ||
				    (peak.row->bucket == other.row->bucket &&
				     peak.row->bytes <= other.row->bytes))
					continue;
				largest[at] = peak;
				peak = other;
			}
			if (count < PEAKS)
				largest[count] = peak;
			count++;
		}
	return count;
}

/* ", 46 % by Weights::tensor": whose the largest part of it was. */
static int write_largest(struct vt__text *text, const struct peak *peak)
{
	const struct vt__share *share = &peak->row->shares[0];
	const int error = vt__stack_frames(peak->process->stacks, share->site->stack,
					   &text->frames);
	char percent[VT__UNIT_BYTES];
	size_t site;

	if (error)
		return error;
	site = vt__site_of(&text->frames);
	if (site == VT__NO_SITE)
		return 0;
	fprintf(text->out, ", %s by ", vt__percent(share->sum.bytes, peak->row->bytes, percent));
	vt__text_function(text, &text->frames.frames[site]);
	return 0;
}

static int write_peak(struct vt__text *text, const struct vt__analysis *analysis)
{
	struct peak peaks[PEAKS] = {{NULL, NULL}};
	const size_t count = find_peaks(analysis, peaks);
	const size_t shown = analysis->process_count > 1 ? 1 : PEAKS;
	char bytes[VT__UNIT_BYTES];
	int error = 0;

	if (!count)
		return 0;
	write_word(text, "peak");
	for (size_t i = 0; i < count && i < shown && !error; i++) {
		text->process = peaks[i].process;
		fprintf(text->out, "%s%s of %s", i ? "; " : "",
			vt__bytes(peaks[i].row->bytes, bytes),
			vt__bucket_words[peaks[i].row->bucket].text);
		write_gpu(text, text->process->devices[peaks[i].row->device].record, " on");
		write_in(text, analysis, text->process);
		if (!i)
			error = write_largest(text, &peaks[i]);
	}
	if (count > shown)
		fprintf(text->out, "; %zu more", count - shown);
	vt__text_more(text, VT__SECTION_PEAK);
	return error;
}

/* ---- Account -------------------------------------------------------------------------- */

/* The one of all processes with the most in use. */
static void write_account(struct vt__text *text, const struct vt__analysis *analysis)
{
	const struct vt_format_account *largest = NULL;
	const struct vt_format_device *device;
	struct vt__balance balance = {.whole = 0}, one;
	char a[VT__UNIT_BYTES], b[VT__UNIT_BYTES];

	for (size_t i = 0; i < analysis->process_count; i++) {
		const struct vt__recording *recording = analysis->processes[i].recording;

		for (uint32_t k = 0; k < vt__recording_accounts(recording); k++) {
			const struct vt_format_account *account = vt__recording_account(recording,
											k);

			vt__balance_of(account, &one);
			if (account->moment == VT_MOMENT_OUT_OF_MEMORY ||
			    (largest &&
			     (one.whole < balance.whole ||
			      (one.whole == balance.whole && one.tracked <= balance.tracked))))
				continue;
			largest = account;
			balance = one;
			text->process = &analysis->processes[i];
		}
	}
	if (!largest)
		return;
	device = vt__recording_device(text->process->recording, largest->device);
	write_word(text, "account");
	if (balance.word == VT__WORD_NONE) {
		fputs(vt__word_names[VT__WORD_NONE].text, text->out);
		write_gpu(text, device, " on");
	} else {
		fputs(vt__bytes(balance.whole, a), text->out);
		write_gpu(text, device, " of");
		fprintf(text->out, " in use by %s, %s tracked",
			balance.word == VT__WORD_PROCESS ? "the process" : "all",
			vt__bytes(balance.tracked, b));
	}
	write_in(text, analysis, text->process);
	vt__text_more(text, VT__SECTION_ACCOUNT);
}

/* ---- The others ------------------------------------------------------------------------ */

/* By kind, what the program itself has not destroyed; of processes that run, all. */
static void write_held(const struct vt__text *text, const struct vt__analysis *analysis)
{
	const struct vt__summary *summary = &analysis->summary;
	const uint64_t own = summary->occurrences[VT__CLASS_HELD_OBJECT];

	if (!own && !(summary->running && summary->held))
		return;
	write_word(text, "objects");
	if (vt__text_kinds(text->out, summary->objects))
		fputs(" never destroyed", text->out);
	else
		fprintf(text->out, "%" PRIu64 " live", summary->held);
	vt__text_more(text, VT__SECTION_OBJECTS);
}

/* Of the first process that has one. */
static void write_caches(struct vt__text *text, const struct vt__analysis *analysis)
{
	size_t unseen = 0, seen = 0;

	for (size_t i = 0; i < analysis->process_count && !seen; i++) {
		text->process = &analysis->processes[i];
		unseen += vt__text_caches_unseen(text->process);
		if (!text->process->cache_count)
			continue;
		write_word(text, "caches");
		seen = vt__text_caches_line(text);
		write_in(text, analysis, text->process);
	}
	if (!seen && unseen) {
		write_word(text, "caches");
		fprintf(text->out, "%zu whose blocks are not seen", unseen);
	}
	if (seen || unseen)
		vt__text_more(text, VT__SECTION_CACHES);
}

static void write_coverage(const struct vt__text *text, const struct vt__analysis *analysis)
{
	size_t of[VT__COVERED_NO + 1] = {0};

	for (size_t i = 0; i < analysis->process_count; i++) {
		struct vt__coverage coverage;

		vt__coverage_of(&analysis->processes[i], &coverage);
		of[coverage.covered]++;
	}
	if (!analysis->process_count)
		return;
	write_word(text, "coverage");
	if (analysis->process_count == 1)
		fprintf(text->out, "%s, ",
			vt__source_words(
				vt__recording_header(analysis->processes[0].recording)->source)
				->text);
	if (of[VT__COVERED_YES] == analysis->process_count)
		fputs("all doors seen", text->out);
	else if (analysis->process_count == 1)
		fputs(of[VT__COVERED_NO] ? "NOT COVERED" : "not known whether all was seen",
		      text->out);
	else
		fprintf(text->out,
			"all doors seen in %zu of %zu processes, not covered %zu, not "
			"known %zu",
			of[VT__COVERED_YES], analysis->process_count, of[VT__COVERED_NO],
			of[VT__COVERED_UNKNOWN]);
	vt__text_more(text, VT__SECTION_COVERAGE);
}

struct counted {
	size_t count;
	char first[160];
};

static void count_note(const char *note, void *closure)
{
	struct counted *counted = closure;

	if (!counted->count++)
		snprintf(counted->first, sizeof(counted->first), "%s", note);
}

static void write_notes(const struct vt__text *text, const struct vt__analysis *analysis)
{
	struct counted counted = {.count = 0};

	for (size_t i = 0; i < analysis->process_count; i++)
		vt__name_notes(&analysis->processes[i], count_note, &counted);
	if (!counted.count)
		return;
	write_word(text, "notes");
	if (counted.count > 1)
		fprintf(text->out, "%zu, the first: ", counted.count);
	vt__print_escaped(text->out, counted.first);
	vt__text_more(text, VT__SECTION_NOTES);
}

int vt__text_summary(struct vt__text *text, const struct vt__analysis *analysis)
{
	const unsigned long whole = text->sections;
	int error = 0;

	if (!(whole & 1ul << VT__SECTION_PROCESSES) && analysis->process_count == 1) {
		text->process = analysis->processes;
		vt__text_purposes(text);
		if (!vt__text_growth_untold(text->process))
			vt__text_marks(text);
		vt__text_rests_told(text);
	}
	error = vt__text_sharing(text, analysis);
	if (!error && !(whole & 1ul << VT__SECTION_CARDS))
		error = vt__text_cards(text, analysis);
	if (!error)
		error = vt__text_checkpoints(text, analysis);
	if (!error && !(whole & 1ul << VT__SECTION_PEAK))
		error = write_peak(text, analysis);
	if (!(whole & 1ul << VT__SECTION_OBJECTS))
		write_held(text, analysis);
	if (!(whole & 1ul << VT__SECTION_CACHES))
		write_caches(text, analysis);
	if (!(whole & 1ul << VT__SECTION_ACCOUNT))
		write_account(text, analysis);
	if (!(whole & 1ul << VT__SECTION_COVERAGE))
		write_coverage(text, analysis);
	if (!(whole & 1ul << VT__SECTION_NOTES))
		write_notes(text, analysis);
	if (analysis->ranks && !(whole & 1ul << VT__SECTION_RANKS))
		vt__ranks_text_line(text, analysis->ranks);
	return error;
}
