/*
 * Whether the process that a recording names is still alive.
 */
#ifndef VT_REPORTS_PROCESS_H
#define VT_REPORTS_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "recording/format.h"

/* True if the recording was written on this machine since it was started.
 * False also if either side does not know its boot id. */
bool vt__process_is_local(const struct vt_format_header *header);

/*
 * True if a process of that pid and start time lives on this machine and still
 * has the recording mapped (after exec it does not). `inode` and `path` are the
 * recording's. A process of another pid namespace is not found.
 */
bool vt__process_is_alive(const struct vt_format_header *header, ino_t inode, const char *path);

#endif
