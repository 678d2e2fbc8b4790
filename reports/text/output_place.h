/*
 * Where a file that is about to be written really lies: symbolic links are followed, but none
 * that another user put there. What `report.json` in a folder of all users leads to is otherwise
 * that user's choice, and the file there is replaced.
 */
#ifndef VT_REPORTS_OUTPUT_PLACE_H
#define VT_REPORTS_OUTPUT_PLACE_H

/* Returns 0 and the path without links, to free(), which need not exist; -EMLINK if a link at its
 * end is neither this user's nor root's; or another -errno. */
int vt__output_place(const char *path, char **out);

/* Why a file could not be written, in words: what vt__output_place() found, or strerror(3). */
const char *vt__output_reason(int error);

#endif
