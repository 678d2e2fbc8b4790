/*
 * Names of source files as a reader of the repository knows them: relative to
 * its root.
 *
 * The root is the folder with .git at or above the current folder, or the
 * current folder itself if there is none.
 */
#ifndef VT_REPORTS_SOURCE_PATH_H
#define VT_REPORTS_SOURCE_PATH_H

#include "reports/recording/reader.h"

struct vt__source_paths;

/* 0 or -ENOMEM. */
int vt__source_paths_new(struct vt__source_paths **out);
void vt__source_paths_free(struct vt__source_paths *paths);

/* Absolute, without a slash at its end unless it is "/". Loan. */
const char *vt__source_root(const struct vt__source_paths *paths);

/*
 * The name of `file`, which `recording` names: relative if it lies below the
 * root, or below the folder in which that process ran; else without "." and
 * "..", where they do not lead out of it. Symbolic links are followed if nothing
 * else serves. Never empty, cut or escaped. Loan until the paths are freed; NULL
 * if out of memory.
 */
const char *vt__source_path(struct vt__source_paths *paths, const struct vt__recording *recording,
			    const char *file);

/* The same of a process that ran in `folder`, "" if that is not known. */
const char *vt__source_path_from(struct vt__source_paths *paths, const char *folder,
				 const char *file);

/* The same of a file that the command itself was given: a relative name is from
 * the current folder. */
const char *vt__source_path_here(struct vt__source_paths *paths, const char *file);

#endif
