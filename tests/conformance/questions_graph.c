/* Questions about the memory of graphs and about stream capture. */
#include "kit.h"

static const size_t size = 64 * MIB;

/* A graph that allocates 64 MiB and, if wanted, frees it. */
static cudaGraph_t memory_graph(bool freed, void **address)
{
	struct cudaMemAllocNodeParams wanted = {
		.poolProps = {.allocType = cudaMemAllocationTypePinned,
			      .location = {.type = cudaMemLocationTypeDevice}},
		.bytesize = size,
	};
	cudaGraphNode_t allocation, release;
	cudaGraph_t graph;

	MUST(cudaFree(0));
	MUST(cudaGraphCreate(&graph, 0));
	MUST(cudaGraphAddMemAllocNode(&allocation, graph, NULL, 0, &wanted));
	if (freed)
		MUST(cudaGraphAddMemFreeNode(&release, graph, &allocation, 1, wanted.dptr));
	if (address)
		*address = wanted.dptr;
	return graph;
}

static unsigned long long graph_memory(enum cudaGraphMemAttributeType what)
{
	unsigned long long bytes = 0;

	MUST(cudaDeviceGetGraphMemAttribute(0, what, &bytes));
	return bytes;
}

static void answer_graph_memory(const char *used, const char *reserved)
{
	answer(used, "%llu", graph_memory(cudaGraphMemAttrUsedMemCurrent));
	answer(reserved, "%llu", graph_memory(cudaGraphMemAttrReservedMemCurrent));
}

static void a_graph_that_allocates(void)
{
	unsigned long long pool_bytes = 0;
	cudaGraphExec_t executable;
	cudaMemPool_t pool;
	cudaGraph_t graph;

	mark();
	graph = memory_graph(false, NULL);
	answer_bytes("taken when added", taken());
	MUST(cudaGraphInstantiate(&executable, graph, 0));
	answer_bytes("taken when instantiated", taken());
	MUST(cudaGraphLaunch(executable, 0));
	MUST(cudaDeviceSynchronize());
	answer_bytes("taken when launched", taken());
	answer_graph_memory("used", "reserved");
	MUST(cudaDeviceGetDefaultMemPool(&pool, 0));
	MUST(cudaMemPoolGetAttribute(pool, cudaMemPoolAttrReservedMemCurrent, &pool_bytes));
	answer("the default pool has", "%llu", pool_bytes);
}

static void what_stays_until_a_trim(void)
{
	cudaGraphExec_t executable;
	cudaGraph_t graph;
	void *address;

	mark();
	graph = memory_graph(false, &address);
	MUST(cudaGraphInstantiate(&executable, graph, 0));
	MUST(cudaGraphLaunch(executable, 0));
	answer_result("cudaFreeAsync", cudaFreeAsync(address, 0));
	MUST(cudaDeviceSynchronize());
	answer_bytes("taken when freed", taken());
	MUST(cudaGraphExecDestroy(executable));
	answer_bytes("taken without executable", taken());
	MUST(cudaGraphDestroy(graph));
	answer_bytes("taken without graph", taken());
	MUST(cudaDeviceGraphMemTrim(0));
	answer_bytes("taken when trimmed", taken());
}

static void two_executables_share(void)
{
	cudaGraphExec_t executables[2];
	cudaStream_t streams[2];

	for (int i = 0; i < 2; i++) {
		MUST(cudaGraphInstantiate(&executables[i], memory_graph(true, NULL), 0));
		MUST(cudaStreamCreateWithFlags(&streams[i], cudaStreamNonBlocking));
	}
	for (int i = 0; i < 2; i++)
		MUST(cudaGraphLaunch(executables[i], streams[0]));
	MUST(cudaDeviceSynchronize());
	answer("one stream: reserved", "%llu", graph_memory(cudaGraphMemAttrReservedMemCurrent));
	for (int i = 0; i < 2; i++) {
		MUST(cudaGraphLaunch(executables[i], streams[i]));
		MUST(cudaStreamSynchronize(streams[i]));
	}
	answer("two streams: reserved", "%llu", graph_memory(cudaGraphMemAttrReservedMemCurrent));
}

static void launched_again_with_memory(void)
{
	cudaGraphExec_t plain, automatic;

	MUST(cudaGraphInstantiate(&plain, memory_graph(false, NULL), 0));
	MUST(cudaGraphLaunch(plain, 0));
	MUST(cudaDeviceSynchronize());
	answer_result("again", cudaGraphLaunch(plain, 0));
	MUST(cudaGraphInstantiate(&automatic, memory_graph(false, NULL),
				  cudaGraphInstantiateFlagAutoFreeOnLaunch));
	MUST(cudaGraphLaunch(automatic, 0));
	MUST(cudaDeviceSynchronize());
	answer("used by both", "%llu", graph_memory(cudaGraphMemAttrUsedMemCurrent));
	answer_result("again, freed on launch", cudaGraphLaunch(automatic, 0));
	MUST(cudaDeviceSynchronize());
	answer("used after it", "%llu", graph_memory(cudaGraphMemAttrUsedMemCurrent));
}

static void freed_after_its_executable(void)
{
	cudaGraphExec_t executable;
	void *address;

	MUST(cudaGraphInstantiate(&executable, memory_graph(false, &address), 0));
	MUST(cudaGraphLaunch(executable, 0));
	MUST(cudaDeviceSynchronize());
	answer_result("destroy", cudaGraphExecDestroy(executable));
	answer_graph_memory("used without executable", "reserved without executable");
	answer_result("cudaFree", cudaFree(address));
	answer_graph_memory("used after the free", "reserved after the free");
	answer_result("cudaFree again", cudaFree(address));
	MUST(cudaDeviceGraphMemTrim(0));
	answer_graph_memory("used after a trim", "reserved after a trim");
}

static cudaStream_t capturing(enum cudaStreamCaptureMode mode)
{
	cudaStream_t stream;

	MUST(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
	MUST(cudaStreamBeginCapture(stream, mode));
	return stream;
}

static void unsafe_calls_while_capturing(void)
{
	void *memory, *other = NULL, *page_locked;
	cudaGraph_t graph;
	cudaStream_t stream;

	MUST(cudaMalloc(&memory, size));
	MUST(cudaMallocHost(&page_locked, size));
	mark();
	stream = capturing(cudaStreamCaptureModeGlobal);
	answer_result("cudaMalloc", cudaMalloc(&other, size));
	answer_result("cudaFree", cudaFree(memory));
	answer_result("cudaFreeHost", cudaFreeHost(page_locked));
	answer_result("end", cudaStreamEndCapture(stream, &graph));
	answer_bytes("freed", taken());
	answer_result("cudaFree afterwards", cudaFree(memory));
	answer_result("cudaFreeHost afterwards", cudaFreeHost(page_locked));
}

static void a_relaxed_capture(void)
{
	cudaStream_t stream;
	cudaGraph_t graph;
	void *memory;

	mark();
	stream = capturing(cudaStreamCaptureModeRelaxed);
	answer_result("cudaMalloc", cudaMalloc(&memory, size));
	answer_bytes("taken", taken());
	answer_result("cudaFree", cudaFree(memory));
	answer_bytes("taken after it", taken());
	answer_result("end", cudaStreamEndCapture(stream, &graph));
}

static void ordered_calls_while_capturing(void)
{
	void *outside, *inside = NULL;
	cudaGraph_t graph;
	cudaStream_t stream;

	MUST(cudaMallocAsync(&outside, MIB, 0));
	MUST(cudaDeviceSynchronize());
	mark();
	stream = capturing(cudaStreamCaptureModeGlobal);
	answer_result("cudaMallocAsync", cudaMallocAsync(&inside, size, stream));
	answer_result("cudaFreeAsync of it", cudaFreeAsync(inside, stream));
	answer_result("cudaFreeAsync from outside", cudaFreeAsync(outside, stream));
	(void)cudaStreamEndCapture(stream, &graph);
	answer_bytes("taken", taken());
}

static void a_captured_address_before_its_launch(void)
{
	void *inside = NULL;
	cudaGraph_t graph;
	cudaStream_t stream;

	MUST(cudaFree(0));
	stream = capturing(cudaStreamCaptureModeGlobal);
	MUST(cudaMallocAsync(&inside, size, stream));
	MUST(cudaStreamEndCapture(stream, &graph));
	answer_result("cudaFree", cudaFree(inside));
	answer_result("cudaFreeAsync", cudaFreeAsync(inside, 0));
}

const struct question graph_questions[] = {
	{"D074", a_graph_that_allocates},
	{"D075", what_stays_until_a_trim},
	{"D076", two_executables_share},
	{"D077", launched_again_with_memory},
	{"D078", freed_after_its_executable},
	{"D079", unsafe_calls_while_capturing},
	{"D080", a_relaxed_capture},
	{"D081", ordered_calls_while_capturing},
	{"D081-captured", a_captured_address_before_its_launch},
	{NULL, NULL},
};
