/*
 * The doors by which a program gets at driver functions: dlsym and
 * cuGetProcAddress (the third, linking to the wrappers' names, needs no code).
 */
#ifndef VT_PRELOAD_DOORS_H
#define VT_PRELOAD_DOORS_H

#include <stdbool.h>

#include "preload/base/attributes.h"

/* What dlsym's entry (arch/dlsym_*.S) asks for a name that begins like CUDA's. decided: return
 * `address`; else go on to libc's dlsym, which must see the program as its caller. */
struct vt__dlsym_answer {
	void *address;
	unsigned long decided;
};
struct vt__dlsym_answer vt__dlsym_ask(void *handle, const char *name, void *caller);

/* libc's dlsym for the entry to jump to. */
void *vt__dlsym_target(void);

/* Loads NVML, once. Contexts are measured by it, in calls of the driver, which must not wait for
 * the loader: it is loaded where the program's thread waits for the loader anyway. */
void vt__prepare_measuring(void);

#endif
