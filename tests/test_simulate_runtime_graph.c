/* Graphs and libraries of the simulated runtime: the driver's, under the runtime's names. */
#define _GNU_SOURCE
#include "config.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/simulate_child.h"

#include <cuda_runtime_api.h>

#define BLOCK (32 * MIB)

static void (*function_of(const char *name))(void)
{
	static void *runtime;
	void (*function)(void);
	void *address;

	if (!runtime) {
		simulate_open("libcuda.so.1");
		runtime = simulate_open("libcudart.so.13");
	}
	address = dlsym(runtime, name);
	must(address != NULL, name, __FILE__, __LINE__);
	memcpy(&function, &address, sizeof(function));
	return function;
}

#define RT(name) ((__typeof__(name) *)function_of(#name))

static size_t used(void)
{
	size_t free, total;

	IS(RT(cudaMemGetInfo)(&free, &total), cudaSuccess);
	return total - free;
}

static struct cudaGraphNodeParams allocation(size_t size)
{
	struct cudaGraphNodeParams params;

	memset(&params, 0, sizeof(params));
	params.type = cudaGraphNodeTypeMemAlloc;
	params.alloc.bytesize = size;
	params.alloc.poolProps.allocType = cudaMemAllocationTypePinned;
	params.alloc.poolProps.location.type = cudaMemLocationTypeDevice;
	return params;
}

static void memory_nodes_reach_the_driver(void)
{
	struct cudaGraphNodeParams params = allocation(MIB);
	struct cudaMemAllocNodeParams kept;
	unsigned long long held = 0;
	cudaGraphNode_t node, freeing;
	cudaGraphExec_t exec;
	cudaGraph_t graph, clone;
	void *address;

	IS(RT(cudaGraphCreate)(&graph, 0), cudaSuccess);
	IS(RT(cudaGraphAddNode)(&node, graph, NULL, NULL, 0, &params), cudaSuccess);
	IS(RT(cudaGraphMemAllocNodeGetParams)(node, &kept), cudaSuccess);
	MUST(kept.dptr && kept.dptr == params.alloc.dptr && kept.bytesize == MIB);
	IS(RT(cudaGraphClone)(&clone, graph), cudaErrorNotSupported);
	IS(RT(cudaGraphInstantiate)(&exec, graph, cudaGraphInstantiateFlagAutoFreeOnLaunch),
	   cudaSuccess);
	for (int i = 0; i < 3; i++)
		IS(RT(cudaGraphLaunch)(exec, NULL), cudaSuccess);
	IS(RT(cudaDeviceGetGraphMemAttribute)(0, cudaGraphMemAttrReservedMemCurrent, &held),
	   cudaSuccess);
	MUST(held == BLOCK && used() == BLOCK);
	IS(RT(cudaGraphExecDestroy)(exec), cudaSuccess);
	IS(RT(cudaDeviceGraphMemTrim)(0), cudaSuccess);
	MUST(used() == BLOCK);
	IS(RT(cudaFree)(params.alloc.dptr), cudaSuccess);
	IS(RT(cudaDeviceGraphMemTrim)(0), cudaSuccess);
	MUST(used() == 0);
	IS(RT(cudaGraphAddMemFreeNode)(&freeing, graph, &node, 1, params.alloc.dptr), cudaSuccess);
	IS(RT(cudaGraphMemFreeNodeGetParams)(freeing, &address), cudaSuccess);
	MUST(address == params.alloc.dptr);
}

static void nodes_of_every_kind_are_added_and_changed(void)
{
	struct cudaGraphNodeParams params;
	struct cudaMemsetParams fill = {.elementSize = 1, .width = 4, .height = 1, .value = 7};
	cudaGraphExecUpdateResultInfo info;
	cudaGraphNode_t from[2], to[2], set, copy;
	unsigned char host[4] = {0};
	cudaGraph_t graph, clone;
	cudaGraphExec_t exec;
	size_t count = 2;

	IS(RT(cudaMalloc)(&fill.dst, 4), cudaSuccess);
	IS(RT(cudaGraphCreate)(&graph, 0), cudaSuccess);
	memset(&params, 0, sizeof(params));
	params.type = cudaGraphNodeTypeMemset;
	params.memset.dst = fill.dst;
	params.memset.elementSize = 1;
	params.memset.width = 4;
	params.memset.height = 1;
	params.memset.value = 6;
	IS(RT(cudaGraphAddNode)(&set, graph, NULL, NULL, 0, &params), cudaSuccess);
	memset(&params, 0, sizeof(params));
	params.type = cudaGraphNodeTypeMemcpy;
	params.memcpy.copyParams.srcPtr = (struct cudaPitchedPtr){fill.dst, 4, 4, 1};
	params.memcpy.copyParams.dstPtr = (struct cudaPitchedPtr){host, 4, 4, 1};
	params.memcpy.copyParams.extent = (struct cudaExtent){4, 1, 1};
	params.memcpy.copyParams.kind = cudaMemcpyDeviceToHost;
	IS(RT(cudaGraphAddNode)(&copy, graph, &set, NULL, 1, &params), cudaSuccess);
	IS(RT(cudaGraphGetEdges)(graph, from, to, NULL, &count), cudaSuccess);
	MUST(count == 1 && from[0] == set && to[0] == copy);
	IS(RT(cudaGraphInstantiate)(&exec, graph, 0), cudaSuccess);
	IS(RT(cudaGraphLaunch)(exec, NULL), cudaSuccess);
	MUST(host[0] == 6 && host[3] == 6);
	IS(RT(cudaGraphExecMemsetNodeSetParams)(exec, set, &fill), cudaSuccess);
	IS(RT(cudaGraphLaunch)(exec, NULL), cudaSuccess);
	MUST(host[3] == 7);
	IS(RT(cudaGraphClone)(&clone, graph), cudaSuccess);
	IS(RT(cudaGraphExecUpdate)(exec, clone, &info), cudaSuccess);
	MUST(info.result == cudaGraphExecUpdateSuccess);
	IS(RT(cudaGraphLaunch)(exec, NULL), cudaSuccess);
	MUST(host[3] == 6);
	IS(RT(cudaGraphNodeSetEnabled)(exec, set, 0), cudaSuccess);
	IS(RT(cudaGraphDestroyNode)(copy), cudaSuccess);
}

static void a_capture_goes_into_a_graph(void)
{
	cudaStream_t stream;
	cudaGraph_t graph, ended;
	void *address;
	size_t count;

	IS(RT(cudaStreamCreate)(&stream), cudaSuccess);
	IS(RT(cudaGraphCreate)(&graph, 0), cudaSuccess);
	IS(RT(cudaStreamBeginCaptureToGraph)(stream, graph, NULL, NULL, 0,
					     cudaStreamCaptureModeGlobal),
	   cudaSuccess);
	IS(RT(cudaMallocAsync)(&address, MIB, stream), cudaSuccess);
	IS(RT(cudaFreeAsync)(address, stream), cudaSuccess);
	IS(RT(cudaStreamEndCapture)(stream, &ended), cudaSuccess);
	IS(RT(cudaGraphGetNodes)(graph, NULL, &count), cudaSuccess);
	MUST(ended == graph && count == 2);
}

static void libraries_and_batches_reach_the_driver(void)
{
	struct cudaMemLocation place = {.type = cudaMemLocationTypeDevice, .id = 0};
	static const char image[] = ".version 8.0\n.global .b8 table[64];\n";
	cudaLibrary_t library;
	cudaStream_t stream;
	size_t size, first = 0;
	void *address;

	IS(RT(cudaLibraryLoadData)(&library, image, NULL, NULL, 0, NULL, NULL, 0), cudaSuccess);
	IS(RT(cudaLibraryGetGlobal)(&address, &size, library, "table"), cudaSuccess);
	MUST(size == 64);
	IS(RT(cudaLibraryGetManaged)(&address, &size, library, "table"), cudaErrorSymbolNotFound);
	IS(RT(cudaLibraryUnload)(library), cudaSuccess);
	IS(RT(cudaStreamCreate)(&stream), cudaSuccess);
	IS(RT(cudaMallocManaged)(&address, MIB, cudaMemAttachGlobal), cudaSuccess);
	size = MIB;
	IS(RT(cudaMemPrefetchBatchAsync)(&address, &size, 1, &place, &first, 1, 0, stream),
	   cudaSuccess);
	IS(RT(cudaMemDiscardBatchAsync)(&address, &size, 1, 1, stream), cudaErrorInvalidValue);
	IS(RT(cudaMemDiscardAndPrefetchBatchAsync)(&address, &size, 1, &place, &first, 1, 0,
						   stream),
	   cudaSuccess);
}

#define IN_CHILD(body)                                                                             \
	static void test_##body(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		assert_int_equal(in_child(NULL, body, NULL, 0), 0);                                \
	}

#define EVERY(TEST)                                                                                \
	TEST(memory_nodes_reach_the_driver)                                                        \
	TEST(nodes_of_every_kind_are_added_and_changed)                                            \
	TEST(a_capture_goes_into_a_graph)                                                          \
	TEST(libraries_and_batches_reach_the_driver)

EVERY(IN_CHILD)

#define ROW(body) {#body, test_##body, NULL, NULL, NULL},

int main(void)
{
	const struct CMUnitTest tests[] = {EVERY(ROW)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_runtime_graph", tests, NULL, NULL);
}
