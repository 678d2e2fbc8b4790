/*
 * Text report: memory that other processes keep alive after its owner gave it back.
 */
#include "config.h"

#include <inttypes.h>

#include "reports/compare/sharing.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

#define HOLDERS 4 /* named of one handle */

static uint32_t pid_of(const struct vt__sharer *sharer)
{
	return vt__recording_header(sharer->process->recording)->pid;
}

static void write_holders(const struct vt__text *text, const struct vt__shared_memory *row)
{
	size_t named = 0;

	fputs(row->holder_count == 1 ? "process" : "processes", text->out);
	for (size_t i = 0; i < row->importer_count; i++) {
		if (!vt__shared_is_held(row, &row->importers[i]))
			continue;
		if (named < HOLDERS)
			fprintf(text->out, "%s %" PRIu32, named ? "," : "",
				pid_of(&row->importers[i]));
		named++;
	}
	if (named > HOLDERS)
		fprintf(text->out, " and %zu more", named - HOLDERS);
}

/* "; opened in f at a.c:3": by the first that holds it. */
static int write_opener(struct vt__text *text, const struct vt__shared_memory *row)
{
	for (size_t i = 0; i < row->importer_count; i++) {
		const struct vt__sharer *holder = &row->importers[i];

		if (!vt__shared_is_held(row, holder))
			continue;
		text->process = holder->process;
		fputs(", opened in ", text->out);
		return vt__text_location(
			text, holder->record->stack,
			vt__recording_string(holder->process->recording, holder->record->api));
	}
	fputc('\n', text->out);
	return 0;
}

static int write_row(struct vt__text *text, const struct vt__shared_memory *row)
{
	char bytes[VT__UNIT_BYTES];

	vt__style(text, VT__BOLD);
	fputs("shared", text->out);
	vt__style(text, VT__PLAIN);
	fprintf(text->out, ": %s ", vt__bytes(row->bytes, bytes));
	if (row->state == VT__SHARED_FREED)
		fprintf(text->out, "freed by process %" PRIu32 ", which made it,",
			pid_of(row->exporter));
	else
		fprintf(text->out, "of process %" PRIu32 ", which has ended,",
			pid_of(row->exporter));
	fputs(" kept alive by ", text->out);
	write_holders(text, row);
	return write_opener(text, row);
}

int vt__text_sharing(struct vt__text *text, const struct vt__analysis *analysis)
{
	const struct vt__process *before = text->process;
	const size_t most = vt__text_limit(text, VT__TEXT_SHARED);
	struct vt__sharing_rows rows;
	size_t alive = 0;
	int error = vt__sharing_join(analysis, &rows);

	for (size_t i = 0; !error && i < rows.count; i++) {
		const struct vt__shared_memory *row = &rows.rows[i];

		if (row->state != VT__SHARED_FREED && row->state != VT__SHARED_ENDED)
			break;
		if (alive++ < most)
			error = write_row(text, row);
	}
	if (!error && alive > most)
		fprintf(text->out, "... %zu more handles that only others keep alive (--all)\n",
			alive - most);
	text->process = before;
	vt__sharing_release(&rows);
	return error;
}
