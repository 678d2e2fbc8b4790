/*
 * The calling thread's purpose and label, also for the shim if it is loaded.
 */
#include "config.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "library/scope.h"

/* Exported by the shim. Both texts stay valid until the next call on the thread. */
#define LISTENER "vramtrack_preload_set_scope"

enum open {
	CLOSED = 0, /* never begun, or ended */
	OUTERMOST = 1,
	NESTED = 2,
};

__thread struct vt__place vt__place = {.purpose = VT_PURPOSE_UNKNOWN};

/* Looks for the shim's the first time it is called, and passes that call on. */
static void look_for_listener(const char *purpose, const char *label)
{
	void *address = dlsym(RTLD_DEFAULT, LISTENER);
	vt__scope_listener found = NULL;

	if (address)
		memcpy(&found, &address, sizeof(found));
	__atomic_store_n(&vt__scope_heard_by, found, __ATOMIC_RELEASE);
	if (found)
		found(purpose, label);
}

vt__scope_listener vt__scope_heard_by = look_for_listener;

void vt__scope_tell(vt__scope_listener listener)
{
	if (vt__place.inside)
		listener(vt_purpose_name(vt__place.purpose), vt__place.label);
	else
		listener(NULL, NULL);
}

static bool is_purpose(vt_purpose purpose)
{
	return (unsigned)purpose < VT_PURPOSE_COUNT;
}

void vt_scope_begin(vt_scope *scope, vt_purpose purpose, const char *label)
{
	struct vt__place before;

	if (!scope)
		return;
	before = vt__scope_enter(is_purpose(purpose) ? purpose : VT_PURPOSE_UNKNOWN, label);
	*scope = (vt_scope){
		.label = before.label,
		.purpose = before.purpose,
		.open = before.inside ? NESTED : OUTERMOST,
	};
}

void vt_scope_end(vt_scope *scope)
{
	if (!scope || scope->open == CLOSED)
		return;
	vt__scope_leave((struct vt__place){
		.label = scope->label,
		.purpose = scope->purpose,
		.inside = scope->open == NESTED,
	});
	scope->open = CLOSED;
}

vt_purpose vt_scope_purpose(void)
{
	return vt__place.purpose;
}

const char *vt_scope_label(void)
{
	return vt__place.label;
}
