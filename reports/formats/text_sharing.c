/*
 * Text report: memory that other processes keep alive after its owner gave it back, or may.
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

/* What is said before its owner's process id, after it, and before those of others; states that
 * are worth no line have nothing. */
static const struct {
	const char *owner; /* NULL: it is not known */
	const char *gone;
	const char *others;
} words[VT__SHARED_STATE_COUNT] = {
	[VT__SHARED_FREED] = {"freed by", ", which made it,", "kept alive by"},
	[VT__SHARED_ENDED] = {"of", ", which has ended,", "kept alive by"},
	[VT__SHARED_LOST] = {"of", ", which was killed or left by _exit() nobody knows when,",
			     "held by"},
	[VT__SHARED_UNJOINED] = {NULL, NULL,
				 "imported by file descriptors, which do not tell whose it is, "
				 "held by"},
};

static int write_row(struct vt__text *text, const struct vt__shared_memory *row)
{
	char bytes[VT__UNIT_BYTES];

	vt__style(text, VT__BOLD);
	fputs("shared", text->out);
	vt__style(text, VT__PLAIN);
	fprintf(text->out, ": %s ", row->bytes ? vt__bytes(row->bytes, bytes) : "physical memory");
	if (words[row->state].owner)
		fprintf(text->out, "%s process %" PRIu32 "%s ", words[row->state].owner,
			pid_of(row->exporter), words[row->state].gone);
	fprintf(text->out, "%s ", words[row->state].others);
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

		if (!words[row->state].others)
			break;
		if (alive++ < most)
			error = write_row(text, row);
	}
	if (!error && alive > most)
		fprintf(text->out,
			"... %zu more handles that only others keep alive, or may (--all)\n",
			alive - most);
	text->process = before;
	vt__sharing_release(&rows);
	return error;
}
