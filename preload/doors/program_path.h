/* The absolute path of a program that is about to be started, as the caller named it. */
#ifndef VT_PRELOAD_PROGRAM_PATH_H
#define VT_PRELOAD_PROGRAM_PATH_H

#include <stdbool.h>

#include "base/run_page_format.h"

/* The first folder of PATH, or of where the C library looks without one; it ends where a ':' or the
 * text does, and may be empty. The next one; NULL: there is none. */
const char *vt__program_folder(void);
const char *vt__program_folder_next(const char *folder);

struct vt__program_path {
	char text[sizeof(((struct vt_run_slot *)0)->name)];
};

/*
 * `file` against the current folder or, if it is to be searched, as execvp() finds it in
 * PATH. Where that has no room or finds nothing: `file` as it is. Returns out->text. Safe
 * between vfork() and exec; errno is kept.
 */
const char *vt__program_path(const char *file, bool is_searched, struct vt__program_path *out);

/* `file` against an open folder, as execveat() takes it; an empty one is the descriptor itself. */
const char *vt__program_path_at(int folder, const char *file, struct vt__program_path *out);

#endif
