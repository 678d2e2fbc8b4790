/*
 * Uses a driver that is not like the newest one (odd_driver.c): the results
 * must be the driver's own, and what can be seen is recorded.
 */
#include "driver_table.h"

static void *handle;

/* Frees two of three; the third leaks. */
static int without_resolver_v2(char **arguments)
{
	resolve_v1_fn resolve;
	mem_alloc_fn allocate;
	mem_free_fn release;
	CUdeviceptr buffer[3];
	void *nothing = &nothing;

	(void)arguments;
	handle = driver_open(RTLD_LOCAL);
	MUST(dlsym(handle, "cuGetProcAddress_v2") == NULL);
	printf("%s\n", strstr(dlerror(), "undefined symbol: cuGetProcAddress_v2"));
	*(void **)&resolve = driver_symbol(handle, "cuGetProcAddress");
	CALL(resolve("cuMemCreate", &nothing, 11030, 0));
	MUST(nothing == NULL);
	CALL(resolve("cuMemAlloc", (void **)&allocate, 11030, 0));
	*(void **)&release = driver_symbol(handle, "cuMemFree_v2");
	for (int i = 0; i < 3; i++)
		CALL(allocate(&buffer[i], MIB));
	CALL(release(buffer[0]));
	CALL(release(buffer[2]));
	return 0;
}

/* The driver calls itself through its exported names. */
static int reentrant(char **arguments)
{
	CUresult (*allocate)(CUdeviceptr *, size_t, unsigned int);
	CUdeviceptr buffer;

	(void)arguments;
	handle = driver_open(RTLD_GLOBAL);
	*(void **)&allocate = driver_symbol(handle, "cuMemAllocManaged");
	for (int i = 0; i < 2; i++)
		CALL(allocate(&buffer, MIB, CU_MEM_ATTACH_GLOBAL));
	return 0;
}

/* A refused free puts the allocation back; the next, good one takes it out. */
static int refused_then_freed(char **arguments)
{
	mem_alloc_fn allocate;
	mem_free_fn release;
	CUdeviceptr buffer;

	(void)arguments;
	handle = driver_open(RTLD_LOCAL);
	*(void **)&allocate = driver_symbol(handle, "cuMemAlloc_v2");
	*(void **)&release = driver_symbol(handle, "cuMemFree_v2");
	CALL(allocate(&buffer, MIB));
	MUST(release(buffer + 1) == CUDA_ERROR_INVALID_VALUE);
	CALL(release(buffer));
	/* never seen, and the driver takes it: its result is passed on */
	CALL(release(0x600000000000));
	return 0;
}

/* Asks for half an answer at a time. */
static int half_info(char **arguments)
{
	CUresult (*info)(size_t *, size_t *);
	size_t left, all;

	(void)arguments;
	handle = driver_open(RTLD_LOCAL);
	*(void **)&info = driver_symbol(handle, "cuMemGetInfo_v2");
	CALL(info(&left, NULL));
	CALL(info(NULL, &all));
	CALL(info(NULL, NULL));
	printf("%zu of %zu MiB\n", left / MIB, all / MIB);
	return 0;
}

static const struct hazard_case cases[] = {
	{"without_resolver_v2", without_resolver_v2},
	{"reentrant", reentrant},
	{"refused_then_freed", refused_then_freed},
	{"half_info", half_info},
};

HAZARD_MAIN(cases)
