/*
 * What ends with something else: contexts, resets and the end of the process,
 * with memory inside; objects that take memory nobody gives a size for; and
 * addresses that threads hand to one another.
 */
#include "families.h"

#include <thread>
#include <vector>

/* ---- Contexts --------------------------------------------------------------- */

/* A context takes its linear memory with it, not the stream-ordered one. */
static int context(bool leak, char **)
{
	CUdeviceptr linear, ordered;
	CUcontext own;

	MUST(cuInit(0));
	for (int i = 0; i < 3; i++) {
		MUST(cuCtxCreate(&own, nullptr, 0, 0));
		MUST(cuMemAlloc(&linear, 3 * MIB));
		MUST(cuMemAllocAsync(&ordered, MIB, nullptr));
		MUST(cuCtxSynchronize());
		if (!leak || i < 2) {
			MUST(cuMemFree(linear));
			MUST(cuMemFree(ordered));
		}
		MUST(cuCtxDestroy(own));
	}
	if (leak) {
		finds("freed_by_reset", "linear", 1, 3 * MIB, 3 * MIB);
		leaks("stream_ordered", 1, MIB);
	}
	lives("context", 0, 0);
	return 0;
}

static int context_kept(bool leak, char **)
{
	CUcontext own;

	MUST(cuInit(0));
	MUST(cuCtxCreate(&own, nullptr, 0, 0));
	if (!leak)
		MUST(cuCtxDestroy(own));
	lives("context", leak, 0);
	return 0;
}

/* What a destroyed context did with its memory, by the driver's own word. */
static void gone_or_left(CUdeviceptr address, size_t bytes)
{
	if (is_memory(address))
		leaks("linear", 1, bytes);
	else
		finds("freed_by_reset", "linear", 1, bytes, bytes);
}

static CUgreenCtx make_green(void)
{
	CUdevResource all, part;
	CUdevResourceDesc description;
	CUgreenCtx green;
	unsigned groups = 1;

	MUST(cuDeviceGetDevResource(0, &all, CU_DEV_RESOURCE_TYPE_SM));
	MUST(cuDevSmResourceSplitByCount(&part, &groups, &all, NULL, 0, 8));
	MUST(cuDevResourceGenerateDesc(&description, &part, 1));
	MUST(cuGreenCtxCreate(&green, description, 0, CU_GREEN_CTX_DEFAULT_STREAM));
	return green;
}

static int green_context(bool leak, char **)
{
	CUcontext primary = start_driver(), own;
	CUgreenCtx green = make_green();
	CUdeviceptr kept;

	MUST(cuCtxFromGreenCtx(&own, green));
	MUST(cuCtxSetCurrent(own));
	MUST(cuMemAlloc(&kept, 3 * MIB));
	if (!leak)
		MUST(cuMemFree(kept));
	MUST(cuCtxSetCurrent(primary));
	MUST(cuGreenCtxDestroy(green));
	if (leak)
		gone_or_left(kept, 3 * MIB);
	lives("green_context", 0, 0);
	return 0;
}

static int green_context_kept(bool leak, char **)
{
	CUgreenCtx green;

	start_driver();
	green = make_green();
	if (!leak)
		MUST(cuGreenCtxDestroy(green));
	lives("green_context", leak, 0);
	return 0;
}

static int reset(bool leak, char **)
{
	void *linear, *ordered;

	MUST(cudaMalloc(&linear, 3 * MIB));
	MUST(cudaMallocAsync(&ordered, 5 * MIB, nullptr));
	if (!leak) {
		MUST(cudaFree(linear));
		MUST(cudaFreeAsync(ordered, nullptr));
	}
	MUST(cudaDeviceReset());
	if (leak) {
		finds("freed_by_reset", "linear", 1, 3 * MIB, 3 * MIB);
		leaks("stream_ordered", 1, 5 * MIB);
	}
	return 0;
}

/* The last reference to the primary context goes, and the context with it. */
static int primary_release(bool leak, char **)
{
	CUdeviceptr kept;

	start_driver();
	MUST(cuMemAlloc(&kept, 3 * MIB));
	if (!leak)
		MUST(cuMemFree(kept));
	MUST(cuCtxSetCurrent(nullptr));
	MUST(cuDevicePrimaryCtxRelease(0));
	start_driver();
	if (leak)
		gone_or_left(kept, 3 * MIB);
	return 0;
}

/* ---- Objects without a size --------------------------------------------------- */

static const char program[] = ".version 7.0\n.target sm_75\n.address_size 64\n"
			      ".visible .global .align 4 .b8 table[1048576];\n"
			      ".visible .entry nothing() { ret; }\n";

static int module(bool leak, char **)
{
	CUmodule kept, freed;

	start_driver();
	MUST(cuModuleLoadData(&kept, program));
	MUST(cuModuleLoadData(&freed, program));
	MUST(cuModuleUnload(freed));
	if (!leak)
		MUST(cuModuleUnload(kept));
	lives("module", leak, 0);
	return 0;
}

static int library(bool leak, char **)
{
	CUlibrary kept, freed;

	start_driver();
	MUST(cuLibraryLoadData(&kept, program, NULL, NULL, 0, NULL, NULL, 0));
	MUST(cuLibraryLoadData(&freed, program, NULL, NULL, 0, NULL, NULL, 0));
	MUST(cuLibraryUnload(freed));
	if (!leak)
		MUST(cuLibraryUnload(kept));
	lives("library", leak, 0);
	return 0;
}

static int streams(bool leak, char **)
{
	cudaStream_t all[4];

	for (cudaStream_t &each : all)
		MUST(cudaStreamCreateWithFlags(&each, cudaStreamNonBlocking));
	for (int i = leak ? 3 : 0; i < 4; i++)
		MUST(cudaStreamDestroy(all[i]));
	lives("stream", leak ? 3 : 0, 0);
	return 0;
}

static int events(bool leak, char **)
{
	cudaEvent_t all[4];

	MUST(cudaFree(nullptr));
	for (cudaEvent_t &each : all)
		MUST(cudaEventCreate(&each));
	for (int i = leak ? 3 : 0; i < 4; i++)
		MUST(cudaEventDestroy(all[i]));
	lives("event", leak ? 3 : 0, 0);
	return 0;
}

/* ---- Threads and the end of the process --------------------------------------- */

/* Threads that allocate and free the same size: addresses go from one to another. */
static void *allocate_often(bool ordered, bool keeps)
{
	void *memory = nullptr;

	MUST(cudaSetDevice(0));
	for (int i = 0; i < 500; i++) {
		MUST(ordered ? cudaMallocAsync(&memory, MIB, cudaStreamPerThread)
			     : cudaMalloc(&memory, 64 << 10));
		if (keeps && i == 499)
			break;
		MUST(ordered ? cudaFreeAsync(memory, cudaStreamPerThread) : cudaFree(memory));
	}
	MUST(cudaStreamSynchronize(cudaStreamPerThread));
	return memory;
}

static int threads(bool leak, char **)
{
	std::vector<std::thread> all;

	MUST(cudaFree(nullptr));
	for (int i = 0; i < 8; i++)
		all.emplace_back(allocate_often, i % 2 == 1, leak);
	for (std::thread &each : all)
		each.join();
	if (leak) {
		leaks("linear", 4, 4 * (64 << 10));
		leaks("stream_ordered", 4, 4 * MIB);
	}
	return 0;
}

struct owner {
	void *memory = nullptr;
	~owner()
	{
		if (memory)
			printf("destructor: %d\n", (int)cudaFree(memory));
	}
};
static owner static_owner;

/* Freed when the runtime is shut down, which refuses it. With a shared runtime only:
 * the calls into one that is linked in are not seen. */
static int _late_free(bool leak, char **)
{
	void *other;

	MUST(cudaMalloc(&static_owner.memory, MIB));
	MUST(cudaMalloc(&other, 3 * MIB));
	finds("late_free", "linear", 1, MIB, MIB);
	if (!leak)
		MUST(cudaFree(other));
	else
		leaks("linear", 1, 3 * MIB);
	return 0;
}

const struct family lifetime_families[] = {
	{"context", context},
	{"context_kept", context_kept},
	{"green_context", green_context},
	{"green_context_kept", green_context_kept},
	{"reset", reset},
	{"primary_release", primary_release},
	{"module", module},
	{"library", library},
	{"streams", streams},
	{"events", events},
	{"threads", threads},
	{"_late_free", _late_free},
	{nullptr, nullptr},
};
