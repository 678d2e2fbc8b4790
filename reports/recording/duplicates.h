/*
 * Recordings that were given twice: by two names, or as copies of one file.
 */
#ifndef VT_REPORTS_DUPLICATES_H
#define VT_REPORTS_DUPLICATES_H

#include "reports/recording/reader.h"

struct vt__duplicates; /* NULL is an empty set */

/* Adds a recording. 0; 1 if it says what one does that was added before, whose
 * path is then in `earlier` (a loan until the set is freed); -ENOMEM. */
int vt__duplicates_add(struct vt__duplicates **set, const struct vt__recording *recording,
		       const char **earlier);

void vt__duplicates_free(struct vt__duplicates *set);

#endif
