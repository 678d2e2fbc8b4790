/*
 * Text report: processes whose memory was off the card, or is.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/findings/checkpoints.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

/* "1.2 s": after the start of the process whose memory it is. */
static const char *after(const struct vt__process *process, uint64_t ns, char text[VT__UNIT_BYTES])
{
	const uint64_t start = vt__recording_header(process->recording)->start_monotonic_ns;

	return vt__duration(ns > start ? ns - start : 0, text);
}

static void write_when(const struct vt__text *text, const struct vt__process *process,
		       const struct vt__away *row)
{
	char number[VT__UNIT_BYTES];

	if (!row->to_ns)
		fputs(row->from_ns ? " since " : "", text->out);
	else
		fputs(row->from_ns ? " from " : "", text->out);
	if (row->from_ns)
		fputs(after(process, row->from_ns, number), text->out);
	if (row->to_ns)
		fprintf(text->out, "%s%s", row->from_ns ? " to " : " until ",
			after(process, row->to_ns, number));
	if (row->from_ns || row->to_ns)
		fputs(" after the start", text->out);
}

/* ", by process 12 in f at a.c:3" */
static int write_caller(struct vt__text *text, const struct vt__process *process,
			const struct vt__away *row)
{
	int error = 0;

	if (row->by && row->by != process)
		fprintf(text->out, ", by process %" PRIu32,
			vt__recording_header(row->by->recording)->pid);
	if (!row->by || row->stack == VT_FORMAT_NONE) {
		fputc('\n', text->out);
		return 0;
	}
	fputs(row->by == process ? ", by " : " in ", text->out);
	text->process = row->by;
	error = vt__text_location(text, row->stack,
				  (struct vt__raw){"cuCheckpointProcessCheckpoint"});
	text->process = process;
	return error;
}

static int write_process(struct vt__text *text, const struct vt__analysis *analysis,
			 const struct vt__checkpoints *found)
{
	const struct vt__away *last = &found->rows[found->count - 1];
	const struct vt__process *process = text->process;
	char bytes[VT__UNIT_BYTES];

	vt__style(text, VT__BOLD);
	fputs("checkpointed", text->out);
	vt__style(text, VT__PLAIN);
	fputs(": ", text->out);
	if (analysis->process_count > 1)
		fprintf(text->out, "process %" PRIu32 ": ",
			vt__recording_header(process->recording)->pid);
	if (found->is_away)
		fprintf(text->out, "%s %s off the card", vt__bytes(found->bytes, bytes),
			last->how == VT__AWAY_SEEN ? "seem to be" : "are");
	else if (last->bytes != VT_FORMAT_UNKNOWN)
		fprintf(text->out, "%s were off the card", vt__bytes(last->bytes, bytes));
	else
		fputs("its memory was off the card", text->out);
	write_when(text, process, last);
	if (found->times > 1)
		fprintf(text->out, ", the last of %" PRIu64 " times", found->times);
	if (last->how == VT__AWAY_SEEN)
		fputs(": the process has no device open", text->out);
	if (found->is_away)
		fputs("; until it is restored it holds nothing on any device", text->out);
	return write_caller(text, process, last);
}

int vt__text_checkpoints(struct vt__text *text, const struct vt__analysis *analysis)
{
	const struct vt__process *before = text->process;
	const size_t most = vt__text_limit(text, VT__TEXT_SHARED);
	size_t count = 0;
	int error = 0;

	for (size_t i = 0; !error && i < analysis->process_count; i++) {
		struct vt__checkpoints found;

		text->process = &analysis->processes[i];
		error = vt__checkpoints_of(analysis->processes, analysis->process_count,
					   text->process, &found);
		if (!error && found.count && count++ < most)
			error = write_process(text, analysis, &found);
		vt__checkpoints_release(&found);
	}
	if (!error && count > most)
		fprintf(text->out, "... %zu more processes that were checkpointed (--all)\n",
			count - most);
	text->process = before;
	return error;
}
