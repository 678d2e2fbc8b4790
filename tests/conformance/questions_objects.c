/* Questions about what streams and executable graphs take, and what a checkpoint does. */
#include <unistd.h>

#include "kit.h"

#define STREAMS 1024

static cudaStream_t streams[STREAMS];

static void use_streams(void)
{
	void *memory;

	MUST(cudaMalloc(&memory, MIB));
	mark();
	for (int i = 0; i < STREAMS; i++) {
		MUST(cudaStreamCreateWithFlags(&streams[i], cudaStreamNonBlocking));
		MUST(cudaMemsetAsync(memory, 0, 1, streams[i]));
		if (i == 127)
			answer_bytes("taken by 128", taken());
	}
	MUST(cudaDeviceSynchronize());
}

static void many_streams(void)
{
	use_streams();
	answer_bytes("taken by 1024", taken());
}

static void many_streams_destroyed(void)
{
	long long most;

	use_streams();
	most = taken();
	for (int i = 0; i < STREAMS; i++)
		MUST(cudaStreamDestroy(streams[i]));
	MUST(cudaDeviceSynchronize());
	answer_bytes("given back", most - taken());
}

static cudaGraphExec_t executable_of(int nodes, bool chain, cudaGraph_t *made)
{
	static CUfunction empty;
	unsigned long long argument = 0;
	void *arguments[] = {&argument};
	CUDA_KERNEL_NODE_PARAMS kernel = {.gridDimX = 1,
					  .gridDimY = 1,
					  .gridDimZ = 1,
					  .blockDimX = 1,
					  .blockDimY = 1,
					  .blockDimZ = 1,
					  .kernelParams = arguments};
	cudaGraphExec_t executable;
	cudaGraph_t graph;
	CUgraphNode last = NULL, node;

	if (!empty)
		empty = kit_kernel("empty");
	kernel.func = empty;
	MUST(cudaGraphCreate(&graph, 0));
	for (int i = 0; i < nodes; i++) {
		MUST(cuGraphAddKernelNode(&node, graph, &last, chain && last ? 1 : 0, &kernel));
		last = node;
	}
	if (!chain)
		answer_bytes("taken by the nodes", taken());
	MUST(cudaGraphInstantiate(&executable, graph, 0));
	*made = graph;
	return executable;
}

/* 10000 kernels; what is there afterwards. */
static cudaGraphExec_t wide_graph(cudaGraph_t *graph)
{
	MUST(cudaFree(0));
	kit_kernel("empty");
	mark();
	return executable_of(10000, false, graph);
}

static void a_wide_graph(void)
{
	cudaGraph_t graph;
	cudaGraphExec_t executable = wide_graph(&graph);

	answer_bytes("taken when instantiated", taken());
	MUST(cudaGraphUpload(executable, 0));
	MUST(cudaDeviceSynchronize());
	answer_bytes("taken when uploaded", taken());
	MUST(cudaGraphLaunch(executable, 0));
	MUST(cudaDeviceSynchronize());
	answer_bytes("taken when launched", taken());
}

static void destroy(cudaGraphExec_t executable, cudaGraph_t graph)
{
	MUST(cudaGraphExecDestroy(executable));
	MUST(cudaGraphDestroy(graph));
	MUST(cudaDeviceGraphMemTrim(0));
}

static void a_wide_graph_destroyed(void)
{
	cudaGraph_t graph;
	cudaGraphExec_t executable = wide_graph(&graph);
	long long most = taken();

	destroy(executable, graph);
	answer_bytes("given back", most - taken());
}

static void chains_after_a_wide_graph(void)
{
	cudaGraph_t graph;
	cudaGraphExec_t executable = wide_graph(&graph);
	long long before;

	destroy(executable, graph);
	before = taken();
	for (int i = 0; i < 3; i++)
		executable_of(1000, true, &graph);
	answer_bytes("taken by three chains", taken() - before);
}

static void is_stopped(void)
{
	int process = (int)getpid();
	char byte = 0;
	void *memory;

	MUST(cudaMalloc(&memory, 256 * MIB));
	MUST(cudaMemset(memory, 42, 256 * MIB));
	MUST(cudaDeviceSynchronize());
	tell(asker(), &process, sizeof(process));
	hear(asker(), &byte, 1);
	byte = 0;
	answer_result("copy afterwards", cudaMemcpy(&byte, memory, 1, cudaMemcpyDeviceToHost));
	answer("content afterwards", "%d", byte);
}

static void a_checkpoint(void)
{
#if CUDA_VERSION >= 12080
	CUcheckpointCheckpointArgs checkpoint = {{0}};
	CUcheckpointRestoreArgs restore = {0};
	CUcheckpointUnlockArgs unlock = {{0}};
	CUcheckpointLockArgs lock = {0};
	int helper = helper_start("is_stopped"), process = 0;

	MUST(cuInit(0));
	hear(helper, &process, sizeof(process));
	answer_result("lock", cuCheckpointProcessLock(process, &lock));
	answer_result("checkpoint", cuCheckpointProcessCheckpoint(process, &checkpoint));
	answer_result("restore", cuCheckpointProcessRestore(process, &restore));
	answer_result("unlock", cuCheckpointProcessUnlock(process, &unlock));
	tell(helper, "", 1);
	helper_end(helper);
#endif
}

const struct question objects_questions[] = {
	{"D103", a_checkpoint},           {"D117", many_streams},
	{"D118", many_streams_destroyed}, {"D119", a_wide_graph},
	{"D120", a_wide_graph_destroyed}, {"D121", chains_after_a_wide_graph},
	{"is_stopped", is_stopped},       {NULL, NULL},
};
