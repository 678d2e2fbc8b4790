/*
 * Functions of the program that the device calls on the host: as on a real device on a thread
 * that is not the program's, without a context, and refused whatever they ask of the driver.
 */
#include "config.h"

#include <pthread.h>

#include "simulate/driver/host_function.h"

struct call {
	CUhostFn function;
	CUstreamCallback callback; /* if there is no function */
	CUstream stream;
	void *argument;
};

static __thread bool runs;

bool vt__host_function_runs(void)
{
	return runs;
}

static void *run(void *argument)
{
	const struct call *call = argument;

	runs = true;
	if (call->function)
		call->function(call->argument);
	else
		call->callback(call->stream, CUDA_SUCCESS, call->argument);
	runs = false;
	return NULL;
}

/* Without a thread for it, it runs here: it is not lost. */
static void run_and_wait(struct call *call)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, call))
		run(call);
	else
		pthread_join(thread, NULL);
}

void vt__host_function_call(CUhostFn function, void *argument)
{
	struct call call = {.function = function, .argument = argument};

	run_and_wait(&call);
}

void vt__host_callback_call(CUstreamCallback function, CUstream stream, void *argument)
{
	struct call call = {.callback = function, .stream = stream, .argument = argument};

	run_and_wait(&call);
}
