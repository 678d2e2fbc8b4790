/* The processes that the program started, at any depth, and that are still there when it has ended.
 */
#ifndef VT_CLI_DESCENDANTS_H
#define VT_CLI_DESCENDANTS_H

#include <stddef.h>
#include <sys/types.h>

struct vt__descendant {
	pid_t pid;     /* 0: one that /proc does not show */
	char name[64]; /* as the kernel has it */
};

struct vt__descendants {
	struct vt__descendant *items;
	size_t count;
};

/* From here on, a process of the run whose parent ends becomes a child of this one.
 * Fills `inherited` with the children that this process has already: they are no
 * part of the run. Returns 0 or -errno. */
int vt__descendants_adopt(struct vt__descendants *inherited);

/*
 * Reaps what has ended of this process's children, and finds those, with their
 * own, that live; without `inherited` and what descends from them. Returns 0 or
 * -ENOMEM.
 */
int vt__descendants_find(const struct vt__descendants *inherited, struct vt__descendants *out);

void vt__descendants_free(struct vt__descendants *list);

#endif
