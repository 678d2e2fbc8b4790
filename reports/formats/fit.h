/*
 * A stream that fits each line into the width of a terminal.
 *
 * A line that is too long goes on below, unless it holds a mark, which never reaches the terminal:
 * what stands before is cut ("..."), so that what follows has room. What is written must be escaped
 * (reports/text/escape.h): then every control character in it is one of the report's own.
 */
#ifndef VT_REPORTS_FIT_H
#define VT_REPORTS_FIT_H

#include <stdio.h>

#define VT__FIT_MARK '\1'
#define VT__FIT_LEAST 20 /* a narrower terminal is taken for one of so many columns */

/* A stream above `out`, which is borrowed until fclose(). NULL if there is no memory. */
FILE *vt__fit_open(FILE *out, unsigned width);

/* Columns of a text on a terminal: escapes and the mark have none, a wide character has two. */
size_t vt__fit_columns(const char *text);

#endif
