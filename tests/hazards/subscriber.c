/*
 * A program with a profiler of its own: it has CUPTI's one subscriber before
 * CUDA is initialised.
 */
#include <cuda_runtime_api.h>
#include <dlfcn.h>

#include "hazard.h"

static void called(void *unused, int domain, unsigned id, const void *data)
{
	(void)unused;
	(void)domain;
	(void)id;
	(void)data;
}

/* Leaks a buffer, and gives CUPTI back at the end: 0, it had it. */
static int profiled(char **arguments)
{
	void *cupti = dlopen("libcupti.so.13", RTLD_NOW), *subscriber, *buffer;
	int (*subscribe)(void **, void (*)(void *, int, unsigned, const void *), void *);
	int (*unsubscribe)(void *);

	(void)arguments;
	MUST(cupti != NULL);
	*(void **)&subscribe = dlsym(cupti, "cuptiSubscribe");
	*(void **)&unsubscribe = dlsym(cupti, "cuptiUnsubscribe");
	CALL(subscribe(&subscriber, called, NULL));
	CALL(cudaMalloc(&buffer, MIB));
	CALL(unsubscribe(subscriber));
	return 0;
}

/* The environment is gone before CUDA is initialised. */
static int cleared_environment(char **arguments)
{
	void *buffer;

	(void)arguments;
	MUST(clearenv() == 0);
	CALL(cudaMalloc(&buffer, MIB));
	return 0;
}

static const struct hazard_case cases[] = {
	{"profiled", profiled},
	{"cleared_environment", cleared_environment},
};

HAZARD_MAIN(cases)
