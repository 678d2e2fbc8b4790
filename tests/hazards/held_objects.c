/*
 * Objects that a program makes and does not destroy, or makes in pools as frameworks do: loops with
 * a mark each round, threads, resets, forks, and the odd ways to destroy.
 */
#define __CUDA_API_VERSION_INTERNAL /* every name is the exported one */
#include <cuda.h>
#include <dlfcn.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hazard.h"

/* Not known to the compiler: an unrolled loop would be several call sites. */
static volatile int rounds = 60;

#define ROUNDS_MOST 256
#define POOL 32

static void (*mark)(const char *name);
static CUcontext context;

static void start(void)
{
	*(void **)&mark = dlsym(RTLD_DEFAULT, "vramtrack_preload_mark");
	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
}

static void next_round(void)
{
	if (mark)
		mark("request");
}

static FRAME CUgraphExec make_exec(void)
{
	CUgraph graph;
	CUgraphNode node;
	CUgraphExec exec;

	CALL(cuGraphCreate(&graph, 0));
	CALL(cuGraphAddEmptyNode(&node, graph, NULL, 0));
	CALL(cuGraphInstantiateWithFlags(&exec, graph, 0));
	CALL(cuGraphDestroy(graph));
	return exec;
}

static FRAME CUstream make_stream(void)
{
	CUstream stream;

	CALL(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
	return stream;
}

static FRAME CUevent make_event(void)
{
	CUevent event;

	CALL(cuEventCreate(&event, CU_EVENT_DISABLE_TIMING));
	return event;
}

/* A server that makes an executable graph for each request. */
static int graphs(char **arguments)
{
	const int destroys = arguments[0] && !strcmp(arguments[0], "destroyed");
	CUdeviceptr weights;

	start();
	CALL(cuMemAlloc_v2(&weights, MIB));
	for (int i = 0; i < rounds; i++) {
		CUgraphExec exec;

		next_round();
		exec = make_exec();
		if (destroys)
			CALL(cuGraphExecDestroy(exec));
	}
	CALL(cuMemFree_v2(weights));
	return 0;
}

/* Two streams a request, of which one is kept; or all until the end. */
static int streams(char **arguments)
{
	const int all = arguments[0] && !strcmp(arguments[0], "until_the_end");
	CUstream kept[ROUNDS_MOST];

	start();
	for (int i = 0; i < rounds; i++) {
		CUstream mine;

		next_round();
		kept[i] = make_stream();
		CALL(cuStreamCreate(&mine, 0));
		CALL(cuStreamDestroy_v2(mine));
	}
	for (int i = 0; all && i < rounds; i++)
		CALL(cuStreamDestroy_v2(kept[i]));
	return 0;
}

/* As PyTorch: a pool of streams made once, events given back to a list and used again. */
static int pools(char **arguments)
{
	CUstream stream[POOL];
	CUevent events[POOL];
	int free_events = 0, warm = rounds / 6;

	(void)arguments;
	start();
	for (int i = 0; i < POOL; i++)
		stream[i] = make_stream();
	for (int i = 0; i < rounds; i++) {
		next_round();
		if (i < warm)
			events[free_events++] = make_event();
		CALL(cuEventRecord(events[i % free_events], stream[i % POOL]));
	}
	return 0;
}

static void *destroy_it(void *event)
{
	CALL(cuCtxSetCurrent(context));
	CALL(cuEventDestroy_v2(event));
	return NULL;
}

static int other_thread(char **arguments)
{
	(void)arguments;
	start();
	for (int i = 0; i < rounds; i++) {
		pthread_t thread;

		next_round();
		MUST(pthread_create(&thread, NULL, destroy_it, make_event()) == 0);
		MUST(pthread_join(thread, NULL) == 0);
	}
	return 0;
}

/* A handle that was never given, and one that is used again. */
static int odd_handles(char **arguments)
{
	CUstream first, again;

	(void)arguments;
	start();
	MUST(cuStreamDestroy_v2((CUstream)(uintptr_t)0x12345000) != CUDA_SUCCESS);
	first = make_stream();
	CALL(cuStreamDestroy_v2(first));
	again = make_stream();
	printf("%d\n", first == again);
	MUST(cuStreamDestroy_v2(again) == CUDA_SUCCESS);
	make_stream();
	return 0;
}

/* As many as there are in a long run: the recording stays small. */
static int million(char **arguments)
{
	(void)arguments;
	start();
	for (int i = 0; i < 1000000; i++) {
		if (i % 10000 == 0)
			next_round();
		CALL(cuEventDestroy_v2(make_event()));
	}
	return 0;
}

/* What lives in a context ends with it; the rest stays. */
static int reset(char **arguments)
{
	(void)arguments;
	start();
	make_stream();
	make_event();
	make_exec();
	CALL(cuDevicePrimaryCtxReset(0));
	return 0;
}

static int own_context(char **arguments)
{
	CUcontext own;

	start();
	CALL(cuCtxCreate_v2(&own, 0, 0));
	make_stream();
	if (arguments[0])
		CALL(cuCtxDestroy_v2(own));
	return 0;
}

/* A child has no objects of its parent's. */
static int forks(char **arguments)
{
	pid_t child;
	int status;

	(void)arguments;
	start();
	make_stream();
	child = fork();
	MUST(child >= 0);
	if (child == 0)
		exit(0);
	MUST(waitpid(child, &status, 0) == child && status == 0);
	return 0;
}

static const struct hazard_case cases[] = {
	{"graphs", graphs},
	{"streams", streams},
	{"pools", pools},
	{"other_thread", other_thread},
	{"odd_handles", odd_handles},
	{"million", million},
	{"reset", reset},
	{"own_context", own_context},
	{"forks", forks},
};

HAZARD_MAIN(cases)
