/*
 * Opens many recordings one after the other, the next ones by other threads meanwhile.
 *
 * What is opened and not yet taken is bounded in number and bytes. The order is that of the paths.
 */
#ifndef VT_REPORTS_READ_AHEAD_H
#define VT_REPORTS_READ_AHEAD_H

#include <stddef.h>

#include "reports/recording/reader.h"

struct vt__read_ahead;

/* Threads that are worth it for so many recordings on the processors of this process; 0: none. */
unsigned vt__read_ahead_threads(size_t count);

/* The paths are borrowed. Without threads, or where none can be had, each recording is opened when
 * it is taken. NULL if out of memory. */
struct vt__read_ahead *vt__read_ahead_new(const char *const *paths, size_t count, unsigned threads);

/* Opens the next path, as vt__recording_open() does; so often as there are paths. */
int vt__read_ahead_take(struct vt__read_ahead *ahead, struct vt__recording **out,
			char message[VT__MESSAGE_BYTES]);

/* Closes what was not taken. */
void vt__read_ahead_free(struct vt__read_ahead *ahead);

#endif
