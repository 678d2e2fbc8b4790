/* Finds which copy of the shim is the first in the process. */
#include "config.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>

#include "unwind/own_stack.h"
#include "preload/base/real_dlsym.h"
#include "preload/doors/copies.h"

const char vramtrack_preload_instance[] = PACKAGE_VERSION;

/* Not by RTLD_DEFAULT: linked with -Bsymbolic, each would find itself. */
static void find_first(void *closure)
{
	const void **first = closure;

	*first = vt__real_dlsym(dlopen(NULL, RTLD_LAZY), "vramtrack_preload_instance");
}

/* An address to compare, the same whoever finds it: no order. */
bool vt__is_at_work(void)
{
	static _Atomic(const void *) first;
	const void *known = atomic_load_explicit(&first, memory_order_relaxed);

	if (!known) {
		vt__own_stack_run(find_first, &known);
		atomic_store_explicit(&first, known, memory_order_relaxed);
	}
	return known == vramtrack_preload_instance || !known;
}

const char *vt__other_copy(void)
{
	static const char none[] = "";
	static _Atomic(const char *) found; /* NULL: not looked for yet */
	const char *known = atomic_load_explicit(&found, memory_order_relaxed);

	if (!known) {
		known = vt__real_dlsym(RTLD_NEXT, "vramtrack_preload_instance");
		known = known ? known : none;
		atomic_store_explicit(&found, known, memory_order_relaxed);
	}
	return *known ? known : NULL;
}
