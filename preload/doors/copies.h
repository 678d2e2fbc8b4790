/*
 * Copies of the shim in one process, from different paths: the first is at work, others keep out of
 * the way. Thread-safe.
 */
#ifndef VT_PRELOAD_COPIES_H
#define VT_PRELOAD_COPIES_H

#include <stdbool.h>

#include "preload/base/attributes.h"

/* This copy's version. The first copy of the shim in the process is the one at work; another, under
 * another path, finds this name there and keeps out of the way. */
VT__EXPORT extern const char vramtrack_preload_instance[];

/* Whether this copy of the shim is the one that does the recording. */
bool vt__is_at_work(void);

/* The version of a copy of the shim that was loaded after this one, from another path; NULL:
 * there is none. */
const char *vt__other_copy(void);

#endif
