/* Recordings of processes that run: by pid, and all of this user's. */
#ifndef VT_CLI_LIVE_H
#define VT_CLI_LIVE_H

#include <stdbool.h>

#include "cli/collect.h"

/* Whether the word is a pid and not a path; then in `pid`. */
bool vt__live_is_pid(const char *word, unsigned long *pid);

/* Adds the recordings that the process has mapped. Returns 0 or an exit code, and has said why:
 * there is no such process, it is another user's, or it is not tracked. */
int vt__live_of_process(unsigned long pid, struct vt__recordings *recordings);

/* Adds those of all processes of this user. 0 or -errno. */
int vt__live_of_all(struct vt__recordings *recordings);

/* The one recording that a word, a pid or a path, names; to free(). Returns 0 or an exit code, and
 * has said why. */
int vt__live_one(const char *command, const char *word, char **path_out);

/* Adds what a word names: a pid, a recording, or a folder of them. Recordings of another user are
 * refused. Returns 0 or an exit code, and has said why. */
int vt__live_words(const char *word, struct vt__recordings *recordings);

#endif
