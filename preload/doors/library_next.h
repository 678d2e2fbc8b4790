/*
 * Where a call of a function of CUDA's libraries goes that came to us by linking, and which release
 * of the library that is.
 *
 * A function of the user's that is loaded with the program and wraps the library's is called as it
 * would be without us; so is the caller's own where no release is loaded, which may load one. Any
 * other call goes to the library, whoever called: of a call by a pointer, or of one that a
 * compiler made a jump, the caller is not known. The library is found in /proc/self/maps, and not
 * by the loader, whose lock another thread may have. Only where a process has two releases of the
 * library, and a handle is of the one that made it, or where its file has another name, is the
 * loader asked, for the caller. Thread-safe; leaves errno alone.
 */
#ifndef VT_PRELOAD_LIBRARY_NEXT_H
#define VT_PRELOAD_LIBRARY_NEXT_H

#include <stdint.h>

#include "preload/doors/library_releases.h"

/* `ours`: our own function, which the loader may find first. `ip`: of the call; 0: nobody calls. */
struct vt__library_next vt__library_next_linked(enum vt__library_function function,
						const void *ours, uintptr_t ip);

/* The number of the release that a function belongs to which was looked up; 0: none is left. On a
 * stack of our own. */
uint32_t vt__library_release_of(enum vt__library_function function, void *found);

/* With the program's start: looks for functions of the user's that stand behind ours and wrap the
 * library's. Takes the loader's lock. */
void vt__library_next_prepare(void);

/* Something was unloaded. On a stack of our own. */
void vt__library_next_forget(void);

#endif
