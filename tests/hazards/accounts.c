/*
 * Programs whose memory is accounted for: each case leaves a device in a state,
 * prints what the driver says about it, and looks whether anything of its own
 * was changed by being asked about.
 */
#include <cuda.h>
#include <cuda_runtime_api.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "hazard.h"

/* Not known to the compiler: an unrolled loop would be several call sites. */
static volatile int times = 3, refusals = 3;

/* What the driver says now, for the test to compare with the recording. */
static void say(void)
{
	cuuint64_t reserved = 0, used = 0;
	size_t free_bytes, total_bytes;
	CUmemoryPool pool;

	CALL(cuMemGetInfo(&free_bytes, &total_bytes));
	CALL(cuDeviceGetDefaultMemPool(&pool, 0));
	CALL(cuMemPoolGetAttribute(pool, CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT, &reserved));
	CALL(cuMemPoolGetAttribute(pool, CU_MEMPOOL_ATTR_USED_MEM_CURRENT, &used));
	printf("%zu %zu %llu %llu\n", free_bytes, total_bytes, (unsigned long long)reserved,
	       (unsigned long long)used);
}

/* The shim's doors; NULL without it. */
static int (*request)(const char *label);
static void (*set_scope)(const char *purpose, const char *label);

static void find_doors(void)
{
	*(void **)&request = dlsym(RTLD_DEFAULT, "vramtrack_preload_account");
	*(void **)&set_scope = dlsym(RTLD_DEFAULT, "vramtrack_preload_set_scope");
}

static FRAME void *weights(size_t bytes)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, bytes));
	return buffer;
}

static int plain(char **arguments)
{
	void *pinned;

	(void)arguments;
	weights(3 * MIB);
	CALL(cudaMallocHost(&pinned, 2 * MIB));
	CALL(cudaFree(weights(20 * MIB)));
	say();
	return 3;
}

/* 8 MiB of 24 are freed and stay in the default pool; a pool of its own keeps
 * 4 MiB in use. */
static int pools(char **arguments)
{
	const CUmemPoolProps properties = {
		.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = 0},
	};
	cuuint64_t keep = UINT64_MAX;
	CUmemoryPool common, own;
	CUdeviceptr freed, kept, gone;

	(void)arguments;
	CALL(cudaFree(NULL));
	CALL(cuDeviceGetDefaultMemPool(&common, 0));
	CALL(cuMemPoolSetAttribute(common, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &keep));
	CALL(cuMemAllocAsync(&freed, 8 * MIB, NULL));
	CALL(cuMemAllocAsync(&kept, 16 * MIB, NULL));
	CALL(cuMemFreeAsync(freed, NULL));
	CALL(cuMemPoolCreate(&own, &properties));
	CALL(cuMemAllocFromPoolAsync(&kept, 4 * MIB, own, NULL));
	/* The driver goes on counting this as used. */
	CALL(cuMemAllocFromPoolAsync(&gone, 6 * MIB, own, NULL));
	CALL(cuMemFree(gone));
	CALL(cuStreamSynchronize(NULL));
	say();
	return 0;
}

static void *requests(void *unused)
{
	CUcontext context;

	(void)unused;
	CALL(cuCtxGetCurrent(&context));
	MUST(context == NULL);
	errno = 4711;
	if (request)
		MUST(request("without a context") == 1);
	MUST(errno == 4711);
	CALL(cuCtxGetCurrent(&context));
	MUST(context == NULL);
	return NULL;
}

/* A thread that has no context asks: the primary one is borrowed. */
static int no_context(char **arguments)
{
	pthread_t thread;

	(void)arguments;
	weights(3 * MIB);
	find_doors();
	MUST(pthread_create(&thread, NULL, requests, NULL) == 0);
	MUST(pthread_join(thread, NULL) == 0);
	return 0;
}

/* Nowhere is a context to ask in: the only one was taken from its thread. */
static int no_primary(char **arguments)
{
	CUdeviceptr address;
	CUcontext own;
	unsigned flags;
	int active;

	(void)arguments;
	CALL(cuInit(0));
	CALL(cuCtxCreate(&own, NULL, 0, 0));
	CALL(cuMemAlloc(&address, 3 * MIB));
	CALL(cuCtxPopCurrent(&own));
	find_doors();
	requests(NULL);
	CALL(cuDevicePrimaryCtxGetState(0, &flags, &active));
	MUST(!active);
	return 0;
}

/* Requests at three moments, and one before there was anything to ask about. */
static int on_request(char **arguments)
{
	(void)arguments;
	find_doors();
	if (request)
		MUST(request("too early") == 0);
	for (int i = 0; i < times; i++) {
		weights(MIB);
		MUST(!request || request(i == 1 ? NULL : "layer") == 1);
	}
	CALL(cudaGetLastError());
	say();
	return 0;
}

static int many_requests(char **arguments)
{
	int entered = 0;

	(void)arguments;
	find_doors();
	weights(MIB);
	for (int i = 0; request && i < 70; i++)
		entered += request("again");
	MUST(!request || entered == 64);
	return 0;
}

/* Grows to 100 MiB by one, and shrinks again. */
static int grows(char **arguments)
{
	void *all[100];

	(void)arguments;
	for (int i = 0; i < 100; i++)
		all[i] = weights(MIB);
	for (int i = 0; i < 100; i++)
		CALL(cudaFree(all[i]));
	return 0;
}

/* To a peak too small to be asked about again. */
static int small(char **arguments)
{
	void *all[100];

	(void)arguments;
	for (int i = 0; i < 100; i++)
		all[i] = weights(i ? 16384 : 4096);
	for (int i = 0; i < 100; i++)
		CALL(cudaFree(all[i]));
	return 0;
}

static FRAME void *cache(size_t bytes)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, bytes));
	return buffer;
}

static FRAME void refused(void)
{
	void *buffer = (void *)(uintptr_t)16;

	errno = 4711;
	MUST(cudaMalloc(&buffer, (size_t)32 << 40) == cudaErrorMemoryAllocation);
	printf("refused: errno %d, the pointer is %s\n", errno,
	       buffer == (void *)(uintptr_t)16 ? "as it was" : "another");
	MUST(cudaGetLastError() == cudaErrorMemoryAllocation);
	MUST(cudaGetLastError() == cudaSuccess);
}

static void scope(const char *purpose)
{
	if (set_scope)
		set_scope(purpose, NULL);
}

/* Who holds what when there is no more. With an argument: for what purpose. */
static int out_of_memory(char **arguments)
{
	void *pinned;

	find_doors();
	for (int i = 0; i < times; i++)
		weights(2 * MIB);
	for (int i = 0; i < times; i++) {
		if (*arguments)
			scope(i ? "KVCache" : "Scratch");
		cache((size_t)(i + 1) * MIB);
	}
	scope(NULL);
	CALL(cudaFree(weights(8 * MIB)));
	CALL(cudaMallocHost(&pinned, 64 * MIB));
	for (int i = 0; i < refusals; i++)
		refused();
	return 7;
}

/* Host memory that cannot be had: the holders are those of host memory. */
static int no_host_memory(char **arguments)
{
	void *pinned = NULL;

	(void)arguments;
	weights(2 * MIB);
	CALL(cudaMallocHost(&pinned, 3 * MIB));
	MUST(cudaMallocHost(&pinned, (size_t)1 << 60) == cudaErrorMemoryAllocation);
	return 0;
}

static FRAME void refused_at(int depth)
{
	if (depth)
		refused_at(depth - 1);
	else
		refused();
	__asm__ volatile("" ::: "memory"); /* no tail call */
}

/* Twenty refusals of different call sites. */
static int many_refusals(char **arguments)
{
	(void)arguments;
	weights(2 * MIB);
	for (int depth = 0; depth < 20; depth++)
		refused_at(depth);
	return 0;
}

static volatile sig_atomic_t children;

static void child_ended(int number)
{
	(void)number;
	children++;
}

/* The report in the middle of the program is none of its children. */
static int reported(char **arguments)
{
	struct sigaction action = {.sa_handler = child_ended};
	sigset_t before, after;

	(void)arguments;
	/* The kernel fills in a part of them, and sigemptyset() of glibc 2.32 clears no more. */
	memset(&before, 0, sizeof(before));
	memset(&after, 0, sizeof(after));
	MUST(sigaction(SIGCHLD, &action, NULL) == 0);
	MUST(sigprocmask(SIG_SETMASK, NULL, &before) == 0);
	weights(2 * MIB);
	for (int i = 0; i < refusals; i++)
		refused();
	MUST(waitpid(-1, NULL, 0) == -1 && errno == ECHILD);
	MUST(waitpid(-1, NULL, __WALL) == -1 && errno == ECHILD);
	MUST(children == 0);
	MUST(sigprocmask(SIG_SETMASK, NULL, &after) == 0);
	MUST(memcmp(&before, &after, sizeof(before)) == 0);
	fprintf(stderr, "the program goes on\n");
	weights(MIB);
	return 5;
}

static void *allocates(void *unused)
{
	(void)unused;
	for (int i = 0; i < 2000; i++)
		CALL(cudaFree(weights(64 * KIB)));
	return NULL;
}

/* The same while other threads allocate. */
static int reported_threaded(char **arguments)
{
	pthread_t threads[4];

	(void)arguments;
	weights(2 * MIB);
	for (int i = 0; i < 4; i++)
		MUST(pthread_create(&threads[i], NULL, allocates, NULL) == 0);
	refused();
	for (int i = 0; i < 4; i++)
		MUST(pthread_join(threads[i], NULL) == 0);
	return 5;
}

/* Being asked in the middle of a capture does not end it, in any mode. */
static int capture(char **arguments)
{
	static const CUstreamCaptureMode modes[] = {CU_STREAM_CAPTURE_MODE_GLOBAL,
						    CU_STREAM_CAPTURE_MODE_THREAD_LOCAL,
						    CU_STREAM_CAPTURE_MODE_RELAXED};
	CUdeviceptr address;
	CUstream stream;
	CUgraph graph;

	(void)arguments;
	find_doors();
	weights(MIB);
	CALL(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		CALL(cuStreamBeginCapture(stream, modes[i]));
		MUST(!request || request("captured") == 1);
		if (modes[i] == CU_STREAM_CAPTURE_MODE_RELAXED)
			CALL(cuMemAlloc(&address, 4 * MIB));
		CALL(cuStreamEndCapture(stream, &graph));
		CALL(cuGraphDestroy(graph));
	}
	CALL(cuStreamDestroy(stream));
	return 0;
}

/* Nothing outlives its launch, and the driver keeps the memory all the same. */
static int graph_pool(char **arguments)
{
	CUdeviceptr address;
	CUgraphExec exec;
	CUstream stream;
	CUgraph graph;
	CUcontext context;

	(void)arguments;
	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	CALL(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
	CALL(cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
	CALL(cuMemAllocAsync(&address, 48 * MIB, stream));
	CALL(cuMemFreeAsync(address, stream));
	CALL(cuStreamEndCapture(stream, &graph));
	CALL(cuGraphInstantiateWithFlags(&exec, graph, 0));
	CALL(cuGraphLaunch(exec, stream));
	CALL(cuStreamSynchronize(stream));
	CALL(cuGraphExecDestroy(exec));
	CALL(cuGraphDestroy(graph));
	CALL(cuStreamDestroy(stream));
	return 0;
}

/* After a reset there is no context to ask in. */
static int reset(char **arguments)
{
	(void)arguments;
	weights(3 * MIB);
	CALL(cudaDeviceReset());
	return 0;
}

static const struct hazard_case cases[] = {
	{"plain", plain},
	{"pools", pools},
	{"no_context", no_context},
	{"no_primary", no_primary},
	{"on_request", on_request},
	{"many_requests", many_requests},
	{"grows", grows},
	{"small", small},
	{"out_of_memory", out_of_memory},
	{"no_host_memory", no_host_memory},
	{"many_refusals", many_refusals},
	{"reported", reported},
	{"reported_threaded", reported_threaded},
	{"capture", capture},
	{"graph_pool", graph_pool},
	{"reset", reset},
};

HAZARD_MAIN(cases)
