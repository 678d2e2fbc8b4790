/* Graphs of the simulated driver: edges, clones, child graphs, and executables updated. */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/simulate_child.h"

static int calls;

static void CUDA_CB count_call(void *by)
{
	calls += *(int *)by;
}

static CUgraphNode counting(CUgraph graph, const CUgraphNode *after, size_t count, int *by)
{
	const CUDA_HOST_NODE_PARAMS params = {.fn = count_call, .userData = by};
	CUgraphNode node;

	IS(CU(cuGraphAddHostNode)(&node, graph, after, count, &params), CUDA_SUCCESS);
	return node;
}

static CUgraph empty_graph(void)
{
	CUgraph graph;

	IS(CU(cuGraphCreate)(&graph, 0), CUDA_SUCCESS);
	return graph;
}

static CUgraphExec executable(CUgraph graph)
{
	CUgraphExec exec;

	IS(CU(cuGraphInstantiateWithFlags)(&exec, graph, 0), CUDA_SUCCESS);
	return exec;
}

static int calls_of(CUgraphExec exec)
{
	calls = 0;
	IS(CU(cuGraphLaunch)(exec, NULL), CUDA_SUCCESS);
	return calls;
}

static int one = 1, ten = 10, hundred = 100;

static void edges_are_told_and_changed(void)
{
	CUgraphNode a, b, from[3], to[3];
	size_t count = 3;
	CUgraphExec exec;
	CUgraph graph;

	simulate_start();
	graph = empty_graph();
	a = counting(graph, NULL, 0, &one);
	b = counting(graph, &a, 1, &ten);
	IS(CU(cuGraphGetEdges)(graph, from, to, &count), CUDA_SUCCESS);
	MUST(count == 1 && from[0] == a && to[0] == b && !from[1] && !to[2]);
	count = 3;
	IS(CU(cuGraphGetRootNodes)(graph, from, &count), CUDA_SUCCESS);
	MUST(count == 1 && from[0] == a);
	IS(CU(cuGraphAddDependencies)(graph, &a, &b, 1), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphRemoveDependencies)(graph, &a, &b, 1), CUDA_SUCCESS);
	IS(CU(cuGraphRemoveDependencies_v2)(graph, &a, &b, NULL, 1), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphAddDependencies_v2)(graph, &b, &a, NULL, 1), CUDA_SUCCESS);
	MUST(calls_of(executable(graph)) == 11);
	IS(CU(cuGraphAddDependencies)(graph, &a, &b, 1), CUDA_SUCCESS);
	IS(CU(cuGraphInstantiateWithFlags)(&exec, graph, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphDestroyNode)(b), CUDA_SUCCESS);
	IS(CU(cuGraphGetEdges)(graph, NULL, NULL, &count), CUDA_SUCCESS);
	MUST(count == 0);
	MUST(calls_of(executable(graph)) == 1);
}

static int order[3], placed;

static void CUDA_CB note_order(void *number)
{
	order[placed++] = *(int *)number;
}

/* The node that was added first runs last. */
static void dependencies_decide_the_order(void)
{
	static int numbers[3] = {0, 1, 2};
	CUgraphNode nodes[3];
	CUgraph graph;

	simulate_start();
	graph = empty_graph();
	for (int i = 0; i < 3; i++) {
		const CUDA_HOST_NODE_PARAMS params = {.fn = note_order, .userData = &numbers[i]};

		IS(CU(cuGraphAddHostNode)(&nodes[i], graph, NULL, 0, &params), CUDA_SUCCESS);
	}
	IS(CU(cuGraphAddDependencies)(graph, &nodes[1], &nodes[0], 1), CUDA_SUCCESS);
	IS(CU(cuGraphAddDependencies)(graph, &nodes[2], &nodes[1], 1), CUDA_SUCCESS);
	IS(CU(cuGraphLaunch)(executable(graph), NULL), CUDA_SUCCESS);
	MUST(order[0] == 2 && order[1] == 1 && order[2] == 0);
}

static void a_clone_is_on_its_own(void)
{
	CUgraphNode a, child_node, found;
	CUgraph graph, child, clone, inner;
	size_t count;

	simulate_start();
	child = empty_graph();
	a = counting(child, NULL, 0, &one);
	graph = empty_graph();
	IS(CU(cuGraphAddChildGraphNode)(&child_node, graph, NULL, 0, child), CUDA_SUCCESS);
	counting(graph, &child_node, 1, &ten);
	IS(CU(cuGraphClone)(&clone, graph), CUDA_SUCCESS);
	IS(CU(cuGraphNodeFindInClone)(&found, child_node, clone), CUDA_SUCCESS);
	MUST(found != child_node);
	IS(CU(cuGraphNodeFindInClone)(&found, a, clone), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphNodeFindInClone)(&found, child_node, graph), CUDA_ERROR_INVALID_VALUE);
	counting(child, NULL, 0, &hundred); /* the child was copied before */
	IS(CU(cuGraphChildGraphNodeGetGraph)(child_node, &inner), CUDA_SUCCESS);
	IS(CU(cuGraphGetNodes)(inner, NULL, &count), CUDA_SUCCESS);
	MUST(inner != child && count == 1);
	IS(CU(cuGraphDestroy)(inner), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphDestroy)(graph), CUDA_SUCCESS);
	IS(CU(cuGraphDestroy)(child), CUDA_SUCCESS);
	MUST(calls_of(executable(clone)) == 11);
}

static void an_update_needs_the_same_shape(void)
{
	CUgraphExecUpdateResultInfo info;
	CUgraphExecUpdateResult result;
	CUgraphNode a, b, wrong;
	CUgraph graph, other;
	CUgraphExec exec;

	simulate_start();
	graph = empty_graph();
	a = counting(graph, NULL, 0, &one);
	counting(graph, &a, 1, &one);
	exec = executable(graph);
	other = empty_graph();
	a = counting(other, NULL, 0, &ten);
	IS(CU(cuGraphExecUpdate_v2)(exec, other, &info), CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE);
	MUST(info.result == CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED && !info.errorNode);
	IS(CU(cuGraphAddEmptyNode)(&b, other, &a, 1), CUDA_SUCCESS);
	IS(CU(cuGraphExecUpdate)(exec, other, &wrong, &result),
	   CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE);
	MUST(result == CU_GRAPH_EXEC_UPDATE_ERROR_NODE_TYPE_CHANGED && wrong == b);
	MUST(calls_of(exec) == 2);
	IS(CU(cuGraphDestroyNode)(b), CUDA_SUCCESS);
	counting(other, &a, 1, &hundred);
	IS(CU(cuGraphExecUpdate_v2)(exec, other, &info), CUDA_SUCCESS);
	MUST(info.result == CU_GRAPH_EXEC_UPDATE_SUCCESS);
	IS(CU(cuGraphDestroy)(other), CUDA_SUCCESS);
	MUST(calls_of(exec) == 110);
}

static void single_nodes_change(void)
{
	const CUDA_HOST_NODE_PARAMS params = {.fn = count_call, .userData = &hundred};
	CUDA_MEMSET_NODE_PARAMS fill = {.elementSize = 1, .width = 1, .height = 1, .value = 5};
	CUgraphNode host, memset_node, strange;
	CUgraph graph, other;
	unsigned char byte;
	unsigned int on = 9;
	CUgraphExec exec;

	simulate_start();
	IS(CU(cuMemAlloc_v2)(&fill.dst, 16), CUDA_SUCCESS);
	graph = empty_graph();
	host = counting(graph, NULL, 0, &one);
	IS(CU(cuGraphAddMemsetNode)(&memset_node, graph, &host, 1, &fill, NULL), CUDA_SUCCESS);
	exec = executable(graph);
	other = empty_graph();
	strange = counting(other, NULL, 0, &one);
	IS(CU(cuGraphExecHostNodeSetParams)(exec, memset_node, &params), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphExecHostNodeSetParams)(exec, strange, &params), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphExecHostNodeSetParams)(exec, host, &params), CUDA_SUCCESS);
	fill.value = 6;
	IS(CU(cuGraphMemsetNodeSetParams)(memset_node, &fill), CUDA_SUCCESS);
	MUST(calls_of(exec) == 100);
	IS(CU(cuMemcpyDtoH_v2)(&byte, fill.dst, 1), CUDA_SUCCESS);
	MUST(byte == 5);
	fill.value = 7;
	IS(CU(cuGraphExecMemsetNodeSetParams)(exec, memset_node, &fill, NULL), CUDA_SUCCESS);
	IS(CU(cuGraphNodeSetEnabled)(exec, host, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuGraphNodeSetEnabled)(exec, memset_node, 0), CUDA_SUCCESS);
	IS(CU(cuGraphNodeGetEnabled)(exec, memset_node, &on), CUDA_SUCCESS);
	calls_of(exec);
	IS(CU(cuMemcpyDtoH_v2)(&byte, fill.dst, 1), CUDA_SUCCESS);
	MUST(on == 0 && byte == 5);
	IS(CU(cuGraphNodeSetEnabled)(exec, memset_node, 1), CUDA_SUCCESS);
	calls_of(exec);
	IS(CU(cuMemcpyDtoH_v2)(&byte, fill.dst, 1), CUDA_SUCCESS);
	MUST(byte == 7);
}

static void a_join_depends_on_both_streams(void)
{
	CUstreamCaptureStatus status;
	const CUgraphNode *tails;
	CUstream first, second;
	CUgraphNode from[4], to[4];
	size_t count;
	CUevent event;
	CUgraph graph;

	simulate_start();
	IS(CU(cuStreamCreate)(&first, CU_STREAM_NON_BLOCKING), CUDA_SUCCESS);
	IS(CU(cuStreamCreate)(&second, CU_STREAM_NON_BLOCKING), CUDA_SUCCESS);
	IS(CU(cuEventCreate)(&event, CU_EVENT_DISABLE_TIMING), CUDA_SUCCESS);
	IS(CU(cuStreamBeginCapture_v2)(first, CU_STREAM_CAPTURE_MODE_GLOBAL), CUDA_SUCCESS);
	IS(CU(cuLaunchHostFunc)(first, count_call, &one), CUDA_SUCCESS);
	IS(CU(cuEventRecord)(event, first), CUDA_SUCCESS);
	IS(CU(cuStreamWaitEvent)(second, event, 0), CUDA_SUCCESS);
	IS(CU(cuLaunchHostFunc)(second, count_call, &ten), CUDA_SUCCESS);
	IS(CU(cuLaunchHostFunc)(first, count_call, &one), CUDA_SUCCESS);
	IS(CU(cuEventRecord)(event, second), CUDA_SUCCESS);
	IS(CU(cuStreamWaitEvent)(first, event, 0), CUDA_SUCCESS);
	IS(CU(cuStreamGetCaptureInfo_v2)(first, &status, NULL, NULL, &tails, &count), CUDA_SUCCESS);
	MUST(count == 2 && tails[0] != tails[1]);
	IS(CU(cuLaunchHostFunc)(first, count_call, &hundred), CUDA_SUCCESS);
	IS(CU(cuStreamEndCapture)(first, &graph), CUDA_SUCCESS);
	count = 4;
	IS(CU(cuGraphGetEdges_v2)(graph, from, to, NULL, &count), CUDA_SUCCESS);
	MUST(count == 4 && to[2] == to[3] && from[2] != from[3]);
	MUST(calls_of(executable(graph)) == 112);
}

static void a_captured_launch_is_a_child_graph(void)
{
	CUgraphNodeType type;
	CUgraphNode node;
	CUgraphExec exec;
	CUstream stream;
	size_t count = 1;
	CUgraph graph;

	simulate_start();
	graph = empty_graph();
	counting(graph, NULL, 0, &one);
	exec = executable(graph);
	IS(CU(cuStreamCreate)(&stream, CU_STREAM_NON_BLOCKING), CUDA_SUCCESS);
	IS(CU(cuStreamBeginCapture_v2)(stream, CU_STREAM_CAPTURE_MODE_GLOBAL), CUDA_SUCCESS);
	MUST(calls_of(exec) == 1);
	IS(CU(cuGraphLaunch)(exec, stream), CUDA_SUCCESS);
	IS(CU(cuStreamEndCapture)(stream, &graph), CUDA_SUCCESS);
	IS(CU(cuGraphGetNodes)(graph, &node, &count), CUDA_SUCCESS);
	IS(CU(cuGraphNodeGetType)(node, &type), CUDA_SUCCESS);
	MUST(count == 1 && type == CU_GRAPH_NODE_TYPE_GRAPH);
	MUST(calls_of(executable(graph)) == 1);
}

static CUgraphExec running;

static void *destroy_on_a_thread(void *argument)
{
	(void)argument;
	IS(CU(cuGraphExecDestroy)(running), CUDA_SUCCESS);
	return NULL;
}

/* The node itself may not; a thread of the program may while it runs. */
static void CUDA_CB destroy_running(void *argument)
{
	pthread_t thread;

	(void)argument;
	IS(CU(cuGraphExecDestroy)(running), CUDA_ERROR_NOT_PERMITTED);
	MUST(!pthread_create(&thread, NULL, destroy_on_a_thread, NULL));
	MUST(!pthread_join(thread, NULL));
}

static void a_run_ends_after_its_executable_is_destroyed(void)
{
	const CUDA_HOST_NODE_PARAMS params = {.fn = destroy_running};
	CUgraphNode node;
	CUgraph graph;

	simulate_start();
	graph = empty_graph();
	IS(CU(cuGraphAddHostNode)(&node, graph, NULL, 0, &params), CUDA_SUCCESS);
	counting(graph, &node, 1, &one);
	running = executable(graph);
	MUST(calls_of(running) == 1);
	IS(CU(cuGraphLaunch)(running, NULL), CUDA_ERROR_INVALID_VALUE);
}

#define IN_CHILD(body)                                                                             \
	static void test_##body(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		assert_int_equal(in_child(NULL, body, NULL, 0), 0);                                \
	}

#define EVERY(TEST)                                                                                \
	TEST(edges_are_told_and_changed)                                                           \
	TEST(dependencies_decide_the_order)                                                        \
	TEST(a_clone_is_on_its_own)                                                                \
	TEST(an_update_needs_the_same_shape)                                                       \
	TEST(single_nodes_change)                                                                  \
	TEST(a_join_depends_on_both_streams)                                                       \
	TEST(a_captured_launch_is_a_child_graph)                                                   \
	TEST(a_run_ends_after_its_executable_is_destroyed)

EVERY(IN_CHILD)

#define ROW(body) {#body, test_##body, NULL, NULL, NULL},

int main(void)
{
	const struct CMUnitTest tests[] = {EVERY(ROW)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_graph_edit", tests, NULL, NULL);
}
