/* Questions about what limits and the first launches of kernels take for themselves. */
#include "kit.h"

static void the_stack_size(void)
{
	size_t bytes = 0;

	mark();
	MUST(cudaDeviceGetLimit(&bytes, cudaLimitStackSize));
	answer("at first", "%zu", bytes);
	answer_result("cudaDeviceSetLimit", cudaDeviceSetLimit(cudaLimitStackSize, 16384));
	MUST(cudaDeviceGetLimit(&bytes, cudaLimitStackSize));
	answer("reads back", "%zu", bytes);
	answer_bytes("taken", taken());
	MUST(cudaDeviceSetLimit(cudaLimitStackSize, 1024));
	answer_bytes("taken with the first size", taken());
}

static void the_other_limits(void)
{
	size_t bytes = 0;

	mark();
	MUST(cudaDeviceGetLimit(&bytes, cudaLimitPrintfFifoSize));
	answer("FIFO of printf", "%zu", bytes);
	MUST(cudaDeviceGetLimit(&bytes, cudaLimitMallocHeapSize));
	answer("heap", "%zu", bytes);
	MUST(cudaDeviceGetLimit(&bytes, cudaLimitPersistingL2CacheSize));
	answer("persisting L2", "%zu", bytes);
	MUST(cudaDeviceGetLimit(&bytes, cudaLimitMaxL2FetchGranularity));
	answer("L2 fetch", "%zu", bytes);
	answer_result("no limit", cudaDeviceGetLimit(&bytes, (enum cudaLimit)1000));
	answer_result("no limit, set", cudaDeviceSetLimit((enum cudaLimit)1000, 1));
	answer_result("stack size of 16 MiB", cudaDeviceSetLimit(cudaLimitStackSize, 16 * MIB));
}

static void first_launch(const char *kernel)
{
	CUfunction function = kit_kernel(kernel);

	answer_bytes("taken by the module", taken());
	MUST(kit_launch(function, 1, 0));
	(void)cudaDeviceSynchronize();
	answer_bytes("taken by the launch", taken());
}

/* A kernel whose threads have 32 KiB each of local memory. */
static void launch_local(bool answered)
{
	CUfunction function;
	void *memory;

	MUST(cudaMalloc(&memory, 2 * MIB));
	MUST(cudaMemset(memory, 0, 2 * MIB));
	mark();
	function = kit_kernel("local");
	if (answered)
		answer_bytes("taken by the module", taken());
	MUST(kit_launch(function, 1, (unsigned long long)(size_t)memory));
	MUST(cudaDeviceSynchronize());
	if (answered)
		answer_bytes("taken by the launch", taken());
}

static void local_memory(void)
{
	launch_local(true);
}

static void local_memory_given_back(void)
{
	long long most;

	launch_local(false);
	most = taken();
	answer_result("cudaDeviceSetLimit", cudaDeviceSetLimit(cudaLimitStackSize, 1024));
	answer_bytes("given back", most - taken());
}

static void a_heap_of_a_gibibyte(void)
{
	mark();
	answer_result("cudaDeviceSetLimit", cudaDeviceSetLimit(cudaLimitMallocHeapSize, GIB));
	answer_bytes("taken", taken());
	first_launch("heap");
	answer_result("afterwards", cudaDeviceSetLimit(cudaLimitMallocHeapSize, 2 * GIB));
}

static void a_heap(void)
{
	mark();
	first_launch("heap");
}

static void printing(void)
{
	mark();
	first_launch("print");
}

static void printing_much(void)
{
	mark();
	MUST(cudaDeviceSetLimit(cudaLimitPrintfFifoSize, 256 * MIB));
	first_launch("print");
}

static void nothing(void)
{
	static char host[64 * MIB];
	void *memory;

	MUST(cudaMalloc(&memory, sizeof(host)));
	mark();
	first_launch("empty");
	MUST(cudaMemcpy(memory, host, sizeof(host), cudaMemcpyHostToDevice));
	MUST(cudaMemcpy(host, memory, sizeof(host), cudaMemcpyDeviceToHost));
	answer_bytes("taken by copies", taken());
	MUST(cudaMemset(memory, 0, sizeof(host)));
	answer_bytes("taken by a fill", taken());
}

const struct question limits_questions[] = {
	{"D107", the_stack_size},
	{"D107-others", the_other_limits},
	{"D108", local_memory},
	{"D109", local_memory_given_back},
	{"D110", a_heap_of_a_gibibyte},
	{"D111", a_heap},
	{"D112", printing},
	{"D112-much", printing_much},
	{"D122", nothing},
	{NULL, NULL},
};
