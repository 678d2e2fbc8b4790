/*
 * Goes through many recordings with few of them in memory at a time.
 */
#ifndef VT_REPORTS_EACH_PROCESS_H
#define VT_REPORTS_EACH_PROCESS_H

#include <stddef.h>

#include "reports/findings/analysis.h"
#include "reports/recording/duplicates.h"

struct vt__walk {
	struct vt__symbolizer *symbolizer; /* borrowed */
	struct vt__duplicates *duplicates; /* over all calls; the caller frees it */
	size_t read, unreadable, repeated; /* counted up */
};

/* Opens one recording and sees that it was not given before. NULL: it cannot be
 * read or is a copy, which was said on standard error and counted; or out of
 * memory, and then `error` is set. */
struct vt__recording *vt__walk_open(struct vt__walk *walk, const char *path, int *error);

/* Adds every recording that can be read to the analysis, and finishes it. 0 or
 * -ENOMEM. */
int vt__walk_read(struct vt__walk *walk, const char *const *paths, size_t count,
		  struct vt__analysis *analysis);

/* Calls `visit` for the process of each recording that can be read, and closes
 * it. Stops at the first that is not 0 and returns it; -ENOMEM. */
int vt__each_process(struct vt__walk *walk, const char *const *paths, size_t count,
		     int (*visit)(struct vt__process *process, void *closure), void *closure);

#endif
