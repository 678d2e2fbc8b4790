/*
 * A stream that compresses what is written to it into another, as gzip(1) does.
 */
#ifndef VT_REPORTS_GZIP_H
#define VT_REPORTS_GZIP_H

#include <stdio.h>

/* fclose() of it writes the end of the file and leaves `out` open, whose own errors are `out`'s
 * to tell. NULL if out of memory. */
FILE *vt__gzip_over(FILE *out);

#endif
