/*
 * What was held when, marks and events in the SQLite report.
 */
#include "config.h"

#include <stdlib.h>

#include "reports/findings/history.h"
#include "reports/formats/sqlite_stacks.h"

static const char *marker_name(const struct vt_format_mark *mark)
{
	static const char *const markers[] = {
#define VT_MARKER(id, json, words) json,
		VT_MARKERS(VT_MARKER)
#undef VT_MARKER
	};

	return mark->marker < VT_MARKER_COUNT ? markers[mark->marker] : NULL;
}

static int put_marks(const struct vt__sqlite *sqlite)
{
	const struct vt__recording *recording = sqlite->process->recording;
	struct vt__db *db = sqlite->db;
	struct vt__history_mark *times;
	size_t count;
	int error = vt__history_marks(recording, &times, &count);

	if (error)
		return error;
	for (uint32_t i = 0; !error && i < vt__recording_marks(recording); i++) {
		const struct vt_format_mark *mark = vt__recording_mark(recording, i);

		vt__db_begin(db, VT__TABLE_marks);
		vt__db_number(db, sqlite->process_id);
		vt__db_raw(db, vt__recording_string(recording, mark->name));
		vt__db_text(db, marker_name(mark));
		vt__db_number(db, mark->count);
		vt__sqlite_time(sqlite, mark->first_time_ns);
		vt__sqlite_time(sqlite, mark->last_time_ns);
		error = vt__db_row(db);
	}
	for (size_t i = 0; !error && i < count; i++) {
		vt__db_begin(db, VT__TABLE_mark_times);
		vt__db_number(db, sqlite->process_id);
		vt__db_raw(db, vt__recording_string(recording, times[i].series->name));
		vt__db_text(db, marker_name(times[i].series));
		vt__db_number(db, times[i].number);
		vt__sqlite_time(sqlite, times[i].time_ns);
		error = vt__db_row(db);
	}
	free(times);
	return error;
}

static int put_point(const struct vt__sqlite *sqlite, uint32_t device,
		     const struct vt__history_point *point, size_t bucket)
{
	const struct vt_format_level *level = &point->levels[bucket];
	struct vt__db *db = sqlite->db;

	if (!level->most)
		return 0;
	vt__db_begin(db, VT__TABLE_timeline);
	vt__db_number(db, sqlite->device + device);
	vt__db_text(db, vt__bucket_words[bucket].json);
	vt__sqlite_time(sqlite, point->begin_ns);
	vt__sqlite_time(sqlite, point->end_ns);
	vt__db_number(db, level->most);
	vt__sqlite_time(sqlite, level->most_time_ns);
	vt__db_number(db, level->least);
	vt__db_number(db, level->last);
	return vt__db_row(db);
}

static int put_timelines(const struct vt__sqlite *sqlite)
{
	struct vt__history history;
	int error = 0;

	for (uint32_t i = 0; !error && i < sqlite->process->device_count; i++) {
		error = vt__history_make(sqlite->process->recording, i, &history);
		if (error)
			break;
		for (size_t j = 0; !error && j < history.count; j++)
			for (size_t bucket = 0; !error && bucket < VT_FORMAT_LEVELS; bucket++)
				error = put_point(sqlite, i, &history.points[j], bucket);
		vt__history_release(&history);
	}
	return error;
}

static int put_events(struct vt__sqlite *sqlite)
{
	const struct vt__recording *recording = sqlite->process->recording;
	struct vt__db *db = sqlite->db;
	uint64_t dropped;
	const uint64_t count = vt__history_events(recording, &dropped);
	int error = 0;

	for (uint64_t i = 0; !error && i < count; i++) {
		const struct vt_format_event *event = vt__history_event(recording, i);

		if (!event)
			continue;
		error = vt__sqlite_stack(sqlite, event->stack);
		if (error)
			break;
		vt__db_begin(db, VT__TABLE_events);
		vt__db_null(db);
		vt__db_number(db, sqlite->process_id);
		vt__db_known(db, event->site < vt__recording_sites(recording),
			     sqlite->site + event->site);
		vt__db_text(db, vt__event_name(event->what));
		vt__db_number(db, event->address);
		vt__db_number(db, event->bytes);
		vt__sqlite_time(sqlite, event->time_ns);
		vt__db_number(db, event->thread);
		vt__sqlite_stack_id(sqlite, event->stack);
		error = vt__db_row(db);
	}
	return error;
}

int vt__sqlite_history(struct vt__sqlite *sqlite)
{
	int error = put_marks(sqlite);

	if (!error)
		error = put_timelines(sqlite);
	return error ? error : put_events(sqlite);
}
