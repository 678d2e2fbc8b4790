/* Keeps the scope of each thread. */
#include "config.h"

#include "preload/recorder/scope.h"

VT__THREAD_LOCAL struct vt__scope vt__scope;

VT__EXPORT void vramtrack_preload_set_scope(const char *purpose, const char *label)
{
	vt__scope.purpose = purpose;
	vt__scope.label = label;
}
