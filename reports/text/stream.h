/*
 * An output stream that remembers why a write failed. stdio keeps only that one did, and by the
 * time a report ends errno is another's.
 */
#ifndef VT_REPORTS_STREAM_H
#define VT_REPORTS_STREAM_H

#include <stdio.h>

/* Makes a stream that writes to a descriptor, which fclose() of it closes. NULL and errno, and
 * the descriptor stays open, if there is no memory. */
FILE *vt__stream_over(int descriptor);

/* Opens a file for writing: made if missing, emptied if not, not inherited. NULL and errno,
 * negative for vt__output_reason(). */
FILE *vt__stream_open(const char *path);

/* 0, or -errno of the first write that failed, after whatever is still in the buffer was
 * written. For a stream of other origin -EIO where stdio forgot the reason. */
int vt__stream_error(FILE *stream);

/* As vt__stream_error(), for who was told by a library that writing failed: -ENOMEM if the
 * stream is well. */
int vt__stream_failure(FILE *stream);

/* The descriptor below, also of a stream of other origin; -1 if there is none. */
int vt__stream_descriptor(FILE *stream);

#endif
