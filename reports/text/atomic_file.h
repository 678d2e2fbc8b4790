/*
 * A file that is there whole or not at all: written beside its place under
 * another name, then renamed.
 */
#ifndef VT_REPORTS_ATOMIC_FILE_H
#define VT_REPORTS_ATOMIC_FILE_H

#include <stdio.h>

struct vt__atomic_file {
	FILE *out;
	char *path;      /* the place: links are followed */
	char *temporary; /* NULL: `path` is no plain file (a terminal, a pipe), and is written
			    itself */
};

/* Returns 0; or an error for vt__output_reason(), and nothing is left behind. */
int vt__atomic_open(struct vt__atomic_file *file, const char *path);

/* Puts the file in its place. Returns 0; or -errno, and the place is as it was. */
int vt__atomic_commit(struct vt__atomic_file *file);

/* Leaves the place as it was. Harmless after a commit and on zeros. */
void vt__atomic_discard(struct vt__atomic_file *file);

#endif
