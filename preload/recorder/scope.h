/*
 * What the calling thread says its allocations are for.
 *
 * The door is one exported function, found by its name: a program that asks
 * dlsym(RTLD_DEFAULT, "vramtrack_preload_set_scope") and gets NULL is not
 * tracked. The library's vt_scope is made of it.
 */
#ifndef VT_PRELOAD_SCOPE_H
#define VT_PRELOAD_SCOPE_H

#include "preload/base/attributes.h"

struct vt__scope {
	const char *purpose;
	const char *label;
};

/* Of the calling thread; NULL: nothing was said. The strings are the program's
 * and are read only while one of its allocating calls is in a wrapper. */
extern VT__THREAD_LOCAL struct vt__scope vt__scope __attribute__((visibility("hidden")));

/*
 * Every allocation that the calling thread makes from now on is recorded with
 * this purpose and label, until the next call; NULL is none. The strings are not
 * copied: they must stay as they are until that call, or until the thread ends.
 */
VT__EXPORT void vramtrack_preload_set_scope(const char *purpose, const char *label);

#endif
