/* Shows recordings as a report: the reports' one door with the command's messages around it. */
#ifndef VT_CLI_SHOW_H
#define VT_CLI_SHOW_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/collect.h"
#include "reports/report.h"

/* Where a report goes and in which form. */
struct vt__view {
	const char *format;
	struct vt__text_view text;
	/* Of formats with one number for a stack, as in struct vt__report_request. */
	const char *measure;
	const char *bucket;
	FILE *out;
	const char *out_name; /* for messages */
	/* Recordings of another source, compared in the report; NULL: none. */
	const struct vt__recordings *beside;
	const char *between;               /* two marks; NULL: none */
	const char *addresses, *core_dump; /* whose memory is asked for; NULL: none */
	bool unread_folder; /* beside the recordings, one that was given could not be read */
	bool merge;         /* only what the processes are beside one another */
};

/*
 * Writes the report. Returns 0, or -errno and has said why in one line, except
 * where the reader of a pipe went away.
 */
int vt__show(const struct vt__recordings *recordings, const struct vt__view *view,
	     struct vt__report_outcome *outcome_out);

#endif
