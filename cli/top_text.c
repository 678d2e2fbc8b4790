/* The screen of `vramtrack top` as text: tables that fit into any width. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/top.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"

#define CELL_BYTES 320
#define NAME_COLUMNS 16 /* that are left for the last column, before others go */

struct column {
	const char *title;
	int columns;    /* 0: the last one, what is left */
	int importance; /* those of the least go first where it is narrow */
	void (*write)(const struct vt__top_row *row, char cell[CELL_BYTES]);
};

/* ---- Cells --------------------------------------------------------------------------- */

static void write_pid(const struct vt__top_row *row, char cell[CELL_BYTES])
{
	snprintf(cell, CELL_BYTES, "%u", row->pid);
}

static void write_device(const struct vt__top_row *row, char cell[CELL_BYTES])
{
	if (row->device < 0)
		strcpy(cell, "-");
	else
		snprintf(cell, CELL_BYTES, "%d", row->device);
}

static void write_live(const struct vt__top_row *row, char cell[CELL_BYTES])
{
	vt__bytes(row->live, cell);
}

static void write_peak(const struct vt__top_row *row, char cell[CELL_BYTES])
{
	vt__bytes(row->peak, cell);
}

static void write_count(const struct vt__top_row *row, char cell[CELL_BYTES])
{
	snprintf(cell, CELL_BYTES, "%llu", (unsigned long long)row->count);
}

static void write_rate(const struct vt__top_row *row, char cell[CELL_BYTES])
{
	const double size = row->rate < 0 ? -row->rate : row->rate;

	if (size < 1) {
		strcpy(cell, "0");
		return;
	}
	cell[0] = row->rate < 0 ? '-' : '+';
	vt__bytes((uint64_t)size, cell + 1);
}

static void write_per_second(double number, char cell[CELL_BYTES])
{
	snprintf(cell, CELL_BYTES, number < 10 ? "%.1f" : "%.0f", number < 0.05 ? 0 : number);
}

static void write_calls(const struct vt__top_row *row, char cell[CELL_BYTES])
{
	write_per_second(row->calls, cell);
}

static void write_frees(const struct vt__top_row *row, char cell[CELL_BYTES])
{
	write_per_second(row->frees, cell);
}

/* Never cut inside a character. */
static void write_text(const char *text, char cell[CELL_BYTES])
{
	size_t end = CELL_BYTES - 1;

	if (snprintf(cell, CELL_BYTES, "%s", text ? text : "-") < CELL_BYTES)
		return;
	while (end && (cell[end - 1] & 0xc0) == 0x80)
		end--;
	cell[end ? end - 1 : 0] = '\0';
}

static void write_mark(const struct vt__top_row *row, char cell[CELL_BYTES])
{
	write_text(row->mark, cell);
}

static void write_purpose(const struct vt__top_row *row, char cell[CELL_BYTES])
{
	write_text(row->purpose, cell);
}

static void write_kind(const struct vt__top_row *row, char cell[CELL_BYTES])
{
	write_text(row->kind, cell);
}

static void write_name(const struct vt__top_row *row, char cell[CELL_BYTES])
{
	write_text(row->name, cell);
}

static const struct column process_columns[] = {
	{"PID", 7, 9, write_pid},      {"GPU", 3, 5, write_device}, {"LIVE", 9, 10, write_live},
	{"PEAK", 9, 6, write_peak},    {"+/S", 10, 8, write_rate},  {"ALLOC/S", 8, 4, write_calls},
	{"FREE/S", 8, 2, write_frees}, {"MARK", 14, 3, write_mark}, {"PROGRAM", 0, 10, write_name},
};

static const struct column site_columns[] = {
	{"PID", 7, 4, write_pid},       {"GPU", 3, 3, write_device}, {"LIVE", 9, 10, write_live},
	{"COUNT", 7, 6, write_count},   {"PEAK", 9, 5, write_peak},  {"+/S", 10, 8, write_rate},
	{"ALLOC/S", 8, 7, write_calls}, {"KIND", 14, 1, write_kind}, {"FOR", 12, 2, write_purpose},
	{"SITE", 0, 10, write_name},
};

/* ---- Tables -------------------------------------------------------------------------- */

/* Columns that a text takes, of which the first `most` are written; a character is one. */
static int put(const char *text, int most, FILE *out)
{
	int columns = 0;

	while (*text && columns < most) {
		unsigned code;
		size_t bytes = vt__utf8_character(text, &code);

		if (!bytes)
			bytes = 1;
		fwrite(text, bytes, 1, out);
		text += bytes;
		columns++;
	}
	return columns;
}

/* Which columns there is room for: those of the least importance go first. */
static void choose(const struct column *columns, size_t count, int width, bool shown[])
{
	int taken = NAME_COLUMNS;

	for (size_t i = 0; i < count; i++) {
		shown[i] = true;
		taken += columns[i].columns + (columns[i].columns ? 1 : 0);
	}
	while (taken > width) {
		size_t least = count;

		for (size_t i = 0; i < count; i++)
			if (shown[i] && columns[i].columns &&
			    (least == count || columns[i].importance < columns[least].importance))
				least = i;
		if (least == count)
			return;
		shown[least] = false;
		taken -= columns[least].columns + 1;
	}
}

static void write_row(const struct column *columns, size_t count, const bool shown[], int width,
		      const struct vt__top_row *row, FILE *out)
{
	int at = 0;

	for (size_t i = 0; i < count; i++) {
		const int room = columns[i].columns;
		const bool is_text = columns[i].write == write_mark ||
				     columns[i].write == write_kind ||
				     columns[i].write == write_purpose || !room;
		char cell[CELL_BYTES];
		int length;

		if (!shown[i])
			continue;
		if (row)
			columns[i].write(row, cell);
		else
			snprintf(cell, sizeof(cell), "%s", columns[i].title);
		length = (int)strlen(cell);
		if (!is_text && length < room)
			at += fprintf(out, "%*s", room - length, "");
		length = put(cell, room && is_text ? room : width - at, out);
		at += length;
		if (room)
			at += fprintf(out, "%*s", is_text ? room - length + 1 : 1, "");
	}
	fputc('\n', out);
}

/* Returns the lines that it took, `height` at most. */
static int write_table(const struct column *columns, size_t count, const struct vt__top_rows *rows,
		       int width, int height, FILE *out)
{
	bool shown[16];
	int lines = 0;

	choose(columns, count, width, shown);
	if (height < 1)
		return 0;
	write_row(columns, count, shown, width, NULL, out);
	for (lines = 1; lines < height && (size_t)(lines - 1) < rows->count; lines++)
		write_row(columns, count, shown, width, &rows->rows[lines - 1], out);
	return lines;
}

/* ---- The screen ----------------------------------------------------------------------- */

static void write_line(const char *text, int width, FILE *out)
{
	put(text, width, out);
	fputc('\n', out);
}

static void write_head(const struct vt__top *top, enum vt__top_key key, int width, FILE *out)
{
	static const char *const names[] = {
#define VT__TOP_KEY(id, name, letter) name,
		VT__TOP_KEYS(VT__TOP_KEY)
#undef VT__TOP_KEY
	};
	const struct vt__top_rows *rows = vt__top_processes(top);
	const time_t time_now = time(NULL);
	char text[CELL_BYTES], clock[16] = "", bytes[VT__UNIT_BYTES];
	uint64_t live = 0;
	struct tm local;

	for (size_t i = 0; i < rows->count; i++)
		live += rows->rows[i].live;
	if (localtime_r(&time_now, &local))
		strftime(clock, sizeof(clock), "%H:%M:%S", &local);
	snprintf(text, sizeof(text), "vramtrack top %s  %s of device memory live, by %s%s", clock,
		 vt__bytes(live, bytes), names[key],
		 vt__top_unreadable(top) ? "; recordings that cannot be read are left out" : "");
	write_line(text, width, out);
}

void vt__top_write(const struct vt__top *top, enum vt__top_key key, int width, int height,
		   const char *status, FILE *out)
{
	size_t all;
	const struct vt__top_rows *processes = vt__top_processes(top);
	const struct vt__top_rows *sites = vt__top_sites(top, &all);
	const int rest = height ? height - 1 - (status != NULL) : 1000000;
	int lines;

	write_head(top, key, width, out);
	if (!processes->count) {
		write_line(
			"no process of yours with a recording runs: start one with 'vramtrack run'",
			width, out);
		lines = 1;
	} else {
		/* The processes get half of the screen, or what they need. */
		lines = write_table(
			process_columns, sizeof(process_columns) / sizeof(*process_columns),
			processes, width,
			height && (size_t)rest / 2 < processes->count + 1 ? (rest + 1) / 2 : rest,
			out);
		if (lines + 1 < rest) {
			fputc('\n', out);
			lines++;
		}
		write_table(site_columns, sizeof(site_columns) / sizeof(*site_columns), sites,
			    width, rest - lines, out);
	}
	if (status)
		write_line(status, width, out);
}
