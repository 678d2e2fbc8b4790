/*
 * The releases of one CUDA library that are loaded at once, told apart: each has a number of its
 * own, and each function of it that is looked up a place.
 *
 * A place, or a row of the table of numbers, is given again once its library was unloaded. A number
 * is not: what an unloaded library made stays what it was, though another release is loaded at the
 * same address. Thread-safe. One short lock, under which nothing of the loader's is asked that
 * takes a lock; called on a stack of our own (unwind/own_stack.h), where no handler comes between.
 * May change errno.
 */
#ifndef VT_PRELOAD_LIBRARY_RELEASES_H
#define VT_PRELOAD_LIBRARY_RELEASES_H

#include <stdint.h>

#include "preload/doors/library_handles.h"

/* As many releases of a library are followed where its functions are looked up. */
#define VT__PLACES 4

/* Where a call goes, and to which release. */
struct vt__library_next {
	void *function;   /* NULL: there is none */
	uint32_t release; /* 0: no row is left for it */
};

/* The number of the loaded object that holds an address; 0: no row is left for it. */
uint32_t vt__release_at(uintptr_t address);

/* The place of a function that was looked up; -1: none is left. */
int vt__release_place(enum vt__library_function function, const struct vt__library_next *next);

/* What has the place. Takes no lock. */
struct vt__library_next vt__release_next(enum vt__library_function function, unsigned place);

/* Something was unloaded. */
void vt__releases_forget(void);

#endif
