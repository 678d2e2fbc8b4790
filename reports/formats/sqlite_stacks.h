/*
 * The stacks of the SQLite report: each is put into the database once, and each frame.
 */
#ifndef VT_REPORTS_SQLITE_STACKS_H
#define VT_REPORTS_SQLITE_STACKS_H

#include <stdbool.h>

#include "reports/findings/analysis.h"
#include "reports/formats/frame_table.h"
#include "reports/formats/sqlite_db.h"

/* What became of a stack: its id is that of the first of the process and its number. */
struct vt__sqlite_stack {
	bool is_written;
	uint64_t site; /* id of the frame by which people know it; 0: it has none */
};

struct vt__sqlite {
	struct vt__db *db;
	const struct vt__process *process;
	uint64_t process_id;
	/* Ids of the first of the process; each table's go on from process to process. */
	uint64_t device, stack, site;
	struct vt__sqlite_stack *stacks; /* of the process */
	struct vt__frame_table known;
	struct vt__frames frames;
};

/* Sees that a stack of the process is in the database. 0 or -errno. */
int vt__sqlite_stack(struct vt__sqlite *sqlite, uint32_t number);

/* The values of a row: the id of that stack, and a time of the recording; null if there is none. */
void vt__sqlite_stack_id(const struct vt__sqlite *sqlite, uint32_t number);
void vt__sqlite_time(const struct vt__sqlite *sqlite, uint64_t time_ns);

/* Rows of what was held when, of marks and of events (sqlite_history.c). 0 or -errno. */
int vt__sqlite_history(struct vt__sqlite *sqlite);

/* Forgets the frames. */
void vt__sqlite_forget(struct vt__sqlite *sqlite);

#endif
