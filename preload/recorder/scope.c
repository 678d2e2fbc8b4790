/* Keeps the scope of each thread. */
#include "config.h"

#include "preload/recorder/scope.h"

VT__THREAD_LOCAL struct vt__scope vt__scope;
VT__READ_OFTEN bool vt__scope_is_used;

VT__EXPORT void vramtrack_preload_set_scope(const char *purpose, const char *label)
{
	vt__scope.purpose = purpose;
	vt__scope.label = label;
	if (!__atomic_load_n(&vt__scope_is_used, __ATOMIC_RELAXED))
		__atomic_store_n(&vt__scope_is_used, true, __ATOMIC_RELAXED);
}
