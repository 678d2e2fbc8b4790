/*
 * Every way to end. Each case frees 1 MiB, keeps 3 MiB from `keeps`, and then
 * ends in its own way; the recording must say exactly that.
 */
#include <cuda_runtime_api.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "hazard.h"

static FRAME void keeps(void)
{
	void *kept, *freed;

	CALL(cudaMalloc(&kept, 3 * MIB));
	CALL(cudaMalloc(&freed, MIB));
	CALL(cudaFree(freed));
}

static void no_core_file(void)
{
	const struct rlimit none = {0, 0};

	MUST(setrlimit(RLIMIT_CORE, &none) == 0);
}

static int returns(char **arguments)
{
	(void)arguments;
	keeps();
	return 3;
}

static int immediate(char **arguments)
{
	(void)arguments;
	keeps();
	_exit(3);
}

static int quick(char **arguments)
{
	(void)arguments;
	keeps();
	quick_exit(3);
}

static int aborts(char **arguments)
{
	(void)arguments;
	no_core_file();
	keeps();
	abort();
}

static int faults(char **arguments)
{
	volatile int *nowhere = (volatile int *)(uintptr_t)16;

	(void)arguments;
	no_core_file();
	keeps();
	*nowhere = 1;
	return 99;
}

static int killed(char **arguments)
{
	(void)arguments;
	keeps();
	raise(SIGKILL);
	return 99;
}

static int terminated(char **arguments)
{
	(void)arguments;
	keeps();
	raise(SIGTERM);
	return 99;
}

static void *exit_here(void *unused)
{
	(void)unused;
	exit(3);
}

static int thread_exits(char **arguments)
{
	pthread_t thread;

	(void)arguments;
	keeps();
	MUST(pthread_create(&thread, NULL, exit_here, NULL) == 0);
	pthread_join(thread, NULL);
	return 99;
}

/* Says that it is ready, then waits for the end of its input. */
static int waits(char **arguments)
{
	char byte;

	(void)arguments;
	keeps();
	puts("ready");
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	return 3;
}

/* Allocates and frees until it is killed, with 3 MiB kept. */
static int busy(char **arguments)
{
	void *buffer;

	(void)arguments;
	keeps();
	puts("ready");
	fflush(stdout);
	for (;;) {
		CALL(cudaMalloc(&buffer, 64 * KIB));
		CALL(cudaFree(buffer));
	}
}

/* The same, a thousand times a second: it may run for long beside others. */
static int paced(char **arguments)
{
	void *buffer;

	(void)arguments;
	keeps();
	puts("ready");
	fflush(stdout);
	for (;;) {
		CALL(cudaMalloc(&buffer, 64 * KIB));
		CALL(cudaFree(buffer));
		usleep(1000);
	}
}

/* exit() while other threads are still in allocation calls. */
static void *churn(void *unused)
{
	void *buffer;

	(void)unused;
	for (;;)
		if (cudaMalloc(&buffer, 64 * KIB) == cudaSuccess)
			cudaFree(buffer);
	return NULL;
}

static int exit_amid_threads(char **arguments)
{
	pthread_t thread;

	(void)arguments;
	keeps();
	for (int i = 0; i < 4; i++)
		MUST(pthread_create(&thread, NULL, churn, NULL) == 0);
	usleep(20000);
	return 3;
}

static const struct hazard_case cases[] = {
	{"returns", returns},       {"immediate", immediate},
	{"quick", quick},           {"aborts", aborts},
	{"faults", faults},         {"killed", killed},
	{"terminated", terminated}, {"thread_exits", thread_exits},
	{"waits", waits},           {"busy", busy},
	{"paced", paced},           {"exit_amid_threads", exit_amid_threads},
};

HAZARD_MAIN(cases)
