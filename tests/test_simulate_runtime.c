/* The simulated runtime: how it is found and finds its driver, errors, lifetimes, launches. */
#define _GNU_SOURCE
#include "config.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/simulate_child.h"

#include <cuda_runtime_api.h>

static void *runtime;

/* A runtime function by exported name and symbol version, which NVIDIA's library has too. */
static void (*function_of(const char *name))(void)
{
	void (*function)(void);
	void *address;

	if (!runtime)
		runtime = simulate_open("libcudart.so.13");
	address = dlvsym(runtime, name, "libcudart.so.13");
	must(address != NULL, name, __FILE__, __LINE__);
	memcpy(&function, &address, sizeof(function));
	return function;
}

#define RT(name) ((__typeof__(name) *)function_of(#name))

static void starts_late(void)
{
	int version = -1;
	void *address;

	MUST(RT(cudaRuntimeGetVersion)(&version) == cudaSuccess && version == 13000);
	MUST(RT(cudaGetLastError)() == cudaSuccess);
	MUST(!dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD));
	/* With the driver's soname in the process, the runtime's dlopen finds this one. */
	simulate_open("libcuda.so.1");
	MUST(RT(cudaMalloc)(&address, 4096) == cudaSuccess && address);
	MUST(RT(cudaFree)(address) == cudaSuccess);
}

static void has_no_driver(void)
{
	void *address;
	int version = -1;

	MUST(RT(cudaDriverGetVersion)(&version) == cudaSuccess && version == 0);
	IS(RT(cudaMalloc)(&address, 1), cudaErrorInsufficientDriver);
	IS(RT(cudaGetLastError)(), cudaErrorInsufficientDriver);
}

static void keeps_the_last_error(void)
{
	void *address = &address;

	simulate_open("libcuda.so.1");
	IS(RT(cudaMalloc)(&address, 0), cudaSuccess);
	MUST(!address);
	IS(RT(cudaFree)(NULL), cudaSuccess);
	IS(RT(cudaMalloc)(&address, (size_t)32 << 40), cudaErrorMemoryAllocation);
	IS(RT(cudaPeekAtLastError)(), cudaErrorMemoryAllocation);
	IS(RT(cudaGetLastError)(), cudaErrorMemoryAllocation);
	IS(RT(cudaGetLastError)(), cudaSuccess);
	MUST(!strcmp(RT(cudaGetErrorName)(cudaErrorMemoryAllocation), "cudaErrorMemoryAllocation"));
	MUST(!strcmp(RT(cudaGetErrorString)(cudaErrorMemoryAllocation), "out of memory"));
	IS(RT(cudaSetValidDevices)(NULL, 0), cudaErrorNotSupported);
	IS(RT(cudaGetLastError)(), cudaErrorNotSupported);
}

static void frees_twice_and_resets(void)
{
	void *linear, *ordered;
	size_t before, after, total;

	simulate_open("libcuda.so.1");
	IS(RT(cudaMemGetInfo)(&before, &total), cudaSuccess);
	IS(RT(cudaMalloc)(&linear, MIB), cudaSuccess);
	IS(RT(cudaFree)(linear), cudaSuccess);
	IS(RT(cudaFree)(linear), cudaErrorInvalidValue);
	IS(RT(cudaMalloc)(&linear, MIB), cudaSuccess);
	IS(RT(cudaMallocAsync)(&ordered, MIB, NULL), cudaSuccess);
	IS(RT(cudaDeviceReset)(), cudaSuccess);
	IS(RT(cudaFree)(linear), cudaErrorInvalidValue);
	IS(RT(cudaFree)(ordered), cudaSuccess);
	IS(RT(cudaDeviceSynchronize)(), cudaSuccess);
	IS(RT(cudaMemGetInfo)(&after, &total), cudaSuccess);
	MUST(before == after);
}

/* Stands for a host function that nvcc makes; only its address matters. */
static char kernel, variable;

static void launches_and_says_so_once(void)
{
	void **(*register_image)(void *) = (void **(*)(void *))function_of(
		"__cudaRegisterFatBinary");
	void (*register_function)(
		void **, const char *, char *, const char *, int, void *, void *, void *, void *,
		int *) = (void (*)(void **, const char *, char *, const char *, int, void *, void *,
				   void *, void *, int *))function_of("__cudaRegisterFunction");
	void (*register_variable)(void **, char *, char *, const char *, int, size_t, int, int) =
		(void (*)(void **, char *, char *, const char *, int, size_t, int, int))function_of(
			"__cudaRegisterVar");
	static struct {
		int magic, version;
		const void *image;
		void *file;
	} wrapper = {0x466243b1, 1, "image", NULL};
	const dim3 one = {1, 1, 1}, none = {0, 1, 1};
	void **image = register_image(&wrapper);
	int value = 5;

	simulate_open("libcuda.so.1");
	register_function(image, &kernel, NULL, "kernel", -1, NULL, NULL, NULL, NULL, NULL);
	register_variable(image, &variable, NULL, "variable", 0, sizeof(value), 0, 0);
	for (int i = 0; i < 3; i++)
		IS(RT(cudaLaunchKernel)(&kernel, one, one, NULL, 0, NULL), cudaSuccess);
	IS(RT(cudaLaunchKernel)(&kernel, none, one, NULL, 0, NULL), cudaErrorInvalidConfiguration);
	IS(RT(cudaLaunchKernel)(&value, one, one, NULL, 0, NULL), cudaErrorInvalidDeviceFunction);
	IS(RT(cudaMemcpyFromSymbol)(&value, &variable, sizeof(value), 0, cudaMemcpyDeviceToHost),
	   cudaSuccess);
	MUST(value == 0);
	IS(RT(cudaMemcpyToSymbol)(&variable, &value, 1, sizeof(value), cudaMemcpyHostToDevice),
	   cudaErrorInvalidValue);
	IS(RT(cudaGetSymbolAddress)((void **)&image, &value), cudaErrorInvalidSymbol);
}

static void test_launches(void **state)
{
	static const char line[] =
		"vramtrack: simulated device: kernels are not run; their results are not computed\n";
	char said[4096];
	const char *first;

	(void)state;
	assert_int_equal(in_child(NULL, launches_and_says_so_once, said, sizeof(said)), 0);
	first = strstr(said, line);
	assert_non_null(first);
	assert_null(strstr(first + 1, line));
	assert_non_null(strstr(said, "__device__ variables start as zero"));
}

static void resolves_entry_points(void)
{
	enum cudaDriverEntryPointQueryResult status;
	void *address;

	simulate_open("libcuda.so.1");
	IS(RT(cudaGetDriverEntryPointByVersion)("cuMemAlloc", &address, 12000, cudaEnableDefault,
						&status),
	   cudaSuccess);
	MUST(status == cudaDriverEntryPointSuccess);
	MUST(address == dlsym(simulate_open("libcuda.so.1"), "cuMemAlloc_v2"));
	IS(RT(cudaGetDriverEntryPointByVersion_ptsz)("cuMemFreeAsync", &address, 12000,
						     cudaEnableDefault, &status),
	   cudaSuccess);
	MUST(address == dlsym(simulate_open("libcuda.so.1"), "cuMemFreeAsync_ptsz"));
	IS(RT(cudaGetDriverEntryPoint)("cuNoSuchThing", &address, cudaEnableDefault, &status),
	   cudaSuccess);
	MUST(!address && status == cudaDriverEntryPointSymbolNotFound);
}

static void serves_no_other_table(void)
{
	const CUuuid other = {{1, 2, 3}};
	const void *table = &other;

	IS(CU(cuGetExportTable)(&table, &other), CUDA_ERROR_NOT_FOUND);
	MUST(!table);
	IS(CU(cuGetExportTable)(&table, &other), CUDA_ERROR_NOT_FOUND);
}

static void test_other_tables(void **state)
{
	char said[4096];

	(void)state;
	assert_int_equal(in_child(NULL, serves_no_other_table, said, sizeof(said)), 0);
	assert_string_equal(
		said,
		"vramtrack: this program has the CUDA runtime linked in (static cudart); the "
		"simulated device serves programs with a shared cudart (nvcc -cudart shared) or "
		"-lcuda\n");
}

#define IN_CHILD(body)                                                                             \
	static void test_##body(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		assert_int_equal(in_child(NULL, body, NULL, 0), 0);                                \
	}

IN_CHILD(starts_late)
IN_CHILD(has_no_driver)
IN_CHILD(keeps_the_last_error)
IN_CHILD(frees_twice_and_resets)
IN_CHILD(resolves_entry_points)

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"the driver is loaded by the first call that needs it", test_starts_late, NULL,
		 NULL, NULL},
		{"without a driver calls say so", test_has_no_driver, NULL, NULL, NULL},
		{"the last error is kept until it is read", test_keeps_the_last_error, NULL, NULL,
		 NULL},
		{"double frees and resets", test_frees_twice_and_resets, NULL, NULL, NULL},
		{"launches do nothing and say so once", test_launches, NULL, NULL, NULL},
		{"entry points of the driver", test_resolves_entry_points, NULL, NULL, NULL},
		{"a runtime that is linked in gets one line", test_other_tables, NULL, NULL, NULL},
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_runtime", tests, NULL, NULL);
}
