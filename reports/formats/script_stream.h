/*
 * A stream that makes JSON fit to stand inside of a <script> element: no byte of it can end the
 * element or begin a comment.
 */
#ifndef VT_REPORTS_SCRIPT_STREAM_H
#define VT_REPORTS_SCRIPT_STREAM_H

#include <stdio.h>

/* Writes to `below`, which is borrowed, `<`, `>` and `&` as \u003c, ...: in JSON they stand in
 * strings alone. What is written must be ASCII, as all of our JSON is. NULL if out of memory. */
FILE *vt__script_stream(FILE *below);

#endif
