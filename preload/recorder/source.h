/*
 * What the process is watched by: the wrappers (wrappers.c) or CUPTI's callbacks
 * (cupti_source.c), whichever this object is made of.
 */
#ifndef VT_PRELOAD_SOURCE_H
#define VT_PRELOAD_SOURCE_H

#include <stdbool.h>

#include "recording/format.h"

struct vt__source {
	enum vt_source kind;
	/* Whether this object does the recording: another copy of it may. */
	bool (*is_at_work)(void);
	/* Whether it sees the calls of the function named, or of another ABI of it. Of the
	 * wrappers alone: a callback comes from within the driver, whoever calls it. */
	bool (*wraps)(const char *name);
	bool (*wraps_base)(const char *name);
	/* Whether another recorder is at work in the process beside this one. */
	bool (*has_company)(void);
	/* The process or the thread ends: calls of the thread that are under way will not
	 * return. */
	void (*ends)(void);
	/* Its part of the preparations of a process; `path` is this object's. May print. */
	void (*prepare)(const char *path);
};
extern const struct vt__source vt__source __attribute__((visibility("hidden")));

#endif
