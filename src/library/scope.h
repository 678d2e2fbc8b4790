/*
 * Where the calling thread is among its scopes: entered and left with every allocation of a
 * buffer, so without a call where nobody listens.
 */
#ifndef VT_SCOPE_H
#define VT_SCOPE_H

#include <stdbool.h>

#include <vramtrack/scope.h>

/* What the thread is in. Outside of every scope: no label, VT_PURPOSE_UNKNOWN. */
struct vt__place {
	const char *label;
	vt_purpose purpose;
	bool inside;
};

extern __thread struct vt__place vt__place __attribute__((tls_model("initial-exec")));

/* Told of each change; NULL: nobody is. Atomic. */
typedef void (*vt__scope_listener)(const char *purpose, const char *label);
extern vt__scope_listener vt__scope_heard_by;

/* Tells the listener of the thread's place. */
void vt__scope_tell(vt__scope_listener listener);

static inline void vt__scope_moved(void)
{
	vt__scope_listener listener = __atomic_load_n(&vt__scope_heard_by, __ATOMIC_ACQUIRE);

	if (listener)
		vt__scope_tell(listener);
}

/* Into a scope of a purpose that there is; label: NULL keeps that of the scope around. Returns the
 * place to go back to. */
static inline struct vt__place vt__scope_enter(vt_purpose purpose, const char *label)
{
	const struct vt__place before = vt__place;

	vt__place.purpose = purpose;
	if (label)
		vt__place.label = label;
	vt__place.inside = true;
	vt__scope_moved();
	return before;
}

static inline void vt__scope_leave(struct vt__place before)
{
	vt__place = before;
	vt__scope_moved();
}

#endif
