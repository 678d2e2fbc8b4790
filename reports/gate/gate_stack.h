/*
 * The stack of a judged finding, with the place in it that a report points at.
 */
#ifndef VT_REPORTS_GATE_STACK_H
#define VT_REPORTS_GATE_STACK_H

#include "reports/gate/gate.h"
#include "reports/names/source_path.h"

/* Start with zeros; it is filled again and again. */
struct vt__gate_stack {
	struct vt__frames frames; /* innermost first */
	size_t end;               /* without what starts main() and threads */
	/* The site (reports/names/site.h); NULL if there are no frames. */
	const struct vt__frame *own;
	/* The frame whose source line is pointed at: the innermost of the user's below
	 * the root of the source, else the innermost of the user's with a line; NULL if
	 * none has one. `path` is its file as vt__source_path() names it. */
	const struct vt__frame *line;
	const char *path;
};

/* Reads the stack; paths are loans of `paths`. 0 or -ENOMEM. */
int vt__gate_stack_read(struct vt__gate_stack *stack, struct vt__source_paths *paths,
			const struct vt__process *process, uint32_t number);
void vt__gate_stack_release(struct vt__gate_stack *stack);

/* What stands where no source line is known: the program's module, or the
 * program. Never empty. */
const char *vt__gate_module(const struct vt__gate_stack *stack, const struct vt__judged *judged);

#endif
