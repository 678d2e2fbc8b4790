/*
 * Reaches the driver in each way that needs no link with CUDA. Every way
 * allocates three buffers of 1 MiB and frees one of them: two leak.
 */
#include "driver_table.h"

static FRAME int allocate_by_route(mem_alloc_fn allocate, mem_free_fn release)
{
	CUdeviceptr buffer[3];

	for (int i = 0; i < 3; i++)
		CALL(allocate(&buffer[i], MIB));
	CALL(release(buffer[1]));
	return 0;
}

static FRAME int allocate_async_by_route(mem_alloc_async_fn allocate, mem_free_async_fn release)
{
	CUdeviceptr buffer[3];

	for (int i = 0; i < 3; i++)
		CALL(allocate(&buffer[i], MIB, NULL));
	CALL(release(buffer[1], NULL));
	return 0;
}

static int from_handle(void *handle)
{
	mem_alloc_fn allocate;
	mem_free_fn release;

	*(void **)&allocate = driver_symbol(handle, "cuMemAlloc_v2");
	*(void **)&release = driver_symbol(handle, "cuMemFree_v2");
	return allocate_by_route(allocate, release);
}

static int by_name(char **arguments)
{
	(void)arguments;
	return from_handle(driver_open(RTLD_LOCAL));
}

static int default_scope(char **arguments)
{
	(void)arguments;
	driver_open(RTLD_GLOBAL);
	return from_handle(RTLD_DEFAULT);
}

static int self_handle(char **arguments)
{
	(void)arguments;
	driver_open(RTLD_GLOBAL);
	return from_handle(dlopen(NULL, RTLD_NOW));
}

static int resolver_v1(char **arguments)
{
	void *handle = driver_open(RTLD_LOCAL);
	resolve_v1_fn resolve;
	mem_alloc_fn allocate;
	mem_free_fn release;

	(void)arguments;
	*(void **)&resolve = driver_symbol(handle, "cuGetProcAddress");
	CALL(resolve("cuMemAlloc", (void **)&allocate, 11030, 0));
	CALL(resolve("cuMemFree", (void **)&release, 11030, 0));
	return allocate_by_route(allocate, release);
}

static int with_resolver_v2(resolve_v2_fn resolve)
{
	mem_alloc_fn allocate;
	mem_free_fn release;

	/* the runtime never asks for the status */
	CALL(resolve("cuMemAlloc", (void **)&allocate, 12000, 0, NULL));
	CALL(resolve("cuMemFree", (void **)&release, 12000, 0, NULL));
	return allocate_by_route(allocate, release);
}

static int resolver_v2(char **arguments)
{
	resolve_v2_fn resolve;

	(void)arguments;
	*(void **)&resolve = driver_symbol(driver_open(RTLD_LOCAL), "cuGetProcAddress_v2");
	return with_resolver_v2(resolve);
}

/* The runtime asks the resolver for the resolver and goes on with that one. */
static int resolver_of_resolver(char **arguments)
{
	resolve_v2_fn resolve;

	(void)arguments;
	*(void **)&resolve = driver_symbol(driver_open(RTLD_LOCAL), "cuGetProcAddress_v2");
	CALL(resolve("cuGetProcAddress", (void **)&resolve, 12000, 0, NULL));
	return with_resolver_v2(resolve);
}

static int resolver_of_resolver_v1(char **arguments)
{
	resolve_v2_fn first;
	resolve_v1_fn resolve;
	mem_alloc_fn allocate;
	mem_free_fn release;

	(void)arguments;
	*(void **)&first = driver_symbol(driver_open(RTLD_LOCAL), "cuGetProcAddress_v2");
	CALL(first("cuGetProcAddress", (void **)&resolve, 11030, 0, NULL));
	CALL(resolve("cuMemAlloc", (void **)&allocate, 11030, 0));
	CALL(resolve("cuMemFree", (void **)&release, 11030, 0));
	return allocate_by_route(allocate, release);
}

static int resolve_async(cuuint64_t flags)
{
	resolve_v2_fn resolve;
	mem_alloc_async_fn allocate;
	mem_free_async_fn release;

	*(void **)&resolve = driver_symbol(driver_open(RTLD_LOCAL), "cuGetProcAddress_v2");
	CALL(resolve("cuMemAllocAsync", (void **)&allocate, 12000, flags, NULL));
	CALL(resolve("cuMemFreeAsync", (void **)&release, 12000, flags, NULL));
	return allocate_async_by_route(allocate, release);
}

static int resolver_legacy_stream(char **arguments)
{
	(void)arguments;
	return resolve_async(CU_GET_PROC_ADDRESS_LEGACY_STREAM);
}

static int resolver_per_thread_stream(char **arguments)
{
	(void)arguments;
	return resolve_async(CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM);
}

/* A library that brings its own copy of the runtime: arguments[0] is a copy. */
static int own_runtime(char **arguments)
{
	void *runtime = dlopen(arguments[0], RTLD_NOW | RTLD_LOCAL);
	int (*allocate)(void **, size_t);
	int (*release)(void *);
	void *buffer[3];

	if (runtime == NULL) {
		fprintf(stderr, "hazard: %s\n", dlerror());
		return 99;
	}
	*(void **)&allocate = driver_symbol(runtime, "cudaMalloc");
	*(void **)&release = driver_symbol(runtime, "cudaFree");
	for (int i = 0; i < 3; i++)
		CALL(allocate(&buffer[i], MIB));
	CALL(release(buffer[1]));
	return 0;
}

static const struct hazard_case cases[] = {
	{"by_name", by_name},
	{"default_scope", default_scope},
	{"self_handle", self_handle},
	{"resolver_v1", resolver_v1},
	{"resolver_v2", resolver_v2},
	{"resolver_of_resolver", resolver_of_resolver},
	{"resolver_of_resolver_v1", resolver_of_resolver_v1},
	{"resolver_legacy_stream", resolver_legacy_stream},
	{"resolver_per_thread_stream", resolver_per_thread_stream},
	{"own_runtime", own_runtime},
};

HAZARD_MAIN(cases)
