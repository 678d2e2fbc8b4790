/*
 * A page of Markdown with a limit to its size, and text in it that is no markup.
 *
 * The page is made of pieces; a piece that does not fit is left out.
 */
#ifndef VT_REPORTS_MARKDOWN_H
#define VT_REPORTS_MARKDOWN_H

#include <stddef.h>
#include <stdio.h>

struct vt__page {
	FILE *out;
	size_t used; /* bytes */
	FILE *piece; /* between vt__page_begin() and vt__page_keep() */
	char *text;
	size_t bytes;
};

/* 0 or -ENOMEM. */
int vt__page_begin(struct vt__page *page);

/* Writes the piece if the page then holds at most `until` bytes. 0, -ENOMEM, or
 * -ENOSPC: it was left out. */
int vt__page_keep(struct vt__page *page, size_t until);

/* Markdown of the writer's own: always kept. */
__attribute__((format(printf, 2, 3))) void vt__page_say(struct vt__page *page, const char *format,
							...);

/* A name as code, on one line, cut after 400 bytes. `name` is clean (see
 * vt__clean_copy()) and is freed; NULL is -ENOMEM, as below. */
int vt__put_name(FILE *out, char *name);

/* Lines for between <pre> and </pre>, cut after 6000 bytes. */
int vt__put_lines(FILE *out, char *lines);

#endif
