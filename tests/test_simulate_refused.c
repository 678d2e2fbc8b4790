/*
 * What a simulated device refuses as a real one does: calls in functions that it calls on the
 * host, and every call once a kernel has faulted. And what it does not: frees without a context.
 */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/simulate_child.h"

static CUdeviceptr address;
static void *page_locked;
static CUstream stream;
static CUevent event;
static pthread_t program;
static int calls;

static void nothing_is_permitted(void)
{
	CUdeviceptr other;
	CUcontext context;
	size_t left, total;

	MUST(!pthread_equal(program, pthread_self()));
	IS(CU(cuMemFree_v2)(address), CUDA_ERROR_NOT_PERMITTED);
	IS(CU(cuMemFreeAsync)(address, NULL), CUDA_ERROR_NOT_PERMITTED);
	IS(CU(cuMemFreeHost)(page_locked), CUDA_ERROR_NOT_PERMITTED);
	IS(CU(cuMemAlloc_v2)(&other, 1), CUDA_ERROR_NOT_PERMITTED);
	IS(CU(cuMemGetInfo_v2)(&left, &total), CUDA_ERROR_NOT_PERMITTED);
	IS(CU(cuDevicePrimaryCtxRetain)(&context, 0), CUDA_ERROR_NOT_PERMITTED);
	/* As measured, these three families are permitted. */
	IS(CU(cuStreamQuery)(stream), CUDA_SUCCESS);
	IS(CU(cuEventQuery)(event), CUDA_SUCCESS);
	IS(CU(cuMemsetD8Async)(address, 7, 1, stream), CUDA_SUCCESS);
	calls++;
}

static void CUDA_CB host_function(void *argument)
{
	MUST(argument == &calls);
	nothing_is_permitted();
}

static void CUDA_CB callback(CUstream of, CUresult status, void *argument)
{
	MUST(!of && status == CUDA_SUCCESS);
	host_function(argument);
}

static void start(void)
{
	program = pthread_self();
	simulate_start();
	IS(CU(cuMemAlloc_v2)(&address, MIB), CUDA_SUCCESS);
	IS(CU(cuMemHostAlloc)(&page_locked, MIB, 0), CUDA_SUCCESS);
	IS(CU(cuStreamCreate)(&stream, CU_STREAM_NON_BLOCKING), CUDA_SUCCESS);
	IS(CU(cuEventCreate)(&event, CU_EVENT_DISABLE_TIMING), CUDA_SUCCESS);
}

static void memory_is_still_there(void)
{
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	IS(CU(cuMemFreeHost)(page_locked), CUDA_SUCCESS);
}

static void calls_on_the_host_may_call_nothing(void)
{
	start();
	IS(CU(cuLaunchHostFunc)(NULL, host_function, &calls), CUDA_SUCCESS);
	IS(CU(cuStreamAddCallback)(NULL, callback, &calls, 0), CUDA_SUCCESS);
	MUST(calls == 2);
	memory_is_still_there();
}

static void a_host_node_may_call_nothing(void)
{
	const CUDA_HOST_NODE_PARAMS host = {.fn = host_function, .userData = &calls};
	CUgraphExec executable;
	CUgraphNode node;
	CUgraph graph;

	start();
	IS(CU(cuGraphCreate)(&graph, 0), CUDA_SUCCESS);
	IS(CU(cuGraphAddHostNode)(&node, graph, NULL, 0, &host), CUDA_SUCCESS);
	IS(CU(cuGraphInstantiateWithFlags)(&executable, graph, 0), CUDA_SUCCESS);
	IS(CU(cuGraphLaunch)(executable, NULL), CUDA_SUCCESS);
	MUST(calls == 1);
	memory_is_still_there();
}

static void *frees(void *unused)
{
	CUcontext context;
	CUdeviceptr other;

	(void)unused;
	IS(CU(cuCtxGetCurrent)(&context), CUDA_SUCCESS);
	MUST(!context);
	IS(CU(cuMemAlloc_v2)(&other, 1), CUDA_ERROR_INVALID_CONTEXT);
	IS(CU(cuMemsetD8Async)(address, 7, 1, stream), CUDA_SUCCESS);
	memory_is_still_there();
	IS(CU(cuMemFree_v2)(address), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuEventDestroy_v2)(event), CUDA_SUCCESS);
	IS(CU(cuStreamDestroy_v2)(stream), CUDA_SUCCESS);
	IS(CU(cuStreamDestroy_v2)(stream), CUDA_ERROR_INVALID_CONTEXT);
	return NULL;
}

static void a_free_needs_no_context(void)
{
	pthread_t thread;

	start();
	MUST(!pthread_create(&thread, NULL, frees, NULL));
	MUST(!pthread_join(thread, NULL));
	MUST(simulate_used() == 0);
}

static void a_free_without_a_context_breaks_a_capture(void)
{
	CUcontext context;
	CUgraph graph;

	start();
	IS(CU(cuStreamBeginCapture_v2)(stream, CU_STREAM_CAPTURE_MODE_GLOBAL), CUDA_SUCCESS);
	IS(CU(cuCtxPopCurrent_v2)(&context), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(address), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
	IS(CU(cuCtxPushCurrent_v2)(context), CUDA_SUCCESS);
	IS(CU(cuStreamEndCapture)(stream, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
	memory_is_still_there();
}

static CUresult launch(void)
{
	CUfunction kernel;
	CUmodule module;

	IS(CU(cuModuleLoadData)(&module, ".version 7.0\n.target sm_70\n.address_size 64\n"),
	   CUDA_SUCCESS);
	IS(CU(cuModuleGetFunction)(&kernel, module, "kernel"), CUDA_SUCCESS);
	return CU(cuLaunchKernel)(kernel, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL);
}

static void a_kernel_faults(void)
{
	CUdeviceptr other;
	CUcontext context;
	size_t left, total;

	start();
	IS(launch(), CUDA_SUCCESS);
	IS(CU(cuCtxSynchronize)(), CUDA_SUCCESS);
	IS(launch(), CUDA_SUCCESS);
	IS(CU(cuCtxSynchronize)(), CUDA_ERROR_ILLEGAL_ADDRESS);
	IS(CU(cuMemAlloc_v2)(&other, 1), CUDA_ERROR_ILLEGAL_ADDRESS);
	IS(CU(cuMemFree_v2)(address), CUDA_ERROR_ILLEGAL_ADDRESS);
	IS(CU(cuMemFree_v2)(0), CUDA_ERROR_ILLEGAL_ADDRESS);
	IS(CU(cuMemFreeAsync)(address, NULL), CUDA_ERROR_ILLEGAL_ADDRESS);
	IS(CU(cuMemFreeHost)(page_locked), CUDA_ERROR_ILLEGAL_ADDRESS);
	IS(CU(cuMemGetInfo_v2)(&left, &total), CUDA_ERROR_ILLEGAL_ADDRESS);
	IS(CU(cuDevicePrimaryCtxRetain)(&context, 0), CUDA_SUCCESS);
	IS(CU(cuDevicePrimaryCtxReset_v2)(0), CUDA_SUCCESS);
	IS(CU(cuDevicePrimaryCtxRetain)(&context, 0), CUDA_ERROR_ILLEGAL_ADDRESS);
	IS(CU(cuCtxCreate_v2)(&context, 0, 0), CUDA_ERROR_ILLEGAL_ADDRESS);
}

static void test_a_fault_is_sticky(void **state)
{
	(void)state;
	assert_int_equal(in_child("fault_at=2", a_kernel_faults, NULL, 0), 0);
}

#define IN_CHILD(body)                                                                             \
	static void test_##body(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		assert_int_equal(in_child(NULL, body, NULL, 0), 0);                                \
	}

#define EVERY(TEST)                                                                                \
	TEST(calls_on_the_host_may_call_nothing)                                                   \
	TEST(a_host_node_may_call_nothing)                                                         \
	TEST(a_free_needs_no_context)                                                              \
	TEST(a_free_without_a_context_breaks_a_capture)

EVERY(IN_CHILD)

#define ROW(body) {#body, test_##body, NULL, NULL, NULL},

int main(void)
{
	const struct CMUnitTest tests[] = {
		EVERY(ROW){"a_fault_is_sticky", test_a_fault_is_sticky, NULL, NULL, NULL}};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_refused", tests, NULL, NULL);
}
