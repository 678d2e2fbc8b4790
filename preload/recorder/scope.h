/*
 * What the calling thread says its allocations are for.
 *
 * The door is one exported function, found by its name: a program that asks
 * dlsym(RTLD_DEFAULT, "vramtrack_preload_set_scope") and gets NULL is not
 * tracked. The library's vt_scope is made of it.
 */
#ifndef VT_PRELOAD_SCOPE_H
#define VT_PRELOAD_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

#include "preload/base/attributes.h"

struct vt__scope {
	const char *purpose;
	const char *label;
};

/* Whether any thread ever said anything. */
extern bool vt__scope_is_used __attribute__((visibility("hidden")));

/* Of the calling thread; NULL: nothing was said. The strings are the program's
 * and are read only while one of its allocating calls is in a wrapper. */
extern VT__THREAD_LOCAL struct vt__scope vt__scope __attribute__((visibility("hidden")));

/* The same, without a look at the thread where none ever did. */
static inline struct vt__scope vt__scope_now(void)
{
	return VT__UNLIKELY(__atomic_load_n(&vt__scope_is_used, __ATOMIC_RELAXED))
		       ? vt__scope
		       : (struct vt__scope){NULL, NULL};
}

/*
 * Every allocation that the calling thread makes from now on is recorded with
 * this purpose and label, until the next call; NULL is none. The strings are not
 * copied: they must stay as they are until that call, or until the thread ends.
 */
VT__EXPORT void vramtrack_preload_set_scope(const char *purpose, const char *label);

#endif
