/*
 * Where Python frames stand among the C frames of a stack: directly inside of the eval loop that
 * runs them.
 */
#ifndef VT_PYTHON_PLACE_H
#define VT_PYTHON_PLACE_H

#include "python/walk.h"

/* Copies the frames of the walk, with their places. */
void vt__python_place(const struct vt__python *python, const struct vt__python_walk *walk,
		      const struct vt__stack *stack, struct vt__python_stack *out);

#endif
