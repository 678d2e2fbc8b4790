/*
 * A program that stands in front of everything: it defines malloc and calloc
 * itself and finds the real ones with dlsym, from inside malloc. dlsym in turn
 * allocates. Two buffers of 1 MiB leak.
 */
#include <cuda.h>
#include <dlfcn.h>

#include "driver_table.h"

static char bootstrap[65536];
static size_t bootstrap_used;
static __thread int finding;
static unsigned long calls;

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void (*real_free)(void *);

/* Serves what dlsym asks for while it looks for malloc. */
static void *from_bootstrap(size_t bytes)
{
	size_t start = (bootstrap_used + 15) & ~(size_t)15;

	if (start + bytes > sizeof(bootstrap))
		abort();
	bootstrap_used = start + bytes;
	return bootstrap + start;
}

static void find(void)
{
	finding = 1;
	*(void **)&real_calloc = dlsym(RTLD_NEXT, "calloc");
	*(void **)&real_free = dlsym(RTLD_NEXT, "free");
	*(void **)&real_malloc = dlsym(RTLD_NEXT, "malloc");
	finding = 0;
}

void *malloc(size_t bytes)
{
	calls++;
	if (finding)
		return from_bootstrap(bytes);
	if (real_malloc == NULL)
		find();
	return real_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
	calls++;
	if (finding)
		return from_bootstrap(count * bytes);
	if (real_calloc == NULL)
		find();
	return real_calloc(count, bytes);
}

void free(void *memory)
{
	if ((char *)memory >= bootstrap && (char *)memory < bootstrap + sizeof(bootstrap))
		return;
	if (real_free == NULL)
		find();
	real_free(memory);
}

/* Allocates while it is asked for: what every call of malloc does here. */
static int own_malloc(char **arguments)
{
	void *handle = driver_open(RTLD_LOCAL);
	mem_alloc_fn allocate;
	CUdeviceptr buffer;

	(void)arguments;
	*(void **)&allocate = driver_symbol(handle, "cuMemAlloc_v2");
	for (int i = 0; i < 2; i++)
		CALL(allocate(&buffer, MIB));
	MUST(calls > 0);
	return 0;
}

static const struct hazard_case cases[] = {
	{"own_malloc", own_malloc},
};

HAZARD_MAIN(cases)
