/*
 * Text report: an allocation that was refused, and who held the memory then.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "reports/findings/holders.h"
#include "reports/findings/refused_by.h"
#include "reports/compare/merge.h"
#include "reports/findings/result_names.h"
#include "reports/formats/text.h"
#include "reports/names/site.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"

/* What the device had, and how much of the rest this process is known to hold. */
static void write_room(const struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt_format_finding *record = row->record;
	const uint64_t used = record->device_total_bytes - record->device_free_bytes;
	char a[VT__UNIT_BYTES], b[VT__UNIT_BYTES];

	if (record->device_total_bytes)
		fprintf(text->out, "  then %s of %s were free on the device\n",
			vt__bytes(record->device_free_bytes, a),
			vt__bytes(record->device_total_bytes, b));
	fprintf(text->out, "  then %s of %s were live in this process",
		vt__bytes(record->live_bytes, a), vt__bucket_words[vt__bucket_of(row->kind)].text);
	if (record->device_total_bytes >= record->device_free_bytes && used > record->live_bytes)
		fprintf(text->out, "; %s in use were not its allocations",
			vt__bytes(used - record->live_bytes, b));
	fputc('\n', text->out);
}

/* "  refused by the memory limit of MPS: 1.0 GiB, of which 900.0 MiB were used (by ...)" */
static void write_refuser(const struct vt__text *text, const struct vt__finding_row *row)
{
	char bytes[VT__UNIT_BYTES];
	struct vt__refused_by by;

	vt__refused_by(text->process, row, &by);
	if (text->brief && by.who == VT__REFUSER_DEVICE) /* a line says what was free */
		return;
	fprintf(text->out, "  refused by %s", vt__refuser_names[by.who].text);
	if (by.limit_bytes != VT_FORMAT_UNKNOWN)
		fprintf(text->out, ": %s", vt__bytes(by.limit_bytes, bytes));
	if (by.used_bytes != VT_FORMAT_UNKNOWN)
		fprintf(text->out, ", of which %s were used", vt__bytes(by.used_bytes, bytes));
	if (by.soft_bytes != VT_FORMAT_UNKNOWN)
		fprintf(text->out, "; safe up to %s", vt__bytes(by.soft_bytes, bytes));
	if (by.who == VT__REFUSER_FAIL || by.who == VT__REFUSER_OPTION) /* who knows it best */
		by.told_by = NULL;
	if (by.told_by)
		fprintf(text->out, " (told by %s", by.told_by);
	if (by.told_by && !vt__raw_is_empty(by.name)) {
		fputs(" of ", text->out);
		vt__print_raw(text->out, by.name);
	}
	fputs(by.told_by ? ")\n" : "\n", text->out);
}

/* Free memory is one number: that it does not serve says something about its pieces. */
static void write_fragmentation(const struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt_format_finding *record = row->record;
	struct vt__refused_by by;

	vt__refused_by(text->process, row, &by);
	if (by.who != VT__REFUSER_UNKNOWN || vt__bucket_of(row->kind) != VT_BUCKET_VRAM ||
	    !record->device_total_bytes || record->device_free_bytes < record->bytes)
		return;
	fputs("  enough was free and it was refused all the same: the free memory is in pieces "
	      "(fragmented), or kept from this call by a limit\n",
	      text->out);
}

/* "  then 3 segments of caches, 48.0 MiB, had 30.0 MiB free inside, the largest piece 12.0 MiB:
 * ..." */
static void write_pieces(const struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt_format_fragments *fragments = vt__fragments_of(text->process, row);
	char a[VT__UNIT_BYTES], b[VT__UNIT_BYTES], c[VT__UNIT_BYTES];

	if (!fragments)
		return;
	fprintf(text->out,
		"  then %" PRIu64 " segment%s of caches, %s, had %s free inside, the largest piece "
		"%s",
		fragments->segments, vt__plural(fragments->segments),
		vt__bytes(fragments->bytes, a),
		vt__bytes(fragments->bytes > fragments->used_bytes
				  ? fragments->bytes - fragments->used_bytes
				  : 0,
			  b),
		vt__bytes(fragments->largest_bytes, c));
	for (uint32_t i = 0; i < fragments->row_count && !text->brief; i++) {
		const struct vt_format_fragment_row *one = &fragments->rows[i];

		fprintf(text->out, "%s%s of %s (%" PRIu64 " block%s)", i ? ", " : ": ",
			vt__bytes(one->largest_bytes, a), vt__bytes(one->bytes, b), one->blocks,
			vt__plural(one->blocks));
	}
	fputc('\n', text->out);
}

static int write_holder(struct vt__text *text, const struct vt__holder *holder,
			const struct vt__finding_row *row)
{
	const struct vt__recording *recording = text->process->recording;
	const struct vt_format_site *site = vt__recording_site(recording, holder->site);
	char bytes[VT__UNIT_BYTES], percent[VT__UNIT_BYTES];
	const bool same = holder->bucket == vt__bucket_of(row->kind);

	fprintf(text->out, "    %10s %5s  ", vt__bytes(holder->sum.bytes, bytes),
		same ? vt__percent(holder->sum.bytes, row->record->live_bytes, percent) : "");
	if (!same)
		fprintf(text->out, "%s: ", vt__bucket_words[holder->bucket].text);
	return vt__text_location(text, site->stack, vt__recording_string(recording, site->api));
}

static int write_holders_by_site(struct vt__text *text, const struct vt__finding_row *row)
{
	char bytes[VT__UNIT_BYTES];
	const size_t most = vt__text_limit(text, VT__TEXT_SHARES);
	struct vt__sum rest = {0};
	struct vt__holder *holders;
	size_t count, i;
	int error = vt__holders_of(text->process, row, VT__HOLDERS_BY_SITE, &holders, &count);

	if (error || !count)
		return error;
	fputs("  held then by:\n", text->out);
	for (i = 0; !error && i < count && i < most; i++)
		error = write_holder(text, &holders[i], row);
	for (; !error && i < count; i++)
		vt__sum_add(&rest, holders[i].sum);
	if (count > most)
		fprintf(text->out, "    ... %zu more call site%s, %s\n", count - most,
			vt__plural(count - most), vt__bytes(rest.bytes, bytes));
	free(holders);
	return error;
}

/* One line: the bucket of the request, largest first. */
static int write_holders_by_purpose(struct vt__text *text, const struct vt__finding_row *row)
{
	const enum vt_bucket bucket = vt__bucket_of(row->kind);
	struct vt__holder *holders;
	size_t count, shown = 0;
	const int error = vt__holders_of(text->process, row, VT__HOLDERS_BY_PURPOSE, &holders,
					 &count);

	for (size_t i = 0; !error && i < count && shown < vt__text_limit(text, VT__TEXT_LABELS);
	     i++) {
		char bytes[VT__UNIT_BYTES];

		if (holders[i].bucket != bucket)
			continue;
		fputs(shown++ ? ", " : "  held then by purpose: ", text->out);
		vt__text_purpose(text, holders[i].purpose);
		fprintf(text->out, " %s", vt__bytes(holders[i].sum.bytes, bytes));
	}
	if (shown)
		fputc('\n', text->out);
	if (!error)
		free(holders);
	return error;
}

/* "; Weights::tensor held most, 51 %". 0 or -ENOMEM. */
static int write_first_holder(struct vt__text *text, const struct vt__finding_row *row)
{
	char percent[VT__UNIT_BYTES];
	struct vt__holder *holders;
	size_t count, site;
	int error = vt__holders_of(text->process, row, VT__HOLDERS_BY_SITE, &holders, &count);

	if (error || !count)
		return error;
	error = vt__stack_frames(
		text->process->stacks,
		vt__recording_site(text->process->recording, holders[0].site)->stack,
		&text->frames);
	site = error ? VT__NO_SITE : vt__site_of(&text->frames);
	if (site != VT__NO_SITE && holders[0].bucket == vt__bucket_of(row->kind)) {
		fputs("; ", text->out);
		vt__text_function(text, &text->frames.frames[site]);
		fprintf(text->out, " held most, %s",
			vt__percent(holders[0].sum.bytes, row->record->live_bytes, percent));
	}
	free(holders);
	return error;
}

/* In a first reading the line about what was free is one of the lines. */
static int write_brief(struct vt__text *text, const struct vt__finding_row *row)
{
	const size_t lines = text->brief;
	char a[VT__UNIT_BYTES], b[VT__UNIT_BYTES];
	int error;

	text->brief = lines > 1 ? lines - 1 : lines;
	error = vt__text_stack(text, row->stack);
	text->brief = lines;
	if (error)
		return error;
	if (row->record->device_total_bytes)
		fprintf(text->out, "  then %s of %s were free",
			vt__bytes(row->record->device_free_bytes, a),
			vt__bytes(row->record->device_total_bytes, b));
	else
		fprintf(text->out, "  then %s were live", vt__bytes(row->record->live_bytes, a));
	error = write_first_holder(text, row);
	fputc('\n', text->out);
	write_fragmentation(text, row);
	return error;
}

int vt__text_refusal(struct vt__text *text, const struct vt__finding_row *row)
{
	const struct vt_format_finding *record = row->record;
	char bytes[VT__UNIT_BYTES];
	int error;

	fprintf(text->out, "%s", vt__bytes(row->sum.bytes, bytes));
	vt__text_place(text, row->kind, row->device);
	fputs(" refused, by ", text->out);
	vt__text_api(text, row->api);
	vt__text_times(text, row->sum.count);
	if (!text->brief)
		fprintf(text->out, " (%s, %" PRId32 ")", vt__result_name(record->result),
			record->result);
	fputc('\n', text->out);
	write_refuser(text, row);
	vt__text_refused(text, record);
	if (text->brief)
		return write_brief(text, row);
	error = vt__text_stack(text, row->stack);
	if (error)
		return error;
	write_room(text, row);
	vt__text_account_then(text, record->account, record->bytes);
	error = vt__text_owners_then(text, record->account);
	if (error)
		return error;
	write_pieces(text, row);
	write_fragmentation(text, row);
	if (record->live_bytes && !vt__has_holders(text->process, row))
		fputs("  which call sites held it was not kept\n", text->out);
	error = write_holders_by_site(text, row);
	return error ? error : write_holders_by_purpose(text, row);
}
