/*
 * Reads the lines of a text file that somebody else wrote.
 */
#ifndef VT_REPORTS_LINES_H
#define VT_REPORTS_LINES_H

#include <stdio.h>

#include "reports/text/message.h"

#define VT__LINE_BYTES 65536        /* the longest line, with its NUL */
#define VT__FILE_BYTES (256u << 20) /* the largest file */

struct vt__lines {
	FILE *file;
	const char *path; /* borrowed */
	unsigned number;  /* of the line that was read last */
	size_t length;    /* of that line */
	size_t total;
	char *line; /* without its newline */
};

/* 0, or -errno and a message. */
int vt__lines_open(struct vt__lines *lines, const char *path, char message[VT__MESSAGE_BYTES]);

/* Takes over a file that is open. 0, or -ENOMEM; the file is closed then. */
int vt__lines_take(struct vt__lines *lines, FILE *file, const char *path);

/*
 * 1: the next line is in line; 0: there is none. -EINVAL and a message: the
 * line is no text or too long; another -errno and a message: it cannot be read.
 */
int vt__lines_next(struct vt__lines *lines, char message[VT__MESSAGE_BYTES]);

void vt__lines_close(struct vt__lines *lines);

/* "FILE:LINE:COLUMN: " and the words into the message; `at` points into the
 * line. Returns -EINVAL. */
int vt__lines_refuse(const struct vt__lines *lines, const char *at, char message[VT__MESSAGE_BYTES],
		     const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
