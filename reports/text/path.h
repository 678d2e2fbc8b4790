/*
 * Parts of the paths of files.
 */
#ifndef VT_REPORTS_PATH_H
#define VT_REPORTS_PATH_H

/* The last part of a path: what is after its last slash. A path that ends with one is its own. */
const char *vt__last_part(const char *path);

#endif
