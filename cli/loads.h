/* The libraries that a program is loaded with, as the loader finds them. */
#ifndef VT_CLI_LOADS_H
#define VT_CLI_LOADS_H

#include <stddef.h>

struct vt__load {
	char *name; /* as it is asked for */
	char *path; /* NULL: not found */
};

struct vt__loads {
	struct vt__load *items;
	size_t count;
};

/* Asks glibc's own loader, which maps the files and runs none of their code. `library_path`: before
 * LD_LIBRARY_PATH; NULL: nothing. Returns 0 or -errno; -ENOEXEC: the loader refused the program. */
int vt__loads_find(const char *program, const char *library_path, struct vt__loads *out);
void vt__loads_free(struct vt__loads *loads);

/* The library whose name begins so; NULL: none. */
const struct vt__load *vt__loads_named(const struct vt__loads *loads, const char *beginning);

#endif
