/*
 * Folds a stack into the lines that a person needs.
 *
 * The user's frames are all shown. Of those nearer to the allocation, the two that say
 * what was called: the nearest to the allocation, and the one that the user called;
 * and of a run of CUDA's own the outermost. What is between is one line with its
 * count. A line has the number that its first frame has in the whole stack, so that
 * it is the same folded or not, and in JSON.
 */
#ifndef VT_REPORTS_FOLD_H
#define VT_REPORTS_FOLD_H

#include <stdio.h>

#include "reports/names/stacks.h"

/* Goes over the lines of a stack. */
struct vt__fold {
	const struct vt__frames *frames;
	size_t at, end; /* without what starts main() and threads */
	bool full;      /* every frame is a line */
	size_t site;
	size_t near_call, far_call; /* VT__NO_SITE: nothing says what was called */
};

struct vt__fold_line {
	size_t first, count;           /* the frames that it stands for */
	const struct vt__frame *shown; /* NULL: they are folded */
};

/* The frames are borrowed. */
void vt__fold_begin(struct vt__fold *fold, const struct vt__frames *frames, bool full);

/* The next line, innermost first; false: there is none. */
bool vt__fold_next(struct vt__fold *fold, struct vt__fold_line *line);

/* How many frames are left. */
size_t vt__fold_left(const struct vt__fold *fold);

/* What folded frames are of: "libtorch_cpu.so and libc10.so". */
void vt__fold_owners(const struct vt__fold *fold, const struct vt__fold_line *line, FILE *out);

#endif
