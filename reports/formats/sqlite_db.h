/*
 * A database of SQLite in the making: its tables, and a row after another.
 *
 * It is made in a file without a name, which is copied to its place at the end.
 */
#ifndef VT_REPORTS_SQLITE_DB_H
#define VT_REPORTS_SQLITE_DB_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "reports/text/raw.h"

#define VT__SQLITE_SCHEMA "vramtrack-sqlite/1"

/* VT__TABLE(identifier, columns): an inserted row has a value for each column in this order.
 * Times are nanoseconds since the recording of the process began. docs/formats.md says more. */
#define VT__TABLES(VT__TABLE)                                                                      \
	VT__TABLE(meta, "key TEXT PRIMARY KEY, value TEXT")                                        \
	VT__TABLE(processes,                                                                       \
		  "id INTEGER PRIMARY KEY, pid INTEGER, parent_pid INTEGER, rank INTEGER, "        \
		  "world_size INTEGER, job TEXT, host TEXT, program TEXT, command TEXT, "          \
		  "state TEXT, exit_code INTEGER, signal INTEGER, started TEXT, "                  \
		  "duration_ns INTEGER, simulated INTEGER, covered INTEGER, recording TEXT")       \
	VT__TABLE(devices, "id INTEGER PRIMARY KEY, process_id INTEGER, ordinal INTEGER, "         \
			   "name TEXT, uuid TEXT, total_bytes INTEGER")                            \
	VT__TABLE(device_memory,                                                                   \
		  "device_id INTEGER, bucket TEXT, live_bytes INTEGER, live_count INTEGER, "       \
		  "peak_bytes INTEGER, peak_time_ns INTEGER, allocated_bytes INTEGER, "            \
		  "allocated_count INTEGER, freed_count INTEGER")                                  \
	VT__TABLE(frames, "id INTEGER PRIMARY KEY, function TEXT, file TEXT, line INTEGER, "       \
			  "module TEXT, offset INTEGER, language TEXT, inlined INTEGER")           \
	VT__TABLE(stacks, "id INTEGER PRIMARY KEY, process_id INTEGER, missing TEXT")              \
	VT__TABLE(stack_frames, "stack_id INTEGER, position INTEGER, frame_id INTEGER")            \
	VT__TABLE(sites, "id INTEGER PRIMARY KEY, process_id INTEGER, device_id INTEGER, "         \
			 "stack_id INTEGER, frame_id INTEGER, api TEXT, kind TEXT, bucket TEXT, "  \
			 "leaked_bytes INTEGER, leaked_count INTEGER, live_bytes INTEGER, "        \
			 "live_count INTEGER, peak_bytes INTEGER, peak_count INTEGER, "            \
			 "allocated_bytes INTEGER, allocated_count INTEGER, freed_count INTEGER, " \
			 "first_time_ns INTEGER, last_time_ns INTEGER")                            \
	VT__TABLE(allocations, "id INTEGER PRIMARY KEY, site_id INTEGER, address INTEGER, "        \
			       "bytes INTEGER, time_ns INTEGER, thread INTEGER, "                  \
			       "purpose TEXT, label TEXT")                                         \
	VT__TABLE(findings, "id INTEGER PRIMARY KEY, process_id INTEGER, class TEXT, "             \
			    "device_id INTEGER, kind TEXT, bucket TEXT, api TEXT, "                \
			    "stack_id INTEGER, bytes INTEGER, count INTEGER, time_ns INTEGER")     \
	VT__TABLE(marks, "process_id INTEGER, name TEXT, marker TEXT, count INTEGER, "             \
			 "first_time_ns INTEGER, last_time_ns INTEGER")                            \
	VT__TABLE(mark_times, "process_id INTEGER, name TEXT, marker TEXT, number INTEGER, "       \
			      "time_ns INTEGER")                                                   \
	VT__TABLE(timeline, "device_id INTEGER, bucket TEXT, begin_ns INTEGER, end_ns INTEGER, "   \
			    "most_bytes INTEGER, most_time_ns INTEGER, least_bytes INTEGER, "      \
			    "last_bytes INTEGER")                                                  \
	VT__TABLE(events, "id INTEGER PRIMARY KEY, process_id INTEGER, site_id INTEGER, "          \
			  "what TEXT, address INTEGER, bytes INTEGER, time_ns INTEGER, "           \
			  "thread INTEGER, stack_id INTEGER")                                      \
	VT__TABLE(losses, "process_id INTEGER, what TEXT, count INTEGER")

enum vt__table {
#define VT__TABLE(id, columns) VT__TABLE_##id,
	VT__TABLES(VT__TABLE)
#undef VT__TABLE
	VT__TABLE_COUNT
};

struct vt__db;

/* Returns 0 and an empty database, or -errno. */
int vt__db_new(struct vt__db **out);
void vt__db_free(struct vt__db *db);

/* A row: its values in order. What fails is kept, and told by vt__db_row(). */
void vt__db_begin(struct vt__db *db, enum vt__table table);
void vt__db_number(struct vt__db *db, uint64_t number); /* beyond 2^63-1: cut to that */
void vt__db_known(struct vt__db *db, bool is_known, uint64_t number); /* else null */
void vt__db_null(struct vt__db *db);
void vt__db_text(struct vt__db *db, const char *text); /* NULL: null; made clean */
void vt__db_raw(struct vt__db *db, struct vt__raw raw);

/* Inserts the row. 0 or -errno. */
int vt__db_row(struct vt__db *db);

/* Ends the database and copies it. 0 or -errno; whether it was written is the stream's to tell. */
int vt__db_write(struct vt__db *db, FILE *out);

#endif
