/* The library that CUDA_INJECTION64_PATH names, which a tool puts into the process. */
#define _GNU_SOURCE
#include "config.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/driver/doors/trace.h"

#define VARIABLE "CUDA_INJECTION64_PATH"

/*
 * A library that cannot be loaded, or has no such function, is passed over in silence, as
 * by the driver. How the driver opens it is not documented: here so that the least works,
 * with all symbols bound at once and given to nobody else.
 */
static void load(const char *path)
{
	int (*initialize)(void);
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	void *found = handle ? dlsym(handle, "InitializeInjection") : NULL;

	memcpy(&initialize, &found, sizeof(initialize));
	if (initialize)
		initialize();
}

void vt__inject(void)
{
	static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
	static bool loaded;
	const char *path;

	/* Other threads wait; the library's own thread may call cuInit again. */
	pthread_mutex_lock(&lock);
	if (!loaded) {
		loaded = true;
		path = getenv(VARIABLE);
		if (path && *path)
			load(path);
	}
	pthread_mutex_unlock(&lock);
}
