/*
 * A library that makes handles by a release of its own; compiled with calls, or with jumps.
 * IN_FRONT: it stands in front of that release, too. BEHIND: it wraps that release behind
 * vramtrack's, reaches it by what comes next or by opening it, and says how often it was called.
 * IN_CONSTRUCTOR: a thread makes one then.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>

int cublasCreate_v2(void **made);
int cublasDestroy_v2(void *handle);
int cufftPlan1d(int *made, int x, int type, int batch);
int cufftDestroy(int plan);
int plugin_make(void **made);
int plugin_end(void *handle);
int plugin_make_plan(int *made);
int plugin_end_plan(int plan);
int plugin_looks(void);

int plugin_make(void **made)
{
	return cublasCreate_v2(made);
}

int plugin_end(void *handle)
{
	return cublasDestroy_v2(handle);
}

int plugin_make_plan(int *made)
{
	return cufftPlan1d(made, 1024, 0x29, 7);
}

int plugin_end_plan(int plan)
{
	return cufftDestroy(plan);
}

/* Whether the global scope, and this library's own, have the function. */
int plugin_looks(void)
{
	return dlsym(RTLD_DEFAULT, "cublasCreate_v2") != NULL;
}

#ifdef IN_FRONT
int cublasCreate_v2(void **made)
{
	int (*next)(void **) = (int (*)(void **))dlsym(RTLD_NEXT, "cublasCreate_v2");

	return next ? next(made) : 4711;
}
#endif
#ifdef BEHIND
static int calls;

int cublasCreate_v2(void **made)
{
	int (*next)(void **) = (int (*)(void **))dlsym(BEHIND("libcublas.so.13"),
						       "cublasCreate_v2");

	calls++;
	return next ? next(made) : 4711;
}

int cufftPlan1d(int *made, int x, int type, int batch)
{
	int (*next)(int *, int, int, int) = (int (*)(int *, int, int, int))dlsym(
		BEHIND("libcufft.so.13"), "cufftPlan1d");

	calls++;
	return next ? next(made, x, type, batch) : 4711;
}

__attribute__((destructor)) static void tell(void)
{
	if (calls)
		printf("wrapped: %d\n", calls);
}
#endif
#ifdef IN_CONSTRUCTOR
static void *make_and_end(void *unused)
{
	void *handle;

	(void)unused;
	if (plugin_make(&handle) == 0)
		plugin_end(handle);
	return NULL;
}

/* Whoever loads this has the loader's lock, and waits. */
__attribute__((constructor)) static void begin(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, make_and_end, NULL) == 0)
		pthread_join(thread, NULL);
}
#endif
