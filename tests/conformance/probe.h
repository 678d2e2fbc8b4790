/* What the files of the probe itself share: its place, and the question that is asked now. */
#ifndef VT_CONFORMANCE_PROBE_H
#define VT_CONFORMANCE_PROBE_H

#include <spawn.h>

#include "question.h"

/* The question that this process asks. */
const char *probe_id(void);

/* This program again, in a new process; 0 or an error number. */
int probe_start(pid_t *process, const posix_spawn_file_actions_t *actions,
		const char *const arguments[]);

#endif
