/*
 * What a run had that nobody saw: processes without the shim, without a
 * recording, or that outlived the command.
 */
#ifndef VT_CLI_UNSEEN_H
#define VT_CLI_UNSEEN_H

#include <stddef.h>
#include <sys/types.h>

#include "cli/collect.h"
#include "cli/run.h"

/* Processes of one name that were not seen for one reason. */
struct vt__unseen_row {
	char *program; /* its file name */
	char *reason;  /* words that follow the name */
	pid_t first;   /* 0: none is known */
	size_t processes;
};

struct vt__unseen {
	struct vt__unseen_row *rows;
	size_t count;
};

/* by_source: the recordings of the run that were found. Returns 0 or -errno; then
 * nothing is known. */
int vt__unseen_find(const struct vt__run_facts *facts, const struct vt__recordings *by_source,
		    struct vt__unseen *out);
void vt__unseen_free(struct vt__unseen *unseen);

/* Takes out those whose program's file name matches one of the patterns. */
void vt__unseen_allow(struct vt__unseen *unseen, const char *const *patterns, size_t count);

/* One sentence; to free(). NULL: no memory. */
char *vt__unseen_words(const struct vt__unseen_row *row);

/* The same of each on standard error, up to a number that a terminal can bear. */
void vt__unseen_say(const struct vt__unseen *unseen);

#endif
