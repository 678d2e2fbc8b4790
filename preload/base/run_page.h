/*
 * Tells the command that runs this process what it cannot see from outside
 * (run_page_format.h): that the shim is here, that a recording was begun or could not be
 * made, which program the process is about to become.
 *
 * Without such a command all of it does nothing. Nothing here allocates, locks,
 * prints or changes errno, so that it may be called between vfork() and exec.
 */
#ifndef VT_PRELOAD_RUN_PAGE_H
#define VT_PRELOAD_RUN_PAGE_H

#include <stdint.h>
#include <sys/types.h>

#include "base/run_page_format.h"

/* Runs inside runs that are told of. */
#define VT__RUN_PAGES 4

/* One slot in each page. */
struct vt__run_note {
	uint32_t slots[VT__RUN_PAGES];
};

/* The shim is in this program. */
void vt__run_page_hello(void);

/* A recording was begun in `folder`, or with `error` (-errno) could not be. */
void vt__run_page_recording(int error, const char *folder, uint64_t run_id, uint64_t started_ns);

/* The process is not recorded, for a reason in words. */
void vt__run_page_failed(const char *words);

/* The process, or with VT_RUN_SPAWN a child of it, is about to become a program. */
void vt__run_page_begin(enum vt_run_state state, const char *program, char *const *environment,
			struct vt__run_note *out);

/* It did not: the note is taken back. */
void vt__run_page_cancel(const struct vt__run_note *note);

/* The child that a note with VT_RUN_SPAWN was about. */
void vt__run_page_spawned(const struct vt__run_note *note, pid_t child);

/* Whether an environment brings the shim into a child, and no page is left out. */
uint32_t vt__run_page_flags(char *const *environment);

#endif
