/*
 * Facts about this process that a recording keeps, read from the kernel.
 */
#ifndef VT_LEDGER_IDENTITY_H
#define VT_LEDGER_IDENTITY_H

#include <limits.h>
#include <stdint.h>

#include "recording/birth.h"

#define VT__COMMAND_BYTES 4096
#define VT__LAUNCH_BYTES 4096

/* Large: keep it off the stack of a thread of the program. */
struct vt__process {
	struct vt__birth birth;
	uint64_t start_ticks; /* field 22 of /proc/self/stat, 0 if unknown */
	uint8_t boot_id[16];  /* zero if unknown */
	char host[65];
	char program[PATH_MAX]; /* path; empty if unknown */
	char working_directory[PATH_MAX];
	char command[VT__COMMAND_BYTES]; /* arguments separated by U+001F; cut at the end */
	char launch[VT__LAUNCH_BYTES];   /* see vt_format_header.launch; empty if nothing is told */
};

/* `noted`: its birth, if somebody saw it. What cannot be read is left zero or
 * empty. May set errno. */
void vt__process_read(struct vt__process *process, const struct vt__birth *noted);

#endif
