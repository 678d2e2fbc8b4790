/*
 * Writes how far the recordings of two sources agree: for a terminal.
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "reports/findings/analysis.h"
#include "reports/findings/coverage.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"
#include "reports/compare/verify.h"

/* Rows of live allocations that a terminal can bear. */
#define MOST_LIVE 20
#define NAME_COLUMNS 46

struct page {
	FILE *out;
	bool colour;
	const char *source[2];
};

static void write_pair(const struct page *page, const char *name, const uint64_t values[2],
		       bool of_bytes)
{
	char a[VT__UNIT_BYTES], b[VT__UNIT_BYTES];
	const int columns = (int)strlen(name);

	fputs("  ", page->out);
	vt__print_escaped(page->out, name);
	fprintf(page->out, "%*s %16" PRIu64 " %16" PRIu64,
		columns < NAME_COLUMNS ? NAME_COLUMNS - columns : 1, "", values[0], values[1]);
	if (of_bytes)
		fprintf(page->out, "  (%s, %s)", vt__bytes(values[0], a), vt__bytes(values[1], b));
	fputc('\n', page->out);
}

static void write_row(const struct page *page, const struct vt__verify_row *row)
{
	char name[128];

	for (int number = 0; number < VT__NUMBER_COUNT; number++) {
		if (!vt__verify_differs(row, number))
			continue;
		snprintf(name, sizeof(name), "%.*s: %s",
			 row->name_bytes > 80 ? 80 : (int)row->name_bytes, row->name,
			 vt__number_words[number].text);
		write_pair(page, name, row->values[number], vt__number_words[number].of_bytes);
	}
}

static void write_live(const struct page *page, const struct vt__verify_live *live)
{
	char a[VT__UNIT_BYTES], b[VT__UNIT_BYTES];
	const int side = live->bytes[0] == VT_FORMAT_UNKNOWN;
	const bool both = live->bytes[0] != VT_FORMAT_UNKNOWN &&
			  live->bytes[1] != VT_FORMAT_UNKNOWN;

	fprintf(page->out, "  live at 0x%" PRIx64, live->address);
	if (live->ordinal >= 0)
		fprintf(page->out, " on GPU %" PRId32, live->ordinal);
	fprintf(page->out, ", %s, by ", vt__kind_words[live->kind].text);
	vt__print_raw(page->out, live->api);
	if (both)
		fprintf(page->out, ": %s for %s, %s for %s\n", vt__bytes(live->bytes[0], a),
			page->source[0], vt__bytes(live->bytes[1], b), page->source[1]);
	else
		fprintf(page->out, ", %s: only %s has it\n", vt__bytes(live->bytes[side], a),
			page->source[side]);
}

static void write_differences(const struct page *page, const struct vt__comparison *process)
{
	fprintf(page->out, "  %-*s %16s %16s\n", NAME_COLUMNS, "where the two disagree",
		page->source[0], page->source[1]);
	for (size_t i = 0; i < VT_KIND_COUNT; i++)
		if (vt__verify_is_strict(&process->kinds[i]))
			write_row(page, &process->kinds[i]);
	for (size_t i = 0; i < process->family_count; i++)
		write_row(page, &process->families[i]);
	for (size_t i = 0; i < process->live_count && i < MOST_LIVE; i++)
		write_live(page, &process->live[i]);
	if (process->live_count > MOST_LIVE)
		fprintf(page->out, "  ... %zu more live allocations that only one has\n",
			process->live_count - MOST_LIVE);
}

/* What only looks like a difference. */
static void write_explained(const struct page *page, const struct vt__comparison *process)
{
	for (uint32_t kind = 0; kind < VT_KIND_COUNT; kind++) {
		const struct vt__verify_row *row = &process->kinds[kind];
		const uint64_t *made = row->values[VT__NUMBER_ALLOCATIONS];
		const uint64_t *live = row->values[VT__NUMBER_LIVE];

		if (vt__verify_is_strict(row) && row->gone_at_exit[0] != row->gone_at_exit[1])
			fprintf(page->out,
				"  not counted: %s freed after exit() began: %" PRIu64 " for %s, "
				"%" PRIu64 " for %s\n",
				row->name, row->gone_at_exit[0], page->source[0],
				row->gone_at_exit[1], page->source[1]);
		if (!vt__verify_is_strict(row) && (made[0] != made[1] || live[0] != live[1]))
			fprintf(page->out,
				"  not counted: %s: %" PRIu64 " made and %" PRIu64 " left for %s, "
				"%" PRIu64 " and %" PRIu64 " for %s\n",
				row->name, made[0], live[0], page->source[0], made[1], live[1],
				page->source[1]);
	}
}

/* "5 allocations of 3.3 KiB, 1 freed, 4 live": of memory, as one side saw it. */
static void write_sums(const struct page *page, const struct vt__comparison *process, int side)
{
	uint64_t sums[VT__NUMBER_COUNT] = {0};
	char bytes[VT__UNIT_BYTES];

	for (uint32_t kind = 0; kind < VT_KIND_COUNT; kind++)
		for (int number = 0; number < VT__NUMBER_COUNT; number++)
			if (vt__verify_is_strict(&process->kinds[kind]))
				sums[number] += process->kinds[kind].values[number][side];
	fprintf(page->out, "%" PRIu64 " allocation%s of %s, %" PRIu64 " freed, %" PRIu64 " live\n",
		sums[VT__NUMBER_ALLOCATIONS], vt__plural(sums[VT__NUMBER_ALLOCATIONS]),
		vt__bytes(sums[VT__NUMBER_ALLOCATED_BYTES], bytes), sums[VT__NUMBER_FREES],
		sums[VT__NUMBER_LIVE]);
}

static void write_verdict(const struct page *page, const struct vt__verification *verification,
			  const struct vt__comparison *process)
{
	const int side = process->side[0] ? 0 : 1;

	if (!process->side[!side]) {
		fprintf(page->out, "only %s %s: ", page->source[side],
			verification->unreadable[!side] ? "has a recording that could be read"
							: "recorded it");
		write_sums(page, process, side);
	} else if (!process->differences) {
		fprintf(page->out, "%s and %s agree: ", page->source[0], page->source[1]);
		write_sums(page, process, 0);
		write_explained(page, process);
	} else {
		fprintf(page->out, "%s and %s disagree in %zu number%s\n", page->source[0],
			page->source[1], process->differences, vt__plural(process->differences));
		write_differences(page, process);
		write_explained(page, process);
	}
}

static void write_process(const struct page *page, const struct vt__verification *verification,
			  const struct vt__comparison *process)
{
	const struct vt__recording *recording = process->side[process->side[0] ? 0 : 1];
	const char *colour = process->differences ? "\033[1;31m" : "\033[32m";

	fprintf(page->out, "%sverify%s: ", page->colour ? colour : "",
		page->colour ? "\033[0m" : "");
	if (verification->count > 1)
		fprintf(page->out, "process %" PRIu32 ": ", vt__recording_header(recording)->pid);
	write_verdict(page, verification, process);
	for (int side = 0; side < 2; side++)
		if (process->lost[side])
			fprintf(page->out, "  %s lost %" PRIu64 " (see its report)\n",
				page->source[side], process->lost[side]);
}

void vt__verify_text(const struct vt__verification *verification, bool colour, FILE *out)
{
	const struct page page = {
		.out = out,
		.colour = colour,
		.source = {vt__source_words(verification->source[0])->text,
			   vt__source_words(verification->source[1])->text},
	};

	for (size_t i = 0; i < verification->count; i++)
		write_process(&page, verification, &verification->processes[i]);
	for (int side = 0; side < 2; side++)
		if (verification->unreadable[side])
			fprintf(out,
				"verify: %zu recording%s of %s could not be read: of %s nothing is "
				"compared\n",
				verification->unreadable[side],
				vt__plural(verification->unreadable[side]), page.source[side],
				verification->unreadable[side] == 1 ? "it" : "them");
}
