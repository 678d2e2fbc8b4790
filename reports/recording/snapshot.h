/*
 * A recording that was read is written again: a copy of a running process's, which stays as it is.
 */
#ifndef VT_REPORTS_SNAPSHOT_H
#define VT_REPORTS_SNAPSHOT_H

#include <stdio.h>

#include "reports/recording/reader.h"

/* Writes it as a file of its own, with one segment of each type. Of a process that runs the
 * copy says that it is a snapshot, taken now. 0 or -errno. */
int vt__snapshot_write(const struct vt__recording *recording, FILE *out);

#endif
