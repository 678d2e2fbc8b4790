/* The folder that recordings of a run go to. */
#ifndef VT_CLI_FOLDER_H
#define VT_CLI_FOLDER_H

#include <stdbool.h>

struct vt__folder {
	char *path;       /* absolute, without a symbolic link; to free() */
	bool is_stand_in; /* made in /tmp because the wanted one cannot be used */
};

/*
 * Makes the folder if it is missing, with those above it, and tries a file in
 * it. If recordings cannot be written there it says why in one line and makes
 * a stand-in in /tmp. Returns 0; or -errno if that failed too, which it has said.
 */
int vt__folder_prepare(const char *wanted, struct vt__folder *folder_out);

/* Whether recordings can be written in a folder that is there: 0 or -errno. Leaves nothing. */
int vt__folder_try(const char *path);

/* Frees it; a stand-in in which nothing was written is removed. */
void vt__folder_release(struct vt__folder *folder);

#endif
