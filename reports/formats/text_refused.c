/*
 * Text report: where frees of what is live were refused.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/findings/result_names.h"
#include "reports/formats/text.h"

/* "a free was refused here", "a free of each of them", "a free of 3 of them" */
static void write_which(const struct vt__text *text, const struct vt__finding_row *row,
			uint64_t live)
{
	fputs("  a free ", text->out);
	if (row->sum.count > 1 && live == row->sum.count)
		fputs("of each of them ", text->out);
	else if (row->sum.count > 1)
		fprintf(text->out, "of %" PRIu64 " of them ", live);
	fputs("was refused", text->out);
}

static int write_refused(struct vt__text *text, const struct vt__finding_row *row,
			 const struct vt__refused_row *refused)
{
	const struct vt_format_refused_free *record = refused->record;
	const int error = vt__stack_frames(text->process->stacks, record->stack, &text->frames);

	if (error)
		return error;
	write_which(text, row, refused->live);
	if (record->stack == VT_FORMAT_NONE && record->api == VT_FORMAT_NONE) {
		fprintf(text->out, " at other places (first %s, %" PRId32 ")",
			vt__result_name(record->result), record->result);
		vt__text_times(text, record->count);
		fputc('\n', text->out);
		return 0;
	}
	fprintf(text->out, "%s: %s (%" PRId32 "), by ", text->brief ? "" : " here",
		vt__result_name(record->result), record->result);
	vt__text_api(text, vt__recording_string(text->process->recording, record->api));
	if (!text->brief)
		fprintf(text->out, ", thread %" PRIu32, record->thread);
	vt__text_times(text, record->count);
	fputs(text->brief ? ": " : "\n", text->out);
	return (text->brief ? vt__text_site_line : vt__text_stack)(text, record->stack);
}

int vt__text_refused_frees(struct vt__text *text, const struct vt__finding_row *row)
{
	const size_t most = text->brief ? 1 : vt__text_limit(text, VT__TEXT_REFUSED);
	size_t i;
	int error = 0;

	for (i = 0; !error && i < row->refused_count && i < most; i++)
		error = write_refused(text, row, &row->refused[i]);
	if (!text->brief && i < row->refused_count)
		fprintf(text->out, "  ... %zu more places where a free was refused\n",
			row->refused_count - i);
	return error;
}
