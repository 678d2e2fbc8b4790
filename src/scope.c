/*
 * The calling thread's purpose and label, also for the shim if it is loaded.
 */
#include "config.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <vramtrack/scope.h>

/* Exported by the shim. Both texts stay valid until the next call on the thread. */
#define LISTENER "vramtrack_preload_set_scope"
typedef void (*listener_function)(const char *purpose, const char *label);

enum open {
	CLOSED = 0, /* never begun, or ended */
	OUTERMOST = 1,
	NESTED = 2,
};

/* What the thread is in. */
struct place {
	const char *label;
	vt_purpose purpose;
	bool inside;
};

static __thread struct place current __attribute__((tls_model("initial-exec"))) = {
	.purpose = VT_PURPOSE_UNKNOWN,
};

/* Looks for the shim's the first time it is called, and passes that call on. */
static void look_for_listener(const char *purpose, const char *label);

static listener_function listener = look_for_listener; /* atomic; NULL: no shim */

static void look_for_listener(const char *purpose, const char *label)
{
	void *address = dlsym(RTLD_DEFAULT, LISTENER);
	listener_function found = NULL;

	if (address)
		memcpy(&found, &address, sizeof(found));
	__atomic_store_n(&listener, found, __ATOMIC_RELEASE);
	if (found)
		found(purpose, label);
}

static void tell_listener(listener_function tell)
{
	if (current.inside)
		tell(vt_purpose_name(current.purpose), current.label);
	else
		tell(NULL, NULL);
}

static inline void tell(void)
{
	listener_function heard = __atomic_load_n(&listener, __ATOMIC_ACQUIRE);

	if (heard)
		tell_listener(heard);
}

static bool is_purpose(vt_purpose purpose)
{
	return (unsigned)purpose < VT_PURPOSE_COUNT;
}

void vt_scope_begin(vt_scope *scope, vt_purpose purpose, const char *label)
{
	if (!scope)
		return;
	*scope = (vt_scope){
		.label = current.label,
		.purpose = current.purpose,
		.open = current.inside ? NESTED : OUTERMOST,
	};
	current.purpose = is_purpose(purpose) ? purpose : VT_PURPOSE_UNKNOWN;
	if (label)
		current.label = label;
	current.inside = true;
	tell();
}

void vt_scope_end(vt_scope *scope)
{
	if (!scope || scope->open == CLOSED)
		return;
	current = (struct place){
		.label = scope->label,
		.purpose = scope->purpose,
		.inside = scope->open == NESTED,
	};
	scope->open = CLOSED;
	tell();
}

vt_purpose vt_scope_purpose(void)
{
	return current.purpose;
}

const char *vt_scope_label(void)
{
	return current.label;
}
