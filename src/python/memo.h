/*
 * What a thread remembers of Python: code objects, and the chains that came with stacks whose C
 * frames it remembers.
 *
 * A chain is remembered with the address of each frame and what was read there. It is the same
 * again when the thread's first frame is, and each frame, link after link, holds what it held:
 * a link leads to a frame that is under way, so that it may be read, and nothing is read that a
 * link before did not lead to. It is a proof, not a guess: what follows from those words (names,
 * lines, eval loops) is what it was, as code objects are told apart by more than their addresses
 * (python/contents.h).
 */
#ifndef VT_PYTHON_MEMO_H
#define VT_PYTHON_MEMO_H

#include "python/memory.h"
#include "python/walk.h"

/* Remembers a chain with its stack. */
void vt__python_remember(struct vt__python_memory *memory, const struct vt__python *python,
			 uintptr_t thread, const struct vt__python_walk *walk,
			 const struct vt__stack *stack);

#endif
