/*
 * A database of SQLite in the making.
 */
#include "config.h"

#include "reports/formats/sqlite_db.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/text/escape.h"

struct vt__db {
	sqlite3 *handle;
	sqlite3_stmt *inserts[VT__TABLE_COUNT];
	sqlite3_stmt *row; /* the one in the making */
	int column;        /* of it: the last that has a value */
	int error;         /* -errno of what failed first */
	int file;
};

static const struct table {
	const char *name, *columns;
} tables[] = {
#define VT__TABLE(id, columns) {#id, columns},
	VT__TABLES(VT__TABLE)
#undef VT__TABLE
};

/* Nothing is undone, and nobody else looks: SQLite need not guard against either. The indexes are
 * made when the rows are there. */
static const char settings[] = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
			       "PRAGMA locking_mode = EXCLUSIVE; BEGIN;";
static const char indexes[] =
	"CREATE INDEX stack_frames_by_stack ON stack_frames(stack_id, position);"
	"CREATE INDEX sites_by_stack ON sites(stack_id);"
	"CREATE INDEX allocations_by_site ON allocations(site_id);"
	"CREATE VIEW leaks AS SELECT sites.leaked_bytes AS bytes, sites.leaked_count AS count,"
	" frames.function AS function, frames.file AS file, frames.line AS line, sites.kind AS kind,"
	" sites.bucket AS bucket, devices.ordinal AS device, processes.pid AS pid,"
	" processes.rank AS rank, sites.id AS site_id, sites.stack_id AS stack_id"
	" FROM sites JOIN processes ON processes.id = sites.process_id"
	" JOIN devices ON devices.id = sites.device_id"
	" LEFT JOIN frames ON frames.id = sites.frame_id"
	" WHERE sites.leaked_count > 0 ORDER BY sites.leaked_bytes DESC;"
	"COMMIT;";

static int error_of(int status)
{
	switch (status) {
	case SQLITE_OK:
	case SQLITE_DONE:
		return 0;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_FULL:
		return -ENOSPC;
	default:
		return -EIO;
	}
}

static int run(struct vt__db *db, const char *sql)
{
	return error_of(sqlite3_exec(db->handle, sql, NULL, NULL, NULL));
}

static int make_table(struct vt__db *db, size_t number)
{
	const struct table *table = &tables[number];
	char sql[1024];
	size_t used;
	int error;

	snprintf(sql, sizeof(sql), "CREATE TABLE %s(%s);", table->name, table->columns);
	error = run(db, sql);
	used = (size_t)snprintf(sql, sizeof(sql), "INSERT INTO %s VALUES(?", table->name);
	for (const char *at = table->columns; (at = strchr(at, ',')); at++)
		used += (size_t)snprintf(sql + used, sizeof(sql) - used, ",?");
	snprintf(sql + used, sizeof(sql) - used, ")");
	return error ? error
		     : error_of(
			       sqlite3_prepare_v2(db->handle, sql, -1, &db->inserts[number], NULL));
}

/* In a file that has lost its name, so that nothing is left of it whatever happens. */
static int open_file(struct vt__db *db)
{
	const char *folder = getenv("TMPDIR");
	char *path;
	int error;

	if (asprintf(&path, "%s/vramtrack.XXXXXX", folder && *folder ? folder : "/tmp") < 0)
		return -ENOMEM;
	db->file = mkstemp(path);
	error = db->file < 0 ? -errno : 0;
	if (!error)
		error = error_of(sqlite3_open_v2(path, &db->handle, SQLITE_OPEN_READWRITE, NULL));
	if (!error)
		error = run(db, settings);
	if (db->file >= 0)
		unlink(path);
	free(path);
	return error;
}

int vt__db_new(struct vt__db **out)
{
	struct vt__db *db = calloc(1, sizeof(*db));
	int error;

	if (!db)
		return -ENOMEM;
	error = open_file(db);
	for (size_t i = 0; !error && i < VT__TABLE_COUNT; i++)
		error = make_table(db, i);
	if (error)
		vt__db_free(db);
	else
		*out = db;
	return error;
}

static void close_database(struct vt__db *db)
{
	for (size_t i = 0; i < VT__TABLE_COUNT; i++)
		sqlite3_finalize(db->inserts[i]);
	memset(db->inserts, 0, sizeof(db->inserts));
	(void)sqlite3_close(db->handle);
	db->handle = NULL;
}

void vt__db_free(struct vt__db *db)
{
	if (!db)
		return;
	close_database(db);
	if (db->file >= 0)
		close(db->file);
	free(db);
}

/* ---- Rows --------------------------------------------------------------------------------- */

static void keep(struct vt__db *db, int error)
{
	if (!db->error)
		db->error = error;
}

void vt__db_begin(struct vt__db *db, enum vt__table table)
{
	db->row = db->inserts[table];
	db->column = 0;
}

void vt__db_number(struct vt__db *db, uint64_t number)
{
	const sqlite3_int64 value = number > INT64_MAX ? INT64_MAX : (sqlite3_int64)number;

	keep(db, error_of(sqlite3_bind_int64(db->row, ++db->column, value)));
}

void vt__db_null(struct vt__db *db)
{
	keep(db, error_of(sqlite3_bind_null(db->row, ++db->column)));
}

void vt__db_known(struct vt__db *db, bool is_known, uint64_t number)
{
	if (is_known)
		vt__db_number(db, number);
	else
		vt__db_null(db);
}

void vt__db_text(struct vt__db *db, const char *text)
{
	char *clean;

	if (!text) {
		vt__db_null(db);
		return;
	}
	clean = vt__clean_copy(text, false);
	keep(db,
	     clean ? error_of(sqlite3_bind_text(db->row, ++db->column, clean, -1, SQLITE_TRANSIENT))
		   : -ENOMEM);
	free(clean);
}

void vt__db_raw(struct vt__db *db, struct vt__raw raw)
{
	vt__db_text(db, vt__raw_to_escape(vt__raw_or_none(raw)));
}

int vt__db_row(struct vt__db *db)
{
	if (!db->error)
		keep(db, error_of(sqlite3_step(db->row)));
	(void)sqlite3_reset(db->row);
	return db->error;
}

/* ---- The file ------------------------------------------------------------------------------- */

int vt__db_write(struct vt__db *db, FILE *out)
{
	char buffer[16384];
	ssize_t bytes;

	if (!db->error)
		keep(db, run(db, indexes));
	close_database(db);
	if (!db->error && lseek(db->file, 0, SEEK_SET) < 0)
		keep(db, -errno);
	while (!db->error && (bytes = read(db->file, buffer, sizeof(buffer)))) {
		if (bytes > 0)
			fwrite(buffer, 1, (size_t)bytes, out);
		else if (errno != EINTR)
			keep(db, -errno);
	}
	return db->error;
}
