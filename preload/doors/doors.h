/*
 * The doors by which a program gets at driver functions: dlsym and
 * cuGetProcAddress (the third, linking to the wrappers' names, needs no code).
 */
#ifndef VT_PRELOAD_DOORS_H
#define VT_PRELOAD_DOORS_H

#include <stdbool.h>

#include "preload/base/attributes.h"

/* What dlsym's entry (arch/dlsym_*.S) asks for a name that looks like the
 * driver's. decided: return `address`; else go on to libc's dlsym, which must
 * see the program as its caller. */
struct vt__dlsym_answer {
	void *address;
	unsigned long decided;
};
struct vt__dlsym_answer vt__dlsym_ask(void *handle, const char *name, void *caller);

/* libc's dlsym for the entry to jump to. */
void *vt__dlsym_target(void);

/* This copy's version. The first copy of the shim in the process is the one at work; another, under
 * another path, finds this name there and keeps out of the way. */
VT__EXPORT extern const char vramtrack_preload_instance[];

/* Whether this copy of the shim is the one that does the recording. */
bool vt__is_at_work(void);

/* The version of a copy of the shim that was loaded after this one, from another path; NULL:
 * there is none. */
const char *vt__other_copy(void);

/* Loads NVML, once. Contexts are measured by it, in calls of the driver, which must not wait for
 * the loader: it is loaded where the program's thread waits for the loader anyway. */
void vt__prepare_measuring(void);

#endif
