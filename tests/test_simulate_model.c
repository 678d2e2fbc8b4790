/* The model h200 of the simulated device: what takes memory that no allocation names. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/simulate_child.h"

#define CONTEXT (8377 * MIB / 16) /* 523.56 MiB */

/* Kernels that take what was measured. */
static const char image[] =
	".version 8.0\n.target sm_90\n.address_size 64\n"
	".extern .func (.param .b32 r) vprintf (.param .b64 f, .param .b64 a);\n"
	".visible .entry plain()\n{\n\tret;\n}\n"
	".visible .entry deep()\n{\n\t.local .align 16 .b8 \t__local_depot0[32768];\n"
	"\t.reg .b64 %SP;\n\tmov.u64 %SP, __local_depot0;\n\tret;\n}\n"
	".visible .entry says()\n{\n\t{\n\tcall.uni (r), vprintf, (f, a);\n\t}\n\tret;\n}\n";

static const char image_of_malloc[] =
	".version 8.0\n.target sm_90\n.address_size 64\n"
	".visible .entry takes()\n{\n\tcall.uni (r), malloc, (n);\n\tret;\n}\n";

static const char image_of_global[] = ".version 8.0\n.target sm_90\n.address_size 64\n"
				      ".visible .global .align 4 .b8 big[67108864];\n"
				      ".visible .entry uses()\n{\n\tret;\n}\n";

static size_t used(void)
{
	return simulate_used() - CONTEXT;
}

static void launch_of(CUmodule module, const char *name, CUstream stream)
{
	CUfunction function;

	IS(CU(cuModuleGetFunction)(&function, module, name), CUDA_SUCCESS);
	IS(CU(cuLaunchKernel)(function, 1, 1, 1, 1, 1, 1, 0, stream, NULL, NULL), CUDA_SUCCESS);
}

static void local_memory_is_that_of_all_threads(void)
{
	CUfunctionLoadingState state;
	CUfunction deep;
	CUmodule module;
	int local = 0;

	simulate_start();
	MUST(simulate_used() == CONTEXT);
	IS(CU(cuCtxSetLimit)(CU_LIMIT_STACK_SIZE, 16384), CUDA_SUCCESS);
	MUST(used() == 3960 * MIB);
	IS(CU(cuCtxSetLimit)(CU_LIMIT_STACK_SIZE, 1024), CUDA_SUCCESS);
	MUST(used() == 0);
	IS(CU(cuModuleLoadData)(&module, image), CUDA_SUCCESS);
	launch_of(module, "plain", NULL);
	MUST(used() == 0);
	IS(CU(cuModuleGetFunction)(&deep, module, "deep"), CUDA_SUCCESS);
	IS(CU(cuFuncIsLoaded)(&state, deep), CUDA_SUCCESS);
	MUST(state == CU_FUNCTION_LOADING_STATE_UNLOADED);
	launch_of(module, "deep", NULL);
	MUST(used() == 8184 * MIB);
	IS(CU(cuFuncIsLoaded)(&state, deep), CUDA_SUCCESS);
	MUST(state == CU_FUNCTION_LOADING_STATE_LOADED);
	IS(CU(cuFuncGetAttribute)(&local, CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES, deep), CUDA_SUCCESS);
	MUST(local == 32768);
	launch_of(module, "plain", NULL);
	MUST(used() == 8184 * MIB);
	IS(CU(cuCtxSetLimit)(CU_LIMIT_STACK_SIZE, 1024), CUDA_SUCCESS);
	MUST(used() == 0);
}

static void heap_and_printf_are_taken_by_a_first_launch(void)
{
	CUmodule module;

	simulate_start();
	IS(CU(cuModuleLoadData)(&module, image), CUDA_SUCCESS);
	IS(CU(cuCtxSetLimit)(CU_LIMIT_PRINTF_FIFO_SIZE, 256 * MIB), CUDA_SUCCESS);
	launch_of(module, "says", NULL);
	MUST(used() == 64 * MIB);
	launch_of(module, "says", NULL);
	MUST(used() == 64 * MIB);
	IS(CU(cuCtxSetLimit)(CU_LIMIT_MALLOC_HEAP_SIZE, 1024 * MIB), CUDA_SUCCESS);
	MUST(used() == 64 * MIB);
	IS(CU(cuModuleLoadData)(&module, image_of_malloc), CUDA_SUCCESS);
	MUST(used() == (64 + 138) * MIB);
	launch_of(module, "takes", NULL);
	MUST(used() == (64 + 138 + 1026) * MIB);
}

static void streams_share_granules_that_stay(void)
{
	static CUstream streams[1024];
	CUmodule module;

	simulate_start();
	IS(CU(cuModuleLoadData)(&module, image), CUDA_SUCCESS);
	for (int i = 0; i < 1024; i++)
		IS(CU(cuStreamCreate)(&streams[i], CU_STREAM_NON_BLOCKING), CUDA_SUCCESS);
	MUST(used() == 0);
	for (int i = 0; i < 1024; i++)
		launch_of(module, "plain", streams[i]);
	MUST(used() == 512 * MIB);
	for (int i = 0; i < 1024; i++)
		IS(CU(cuStreamDestroy_v2)(streams[i]), CUDA_SUCCESS);
	MUST(used() == 512 * MIB);
	for (int i = 0; i < 16; i++)
		IS(CU(cuStreamCreate)(&streams[i], CU_STREAM_NON_BLOCKING), CUDA_SUCCESS);
	for (int i = 0; i < 16; i++)
		launch_of(module, "plain", streams[i]);
	MUST(used() == 512 * MIB);
	IS(CU(cuDevicePrimaryCtxReset_v2)(0), CUDA_SUCCESS);
	simulate_start();
	MUST(used() == 0);
}

/* Of empty nodes, each after the one before it if it is a chain. */
static CUgraphExec executable(int nodes, bool chain)
{
	CUgraphNode node, before = NULL;
	CUgraphExec made;
	CUgraph graph;

	IS(CU(cuGraphCreate)(&graph, 0), CUDA_SUCCESS);
	for (int i = 0; i < nodes; i++, before = node)
		IS(CU(cuGraphAddEmptyNode)(&node, graph, &before, chain && i), CUDA_SUCCESS);
	IS(CU(cuGraphInstantiateWithFlags)(&made, graph, 0), CUDA_SUCCESS);
	IS(CU(cuGraphDestroy)(graph), CUDA_SUCCESS);
	return made;
}

static void executables_keep_what_they_took(void)
{
	CUgraphExec made, many[128];

	simulate_start();
	made = executable(1000, true);
	MUST(used() == 4 * MIB);
	IS(CU(cuGraphExecDestroy)(made), CUDA_SUCCESS);
	MUST(used() == 4 * MIB);
	for (int i = 0; i < 3; i++)
		IS(CU(cuGraphExecDestroy)(executable(1000, true)), CUDA_SUCCESS);
	MUST(used() == 4 * MIB);
	for (int i = 0; i < 128; i++)
		many[i] = executable(512, true);
	MUST(used() == 144 * MIB);
	for (int i = 0; i < 128; i++)
		IS(CU(cuGraphExecDestroy)(many[i]), CUDA_SUCCESS);
	executable(2000, false);
	MUST(used() == 224 * MIB);
}

static void variables_come_with_their_module(void)
{
	CUdeviceptr address;
	CUlibrary library;
	CUmodule module;
	size_t size;

	simulate_start();
	IS(CU(cuModuleLoadData)(&module, image_of_global), CUDA_SUCCESS);
	MUST(used() == 64 * MIB);
	IS(CU(cuModuleUnload)(module), CUDA_SUCCESS);
	MUST(used() == 0);
	IS(CU(cuLibraryLoadData)(&library, image_of_global, NULL, NULL, 0, NULL, NULL, 0),
	   CUDA_SUCCESS);
	MUST(used() == 0);
	IS(CU(cuLibraryGetGlobal)(&address, &size, library, "big"), CUDA_SUCCESS);
	MUST(size == 64 * MIB && used() == 64 * MIB);
	IS(CU(cuLibraryUnload)(library), CUDA_SUCCESS);
	MUST(used() == 0);
}

static void the_default_charges_nothing(void)
{
	CUmodule module;

	simulate_start();
	IS(CU(cuModuleLoadData)(&module, image), CUDA_SUCCESS);
	launch_of(module, "deep", NULL);
	launch_of(module, "says", NULL);
	IS(CU(cuCtxSetLimit)(CU_LIMIT_STACK_SIZE, 16384), CUDA_SUCCESS);
	executable(1000, false);
	MUST(simulate_used() == 0);
}

static void a_model_that_does_not_exist_is_refused(void **state)
{
	char said[256];

	(void)state;
	assert_int_equal(in_child("model=h300", the_default_charges_nothing, said, sizeof(said)),
			 1);
	assert_non_null(strstr(said, "model is one of plain|h200, not 'h300'"));
}

#define IN_CHILD(options, body)                                                                    \
	static void test_##body(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		assert_int_equal(in_child(options, body, NULL, 0), 0);                             \
	}

#define EVERY(TEST)                                                                                \
	TEST("model=h200:memory=64G", local_memory_is_that_of_all_threads)                         \
	TEST("model=h200", heap_and_printf_are_taken_by_a_first_launch)                            \
	TEST("model=h200", streams_share_granules_that_stay)                                       \
	TEST("model=h200", executables_keep_what_they_took)                                        \
	TEST("model=h200", variables_come_with_their_module)                                       \
	TEST(NULL, the_default_charges_nothing)

EVERY(IN_CHILD)

#define ROW(options, body) {#body, test_##body, NULL, NULL, NULL},

int main(void)
{
	const struct CMUnitTest tests[] = {
		EVERY(ROW) cmocka_unit_test(a_model_that_does_not_exist_is_refused)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_model", tests, NULL, NULL);
}
