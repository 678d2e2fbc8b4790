/* Questions about managed and page-locked memory. */
#include <stdlib.h>
#include <string.h>

#include "kit.h"

static void prefetch(void *memory, size_t size, enum cudaMemLocationType type)
{
#if CUDART_VERSION >= 13000
	const struct cudaMemLocation location = {.type = type, .id = 0};

	MUST(cudaMemPrefetchAsync(memory, size, location, 0, 0));
#else
	MUST(cudaMemPrefetchAsync(memory, size,
				  type == cudaMemLocationTypeDevice ? 0 : cudaCpuDeviceId, 0));
#endif
	MUST(cudaDeviceSynchronize());
}

static void touched_by_a_kernel(void)
{
	const size_t size = 256 * MIB;
	void *memory;

	MUST(cudaFree(0));
	kit_kernel("touch");
	mark();
	MUST(cudaMallocManaged(&memory, size, cudaMemAttachGlobal));
	answer_bytes("untouched", taken());
	kit_touch(memory, size);
	answer_bytes("touched by a kernel", taken());
	memset(memory, 1, size);
	answer_bytes("written by the CPU", taken());
	prefetch(memory, size, cudaMemLocationTypeDevice);
	answer_bytes("prefetched to the device", taken());
	MUST(cudaFree(memory));
	answer_bytes("freed", taken());
}

static void prefetched(void)
{
	const size_t size = 256 * MIB;
	char *memory;

	mark();
	MUST(cudaMallocManaged((void **)&memory, size, cudaMemAttachGlobal));
	memset(memory, 1, size);
	answer_bytes("written by the CPU", taken());
	prefetch(memory, 64 * MIB, cudaMemLocationTypeDevice);
	answer_bytes("64 MiB prefetched", taken());
	prefetch(memory, 64 * MIB, cudaMemLocationTypeDevice);
	answer_bytes("the same again", taken());
	prefetch(memory + 32 * MIB, 64 * MIB, cudaMemLocationTypeDevice);
	answer_bytes("32 MiB more", taken());
	memset(memory, 2, size);
	answer_bytes("written by the CPU again", taken());
	prefetch(memory, size, cudaMemLocationTypeHost);
	answer_bytes("prefetched to the host", taken());
	MUST(cudaMemset(memory + 128 * MIB, 3, 64 * MIB));
	MUST(cudaDeviceSynchronize());
	answer_bytes("64 MiB set by the device", taken());
	prefetch(memory, size, cudaMemLocationTypeDevice);
	answer_bytes("all prefetched", taken());
	MUST(cudaFree(memory));
	answer_bytes("freed", taken());
}

static void less_than_a_block(void)
{
	void *memory;

	mark();
	MUST(cudaMallocManaged(&memory, 4096, cudaMemAttachGlobal));
	prefetch(memory, 4096, cudaMemLocationTypeDevice);
	answer_bytes("4096 bytes prefetched", taken());
	MUST(cudaFree(memory));
	answer_bytes("freed", taken());
}

static void advised(void)
{
#if CUDART_VERSION >= 13000
	const struct cudaMemLocation location = {.type = cudaMemLocationTypeDevice, .id = 0};
#else
	const int location = 0;
#endif
	void *managed, *linear, *ordered;

	MUST(cudaMalloc(&linear, MIB));
	MUST(cudaMallocAsync(&ordered, MIB, 0));
	MUST(cudaMallocManaged(&managed, 64 * MIB, cudaMemAttachGlobal));
	mark();
	answer_result(
		"preferred on the device",
		cudaMemAdvise(managed, 64 * MIB, cudaMemAdviseSetPreferredLocation, location));
	answer_bytes("taken", taken());
	answer_result("past the end", cudaMemAdvise(managed, 65 * MIB,
						    cudaMemAdviseSetPreferredLocation, location));
	answer_result("of cudaMalloc memory",
		      cudaMemAdvise(linear, MIB, cudaMemAdviseSetReadMostly, location));
	answer_result("of stream-ordered memory",
		      cudaMemAdvise(ordered, MIB, cudaMemAdviseSetReadMostly, location));
}

static void whose_managed_memory_is(void)
{
	struct kit_nvml before, after;
	void *memory;

	MUST(cudaMallocManaged(&memory, 128 * MIB, cudaMemAttachGlobal));
	before = kit_nvml();
	prefetch(memory, 128 * MIB, cudaMemLocationTypeDevice);
	after = kit_nvml();
	answer("more of the process", "%lld", after.process - before.process);
	answer("more of the device", "%lld", after.device - before.device);
}

static void page_locked(void)
{
	void *own = aligned_alloc(4096, 64 * MIB), *page_locked;

	mark();
	MUST(cudaHostRegister(own, 64 * MIB, 0));
	answer_bytes("registered", taken());
	MUST(cudaMallocHost(&page_locked, 64 * MIB));
	answer_bytes("allocated", taken());
}

const struct question managed_questions[] = {
	{"D088", touched_by_a_kernel},
	{"D088-prefetch", prefetched},
	{"D088-small", less_than_a_block},
	{"D088-advise", advised},
	{"D089", whose_managed_memory_is},
	{"D090", page_locked},
	{NULL, NULL},
};
