/*
 * Lines of the program's source for a document, where the source is at hand.
 *
 * A recording is hostile input, and what is made of it may be published: lines are taken of files
 * below the repository alone in which the command runs (reports/names/source_path.h), that are
 * plain files with the name of a source file, and not too large.
 */
#ifndef VT_REPORTS_SOURCE_LINES_H
#define VT_REPORTS_SOURCE_LINES_H

#include <stdint.h>
#include <stdio.h>

struct vt__source_lines;

/* 0 or -ENOMEM. */
int vt__source_lines_new(struct vt__source_lines **out);
void vt__source_lines_free(struct vt__source_lines *lines);

/* Who names a file. */
struct vt__source_origin {
	const char *folder; /* in which the process ran; "" if it is not known */
	uint64_t time_ns;   /* CLOCK_REALTIME when it ran; 0: not known */
};

/* Asks for a line and those around it. `name`: the number of the file's text in the document.
 * What is not at hand is no error. 0 or -ENOMEM. */
int vt__source_lines_want(struct vt__source_lines *lines, const struct vt__source_origin *origin,
			  const char *file, int64_t name, uint32_t line);

/* `{"NAME":{"newer":false,"lines":{"12":"..."}}}`: `newer`: the file was changed after the
 * recording began. 0, -EIO or -ENOMEM. */
int vt__source_lines_write(const struct vt__source_lines *lines, FILE *out);

#endif
