/* Finds recordings in folders. */
#ifndef VT_CLI_COLLECT_H
#define VT_CLI_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/launch.h"
#include "recording/format.h"

/* Paths of recordings; free with vt__recordings_free(). */
struct vt__recordings {
	char **paths;
	size_t count;
};

/*
 * Finds the recordings of one run in a folder, each source's in the order in
 * which they were begun, and enters how the program ended into its own. Symbolic links and
 * files that are no recording are passed over. Returns 0 or -errno.
 */
int vt__collect_run(const char *folder, uint64_t run_id, const struct vt__ended *program,
		    struct vt__recordings by_source_out[VT_SOURCE_COUNT]);

/* Adds every *.vramtrack of a folder, by name. Returns 0 or -errno. */
int vt__collect_folder(const char *folder, struct vt__recordings *recordings);

/* The same of the folders within too, by path. Symbolic links to folders are not
 * followed, so that a ring of them ends; folders that cannot be read are named on
 * standard error and counted. Returns 0 or -errno. */
int vt__collect_tree(const char *folder, struct vt__recordings *recordings, size_t *unreadable);

/* Adds one path. Returns 0 or -ENOMEM. */
int vt__collect_file(const char *path, struct vt__recordings *recordings);

/* Reads who a recording is of, as far as its header says before `losses`; false: it is none. */
bool vt__collect_identity(const char *path, struct vt_format_header *header);

void vt__recordings_free(struct vt__recordings *recordings);

#endif
