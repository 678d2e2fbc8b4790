/* Graphs of the simulated driver: memory nodes, and what lives how long. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/simulate_child.h"

#define BLOCK (32 * MIB) /* what the device is charged at least */

static CUDA_MEM_ALLOC_NODE_PARAMS wanted(size_t size)
{
	const CUDA_MEM_ALLOC_NODE_PARAMS params = {
		.poolProps = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
			      .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}},
		.bytesize = size,
	};

	return params;
}

/* A graph that allocates and does not free. */
static CUgraph allocating(size_t size, CUdeviceptr *address, CUgraphNode *node)
{
	CUDA_MEM_ALLOC_NODE_PARAMS params = wanted(size);
	CUgraph graph;

	IS(CU(cuGraphCreate)(&graph, 0), CUDA_SUCCESS);
	IS(CU(cuGraphAddMemAllocNode)(node, graph, NULL, 0, &params), CUDA_SUCCESS);
	*address = params.dptr;
	return graph;
}

static CUgraphExec executable(CUgraph graph, unsigned long long flags)
{
	CUgraphExec exec;

	IS(CU(cuGraphInstantiateWithFlags)(&exec, graph, flags), CUDA_SUCCESS);
	return exec;
}

static cuuint64_t attribute(CUgraphMem_attribute which)
{
	cuuint64_t value;

	IS(CU(cuDeviceGetGraphMemAttribute)(0, which, &value), CUDA_SUCCESS);
	return value;
}

static void memory_lives_from_launch_to_free(void)
{
	CUdeviceptr address, base;
	CUgraphNode node;
	CUgraphExec exec;
	CUgraph graph;
	size_t size;

	simulate_start();
	graph = allocating(MIB, &address, &node);
	exec = executable(graph, 0);
	IS(CU(cuMemFree_v2)(address), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemGetAddressRange_v2)(&base, &size, address), CUDA_ERROR_NOT_FOUND);
	MUST(simulate_used() == 0);
	IS(CU(cuGraphUpload)(exec, NULL), CUDA_SUCCESS);
	MUST(simulate_used() == BLOCK);
	IS(CU(cuGraphLaunch)(exec, NULL), CUDA_SUCCESS);
	MUST(simulate_used() == BLOCK);
	IS(CU(cuMemGetAddressRange_v2)(&base, &size, address + 5), CUDA_SUCCESS);
	MUST(base == address && size == MIB);
	IS(CU(cuMemsetD8_v2)(address, 1, MIB), CUDA_SUCCESS);
	IS(CU(cuGraphLaunch)(exec, NULL), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemFreeAsync)(address, NULL), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(address), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphLaunch)(exec, NULL), CUDA_SUCCESS);
	IS(CU(cuGraphExecDestroy)(exec), CUDA_SUCCESS);
	IS(CU(cuGraphDestroy)(graph), CUDA_SUCCESS);
	IS(CU(cuDeviceGraphMemTrim)(0), CUDA_SUCCESS);
	MUST(simulate_used() == BLOCK);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	MUST(simulate_used() == BLOCK);
	IS(CU(cuDeviceGraphMemTrim)(0), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
}

static void auto_free_on_launch_leaves_the_last(void)
{
	CUdeviceptr address;
	CUgraphNode node;
	CUgraphExec exec;
	CUgraph graph;

	simulate_start();
	graph = allocating(3 * MIB, &address, &node);
	exec = executable(graph, CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH);
	for (int i = 0; i < 3; i++)
		IS(CU(cuGraphLaunch)(exec, NULL), CUDA_SUCCESS);
	IS(CU(cuGraphExecDestroy)(exec), CUDA_SUCCESS);
	exec = executable(graph, 0);
	IS(CU(cuGraphLaunch)(exec, NULL), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphExecDestroy)(exec), CUDA_SUCCESS);
	IS(CU(cuGraphDestroy)(graph), CUDA_SUCCESS);
	IS(CU(cuDeviceGraphMemTrim)(0), CUDA_SUCCESS);
	MUST(simulate_used() == BLOCK);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	IS(CU(cuDeviceGraphMemTrim)(0), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
}

static void what_is_freed_inside_is_never_outside(void)
{
	CUgraphNode node, freeing, other_node;
	CUgraph graph, other;
	CUdeviceptr address;
	CUgraphExec exec;

	simulate_start();
	graph = allocating(40 * MIB, &address, &node);
	IS(CU(cuGraphAddMemFreeNode)(&freeing, graph, &node, 1, address), CUDA_SUCCESS);
	IS(CU(cuGraphAddMemFreeNode)(&freeing, graph, &node, 1, address), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphCreate)(&other, 0), CUDA_SUCCESS);
	IS(CU(cuGraphAddMemFreeNode)(&other_node, other, NULL, 0, address),
	   CUDA_ERROR_INVALID_VALUE);
	exec = executable(graph, 0);
	for (int i = 0; i < 2; i++) {
		IS(CU(cuGraphLaunch)(exec, NULL), CUDA_SUCCESS);
		IS(CU(cuMemFree_v2)(address), CUDA_ERROR_INVALID_VALUE);
	}
	MUST(simulate_used() == 2 * BLOCK);
	IS(CU(cuDeviceGraphMemTrim)(0), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
	IS(CU(cuGraphLaunch)(exec, NULL), CUDA_SUCCESS);
	MUST(simulate_used() == 2 * BLOCK);
}

static void another_graph_frees(void)
{
	CUgraphExec allocate, release;
	CUgraph graph, other, third;
	CUdeviceptr address;
	CUgraphNode node;

	simulate_start();
	graph = allocating(MIB, &address, &node);
	IS(CU(cuGraphCreate)(&other, 0), CUDA_SUCCESS);
	IS(CU(cuGraphCreate)(&third, 0), CUDA_SUCCESS);
	IS(CU(cuGraphAddMemFreeNode)(&node, other, NULL, 0, address + 512),
	   CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphAddMemFreeNode)(&node, other, NULL, 0, address), CUDA_SUCCESS);
	IS(CU(cuGraphAddMemFreeNode)(&node, other, NULL, 0, address), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphAddMemFreeNode)(&node, graph, NULL, 0, address), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphAddMemFreeNode)(&node, third, NULL, 0, address), CUDA_SUCCESS);
	allocate = executable(graph, 0);
	release = executable(other, 0);
	IS(CU(cuGraphLaunch)(release, NULL), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphLaunch)(allocate, NULL), CUDA_SUCCESS);
	IS(CU(cuGraphLaunch)(release, NULL), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(address), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphLaunch)(allocate, NULL), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
}

static void memory_nodes_bind_their_graph(void)
{
	CUDA_GRAPH_INSTANTIATE_PARAMS params = {.flags = 0};
	CUgraphExec exec, second;
	CUgraph graph, clone, parent;
	CUdeviceptr address;
	CUgraphNode node;

	simulate_start();
	graph = allocating(MIB, &address, &node);
	exec = executable(graph, 0);
	IS(CU(cuGraphInstantiateWithFlags)(&second, graph, 0), CUDA_ERROR_NOT_SUPPORTED);
	IS(CU(cuGraphInstantiateWithParams)(&second, graph, &params), CUDA_ERROR_NOT_SUPPORTED);
	MUST(params.result_out == CUDA_GRAPH_INSTANTIATE_ERROR);
	IS(CU(cuGraphClone)(&clone, graph), CUDA_ERROR_NOT_SUPPORTED);
	IS(CU(cuGraphDestroyNode)(node), CUDA_ERROR_NOT_SUPPORTED);
	IS(CU(cuGraphNodeSetEnabled)(exec, node, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphCreate)(&parent, 0), CUDA_SUCCESS);
	IS(CU(cuGraphAddChildGraphNode)(&node, parent, NULL, 0, graph), CUDA_ERROR_NOT_SUPPORTED);
	IS(CU(cuGraphExecDestroy)(exec), CUDA_SUCCESS);
	IS(CU(cuGraphExecDestroy)(exec), CUDA_ERROR_INVALID_VALUE);
	executable(graph, 0);
	IS(CU(cuGraphInstantiateWithFlags)(&exec, graph, CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH),
	   CUDA_ERROR_INVALID_VALUE);
}

static void a_moved_child_is_the_parents(void)
{
	CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_GRAPH};
	CUDA_MEM_ALLOC_NODE_PARAMS more = wanted(MIB);
	CUgraph child, parent, found;
	CUgraphNode node, other;
	CUdeviceptr address;
	CUgraphExec exec;

	simulate_start();
	child = allocating(MIB, &address, &node);
	IS(CU(cuGraphCreate)(&parent, 0), CUDA_SUCCESS);
	params.graph.graph = child;
	params.graph.ownership = CU_GRAPH_CHILD_GRAPH_OWNERSHIP_MOVE;
	IS(CU(cuGraphAddNode_v2)(&node, parent, NULL, NULL, 0, &params), CUDA_SUCCESS);
	IS(CU(cuGraphChildGraphNodeGetGraph)(node, &found), CUDA_SUCCESS);
	MUST(found == child);
	IS(CU(cuGraphInstantiateWithFlags)(&exec, child, 0), CUDA_ERROR_NOT_SUPPORTED);
	IS(CU(cuGraphDestroy)(child), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphAddMemAllocNode)(&other, child, NULL, 0, &more), CUDA_ERROR_NOT_SUPPORTED);
	IS(CU(cuGraphAddNode)(&other, parent, NULL, 0, &params), CUDA_ERROR_NOT_SUPPORTED);
	IS(CU(cuGraphAddMemFreeNode)(&other, parent, &node, 1, address), CUDA_SUCCESS);
	exec = executable(parent, 0);
	IS(CU(cuGraphLaunch)(exec, NULL), CUDA_SUCCESS);
	IS(CU(cuGraphLaunch)(exec, NULL), CUDA_SUCCESS);
	MUST(simulate_used() == BLOCK);
	IS(CU(cuMemFree_v2)(address), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphDestroy)(parent), CUDA_SUCCESS);
	IS(CU(cuGraphDestroy)(child), CUDA_ERROR_INVALID_VALUE);
}

static void parameters_are_checked_and_kept(void)
{
	const CUmemAccessDesc access = {.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE},
					.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE};
	CUDA_MEM_ALLOC_NODE_PARAMS params = wanted(0), kept;
	CUgraphNode node, twice[2];
	CUdeviceptr address;
	CUgraph graph;

	simulate_start();
	IS(CU(cuGraphCreate)(&graph, 0), CUDA_SUCCESS);
	IS(CU(cuGraphAddMemAllocNode)(&node, graph, NULL, 0, &params), CUDA_ERROR_INVALID_VALUE);
	params = wanted(MIB);
	params.poolProps.location.id = 7;
	IS(CU(cuGraphAddMemAllocNode)(&node, graph, NULL, 0, &params), CUDA_ERROR_INVALID_VALUE);
	params = wanted(MIB);
	params.poolProps.handleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;
	IS(CU(cuGraphAddMemAllocNode)(&node, graph, NULL, 0, &params), CUDA_ERROR_NOT_SUPPORTED);
	params = wanted((size_t)1 << 50);
	IS(CU(cuGraphAddMemAllocNode)(&node, graph, NULL, 0, &params), CUDA_ERROR_OUT_OF_MEMORY);
	params = wanted(MIB);
	params.accessDescs = &access;
	params.accessDescCount = 1;
	IS(CU(cuGraphAddMemAllocNode)(&node, graph, NULL, 0, &params), CUDA_SUCCESS);
	IS(CU(cuGraphMemAllocNodeGetParams)(node, &kept), CUDA_SUCCESS);
	MUST(kept.dptr == params.dptr && kept.bytesize == MIB && kept.accessDescCount == 1);
	MUST(kept.accessDescs != &access && !memcmp(kept.accessDescs, &access, sizeof(access)));
	IS(CU(cuGraphMemFreeNodeGetParams)(node, &address), CUDA_ERROR_INVALID_VALUE);
	twice[0] = twice[1] = node;
	IS(CU(cuGraphAddEmptyNode)(&node, graph, twice, 2), CUDA_ERROR_INVALID_VALUE);
}

/* Begins a capture of one allocation of 1 MiB and returns its graph. */
static CUgraph captured(CUstream stream, CUdeviceptr *address)
{
	CUgraph graph;

	IS(CU(cuStreamBeginCapture_v2)(stream, CU_STREAM_CAPTURE_MODE_GLOBAL), CUDA_SUCCESS);
	IS(CU(cuMemAllocAsync)(address, MIB, stream), CUDA_SUCCESS);
	IS(CU(cuMemFreeAsync)(0, stream), CUDA_SUCCESS);
	IS(CU(cuStreamEndCapture)(stream, &graph), CUDA_SUCCESS);
	return graph;
}

static void captured_calls_are_memory_nodes(void)
{
	CUDA_MEM_ALLOC_NODE_PARAMS params;
	CUdeviceptr address, linear;
	size_t count = 9;
	CUgraphNode node;
	CUstream stream;
	CUgraph graph;

	simulate_start();
	IS(CU(cuStreamCreate)(&stream, 0), CUDA_SUCCESS);
	graph = captured(stream, &address);
	IS(CU(cuGraphGetNodes)(graph, NULL, &count), CUDA_SUCCESS);
	MUST(count == 1);
	IS(CU(cuGraphGetNodes)(graph, &node, &count), CUDA_SUCCESS);
	IS(CU(cuGraphMemAllocNodeGetParams)(node, &params), CUDA_SUCCESS);
	MUST(params.dptr == address && params.bytesize == MIB);
	IS(CU(cuMemAlloc_v2)(&linear, MIB), CUDA_SUCCESS);
	IS(CU(cuStreamBeginCapture_v2)(stream, CU_STREAM_CAPTURE_MODE_GLOBAL), CUDA_SUCCESS);
	IS(CU(cuMemFreeAsync)(linear, stream), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemFreeAsync)(address, stream), CUDA_SUCCESS);
	IS(CU(cuMemFreeAsync)(address, stream), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuStreamEndCapture)(stream, &graph), CUDA_SUCCESS);
	IS(CU(cuGraphGetNodes)(graph, NULL, &count), CUDA_SUCCESS);
	MUST(count == 1);
	IS(CU(cuMemFree_v2)(linear), CUDA_SUCCESS);
}

static void a_capture_adds_to_a_graph(void)
{
	CUgraphNode before, after, dependency;
	CUgraph graph, ended;
	CUdeviceptr address;
	size_t count = 1;
	CUstream stream;

	simulate_start();
	IS(CU(cuStreamCreate)(&stream, 0), CUDA_SUCCESS);
	IS(CU(cuGraphCreate)(&graph, 0), CUDA_SUCCESS);
	IS(CU(cuGraphAddEmptyNode)(&before, graph, NULL, 0), CUDA_SUCCESS);
	IS(CU(cuStreamBeginCaptureToGraph)(stream, graph, &before, NULL, 1,
					   CU_STREAM_CAPTURE_MODE_RELAXED),
	   CUDA_SUCCESS);
	IS(CU(cuMemAllocAsync)(&address, MIB, stream), CUDA_SUCCESS);
	IS(CU(cuGraphDestroy)(graph), CUDA_ERROR_ILLEGAL_STATE);
	IS(CU(cuStreamEndCapture)(stream, &ended), CUDA_SUCCESS);
	MUST(ended == graph);
	IS(CU(cuGraphNodeGetDependentNodes)(before, &after, &count), CUDA_SUCCESS);
	MUST(count == 1);
	IS(CU(cuGraphNodeGetDependencies)(after, &dependency, &count), CUDA_SUCCESS);
	MUST(count == 1 && dependency == before);
	/* A capture that breaks leaves the program its graph. */
	IS(CU(cuStreamBeginCaptureToGraph_ptsz)(stream, graph, NULL, NULL, 0,
						CU_STREAM_CAPTURE_MODE_GLOBAL),
	   CUDA_SUCCESS);
	IS(CU(cuMemAlloc_v2)(&address, MIB), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
	IS(CU(cuStreamEndCapture)(stream, &ended), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
	IS(CU(cuGraphDestroy)(graph), CUDA_SUCCESS);
}

static void attributes_tell_what_is_held(void)
{
	cuuint64_t value = 1;
	CUdeviceptr address;
	CUgraphNode node;
	CUgraph graph;

	simulate_start();
	graph = allocating(33 * MIB, &address, &node);
	IS(CU(cuGraphLaunch)(executable(graph, 0), NULL), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	MUST(attribute(CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT) == 2 * BLOCK);
	IS(CU(cuDeviceGraphMemTrim)(0), CUDA_SUCCESS);
	MUST(attribute(CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT) == 0);
	MUST(attribute(CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT) == 0);
	MUST(attribute(CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH) == 2 * BLOCK);
	IS(CU(cuDeviceSetGraphMemAttribute)(0, CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH, &value),
	   CUDA_ERROR_INVALID_VALUE);
	value = 0;
	IS(CU(cuDeviceSetGraphMemAttribute)(0, CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT, &value),
	   CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuDeviceSetGraphMemAttribute)(0, CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH, &value),
	   CUDA_SUCCESS);
	MUST(attribute(CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH) == 0);
	MUST(attribute(CU_GRAPH_MEM_ATTR_USED_MEM_HIGH) == 2 * BLOCK);
}

static void a_reset_leaves_graph_memory(void)
{
	CUdeviceptr address, base;
	CUcontext context;
	CUgraphNode node;
	CUgraph graph;
	size_t size;

	simulate_start();
	graph = allocating(64 * MIB, &address, &node);
	IS(CU(cuGraphLaunch)(executable(graph, 0), NULL), CUDA_SUCCESS);
	IS(CU(cuDevicePrimaryCtxReset_v2)(0), CUDA_SUCCESS);
	IS(CU(cuDevicePrimaryCtxRetain)(&context, 0), CUDA_SUCCESS);
	MUST(simulate_used() == 64 * MIB);
	IS(CU(cuMemGetAddressRange_v2)(&base, &size, address), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	IS(CU(cuDeviceGraphMemTrim)(0), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
}

static void a_launch_that_does_not_fit_runs_nothing(void)
{
	CUgraphNode node, fill;
	CUdeviceptr address, linear;
	CUDA_MEMSET_NODE_PARAMS params = {.elementSize = 1, .width = 1, .height = 1, .value = 1};
	unsigned char byte = 7;
	CUgraph graph;

	simulate_start();
	IS(CU(cuMemAlloc_v2)(&linear, 40 * MIB), CUDA_SUCCESS);
	IS(CU(cuMemsetD8_v2)(linear, 0, 1), CUDA_SUCCESS);
	graph = allocating(MIB, &address, &node);
	params.dst = linear;
	IS(CU(cuGraphAddMemsetNode)(&fill, graph, NULL, 0, &params, NULL), CUDA_SUCCESS);
	IS(CU(cuGraphLaunch)(executable(graph, 0), NULL), CUDA_ERROR_OUT_OF_MEMORY);
	IS(CU(cuMemcpyDtoH_v2)(&byte, linear, 1), CUDA_SUCCESS);
	MUST(byte == 0);
	IS(CU(cuMemFree_v2)(address), CUDA_ERROR_INVALID_VALUE);
}

#define IN_CHILD(options, body)                                                                    \
	static void test_##body(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		assert_int_equal(in_child(options, body, NULL, 0), 0);                             \
	}

#define EVERY(TEST)                                                                                \
	TEST(NULL, memory_lives_from_launch_to_free)                                               \
	TEST(NULL, auto_free_on_launch_leaves_the_last)                                            \
	TEST(NULL, what_is_freed_inside_is_never_outside)                                          \
	TEST(NULL, another_graph_frees)                                                            \
	TEST(NULL, memory_nodes_bind_their_graph)                                                  \
	TEST(NULL, a_moved_child_is_the_parents)                                                   \
	TEST(NULL, parameters_are_checked_and_kept)                                                \
	TEST(NULL, captured_calls_are_memory_nodes)                                                \
	TEST(NULL, a_capture_adds_to_a_graph)                                                      \
	TEST(NULL, attributes_tell_what_is_held)                                                   \
	TEST(NULL, a_reset_leaves_graph_memory)                                                    \
	TEST("memory=64M", a_launch_that_does_not_fit_runs_nothing)

EVERY(IN_CHILD)

#define ROW(options, body) {#body, test_##body, NULL, NULL, NULL},

int main(void)
{
	const struct CMUnitTest tests[] = {EVERY(ROW)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_graph", tests, NULL, NULL);
}
