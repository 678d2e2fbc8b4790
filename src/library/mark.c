/*
 * Passes a mark to the shim, if it is loaded.
 */
#include "config.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include <vramtrack/mark.h>

/* Exported by the shim. */
#define LISTENER "vramtrack_preload_mark"
typedef void (*listener_function)(const char *name);

/* Looks for the shim's the first time it is called, and passes that call on. */
static void look_for_listener(const char *name);

static listener_function listener = look_for_listener; /* atomic; NULL: no shim */

static void look_for_listener(const char *name)
{
	void *address = dlsym(RTLD_DEFAULT, LISTENER);
	listener_function found = NULL;

	if (address)
		memcpy(&found, &address, sizeof(found));
	__atomic_store_n(&listener, found, __ATOMIC_RELEASE);
	if (found)
		found(name);
}

void vt_mark(const char *name)
{
	listener_function heard = __atomic_load_n(&listener, __ATOMIC_ACQUIRE);

	if (heard)
		heard(name);
}
