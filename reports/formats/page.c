/*
 * The report as a page: one file that a browser shows, with all it needs in it.
 */
#include "config.h"

#include "reports/formats/page.h"

#include <errno.h>
#include <string.h>

#include "reports/formats/page_asset.h"
#include "reports/formats/script_stream.h"
#include "reports/formats/stack_table.h"
#include "reports/text/stream.h"

#define LEAST_ROWS 40 /* of each process, however many there are */
#define LEAST_COURSES 3

static size_t rows_of_each(size_t processes)
{
	const size_t rows = processes ? VT__PAGE_ROWS / processes : VT__PAGE_ROWS;

	return rows < LEAST_ROWS ? LEAST_ROWS : rows;
}

static size_t courses_of_each(size_t processes)
{
	const size_t courses = processes ? VT__PAGE_COURSES / processes : VT__PAGE_COURSES;

	return courses < LEAST_COURSES ? LEAST_COURSES : courses;
}

static int write_document(const struct vt__json_form *form,
			  int (*part)(const void *closure, const struct vt__json_form *form,
				      FILE *out),
			  const void *closure, FILE *out)
{
	int error;

	fprintf(out, "{\"schema\":\"%s\",\n\"tool\":{\"name\":\"%s\",\"version\":\"%s\"},\n",
		VT__PAGE_SCHEMA, PACKAGE_NAME, PACKAGE_VERSION);
	error = part(closure, form, out);
	fputs(",\n\"stacks\":", out);
	if (!error)
		error = vt__stack_table_write(form->stacks, out);
	fputc('}', out);
	return error ? error : vt__stream_error(out);
}

int vt__page_write(size_t processes,
		   int (*part)(const void *closure, const struct vt__json_form *form, FILE *out),
		   const void *closure, FILE *out)
{
	const size_t size = (size_t)(vt__page_asset_end - vt__page_asset);
	const char *mark = memmem(vt__page_asset, size, VT__PAGE_MARK, strlen(VT__PAGE_MARK));
	const size_t shown = processes < VT__PAGE_PROCESSES ? processes : VT__PAGE_PROCESSES;
	const struct vt__json_form form = {
		.stacks = vt__stack_table_new(),
		.processes = VT__PAGE_PROCESSES,
		.rows = rows_of_each(shown),
		.courses = courses_of_each(shown),
	};
	FILE *inside = form.stacks ? vt__script_stream(out) : NULL;
	int error = inside && mark ? 0 : -ENOMEM, lost;

	if (!error) {
		fwrite(vt__page_asset, 1, (size_t)(mark - vt__page_asset), out);
		error = write_document(&form, part, closure, inside);
	}
	if (inside)
		fclose(inside);
	vt__stack_table_free(form.stacks);
	if (error == -ENOMEM)
		return error;
	mark += strlen(VT__PAGE_MARK);
	fwrite(mark, 1, (size_t)(vt__page_asset_end - mark), out);
	/* why it was is known below the stream that escapes */
	lost = vt__stream_error(out);
	return lost ? lost : error;
}
