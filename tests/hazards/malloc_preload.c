/*
 * Another preloaded library: a malloc that finds the next one by dlsym on its
 * first call, as memory debuggers do. MALLOC_PRELOAD_CALLS=1 makes it say at
 * the end whether it was used.
 */
#include <dlfcn.h>
#include <unistd.h>

#include "hazard.h"

static void *(*next_malloc)(size_t);
static unsigned long calls;
static __thread int finding;

void *malloc(size_t bytes)
{
	static char bootstrap[16384];
	static size_t used;

	calls++;
	if (next_malloc == NULL) {
		if (finding) {
			used = (used + 15) & ~(size_t)15;
			used += bytes;
			return used > sizeof(bootstrap) ? NULL : bootstrap + used - bytes;
		}
		finding = 1;
		*(void **)&next_malloc = dlsym(RTLD_NEXT, "malloc");
		finding = 0;
	}
	return next_malloc(bytes);
}

__attribute__((destructor)) static void say(void)
{
	static const char used[] = "malloc_preload: used\n";

	if (calls > 0 && getenv("MALLOC_PRELOAD_CALLS") != NULL &&
	    write(STDOUT_FILENO, used, sizeof(used) - 1) < 0)
		_exit(99);
}
