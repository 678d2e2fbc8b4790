/*
 * The stacks of the SQLite report.
 */
#include "config.h"

#include "reports/formats/sqlite_stacks.h"

#include <errno.h>

#include "reports/formats/titles.h"
#include "reports/names/site.h"

static int put_new_frame(struct vt__db *db, const struct vt__frame *frame, uint64_t id)
{
	vt__db_begin(db, VT__TABLE_frames);
	vt__db_number(db, id);
	vt__db_text(db, frame->function);
	vt__db_text(db, frame->file);
	vt__db_known(db, frame->line, frame->line);
	vt__db_text(db, frame->module);
	vt__db_number(db, frame->offset);
	vt__db_text(db, vt__language_name(frame->language));
	vt__db_number(db, frame->inlined);
	return vt__db_row(db);
}

static int id_of(struct vt__sqlite *sqlite, const struct vt__frame *frame, uint64_t *id)
{
	size_t number;
	bool is_new;
	const int error = vt__frame_number(&sqlite->known, frame, &number, &is_new);

	*id = number + 1;
	return !error && is_new ? put_new_frame(sqlite->db, frame, *id) : error;
}

static int put_frames(struct vt__sqlite *sqlite, uint64_t stack_id, uint64_t *site)
{
	const size_t site_number = vt__site_of(&sqlite->frames);
	uint64_t id;
	int error = 0;

	for (size_t i = 0; !error && i < sqlite->frames.count; i++) {
		error = id_of(sqlite, &sqlite->frames.frames[i], &id);
		if (error)
			break;
		if (i == site_number)
			*site = id;
		vt__db_begin(sqlite->db, VT__TABLE_stack_frames);
		vt__db_number(sqlite->db, stack_id);
		vt__db_number(sqlite->db, i);
		vt__db_number(sqlite->db, id);
		error = vt__db_row(sqlite->db);
	}
	return error;
}

int vt__sqlite_stack(struct vt__sqlite *sqlite, uint32_t number)
{
	const struct vt__recording *recording = sqlite->process->recording;
	const char *missing;
	int error;

	if (number >= vt__recording_stacks(recording) || sqlite->stacks[number].is_written)
		return 0;
	sqlite->stacks[number].is_written = true;
	error = vt__titled_stack(sqlite->process->stacks, recording, number, &sqlite->frames,
				 &missing);
	if (error)
		return error;
	vt__db_begin(sqlite->db, VT__TABLE_stacks);
	vt__db_number(sqlite->db, sqlite->stack + number);
	vt__db_number(sqlite->db, sqlite->process_id);
	vt__db_text(sqlite->db, missing);
	error = vt__db_row(sqlite->db);
	return error ? error
		     : put_frames(sqlite, sqlite->stack + number, &sqlite->stacks[number].site);
}

void vt__sqlite_forget(struct vt__sqlite *sqlite)
{
	vt__frame_table_release(&sqlite->known);
	vt__frames_release(&sqlite->frames);
}

void vt__sqlite_time(const struct vt__sqlite *sqlite, uint64_t time_ns)
{
	const uint64_t start = vt__recording_header(sqlite->process->recording)->start_monotonic_ns;

	if (time_ns && time_ns >= start)
		vt__db_number(sqlite->db, time_ns - start);
	else
		vt__db_null(sqlite->db);
}

void vt__sqlite_stack_id(const struct vt__sqlite *sqlite, uint32_t number)
{
	vt__db_known(sqlite->db, number < vt__recording_stacks(sqlite->process->recording),
		     sqlite->stack + number);
}
